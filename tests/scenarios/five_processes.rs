//! The sample month with the five services as five processes.

use bus::Bus;
use chassis::{Channel, ClientArgs, ClientChannel, Principal, Role, Shutdown, TokenSource};
use simulator::{Inputs, Silent, Simulation};

use crate::five::{Five, SERVICES};

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_month_ends_final_and_reconciled_with_five_processes() {
    let five = Five::start(backing::shared().await).await;
    let bus = Bus::new(five.bus.clone(), "simulator");
    let inputs = Inputs { catalogue: None, orders: None, seed: 1, order_limit: None, steady: None };
    let simulation = Simulation::new(inputs, five.endpoints.clone(), bus, five.key.clone());
    let outcome = simulation.run(&mut Silent, Shutdown::new()).await.unwrap_or_else(|error| {
        let logs: Vec<String> = five.processes.iter().map(|process| process.log()).collect();
        panic!("{error:#}\n{}", logs.join("\n\n"));
    });
    assert_eq!(outcome.dead_letters, 0, "every record was taken");
    assert_eq!(outcome.open.total(), 0, "not final: {:?}", outcome.open);
    let proof = reconcile::Inputs {
        services: SERVICES.map(|name| (name.to_owned(), auditor(&five, name))).to_vec(),
        bus: Bus::new(five.bus.clone(), "reconcile"),
        options: reconcile::Options::default(),
    };
    let report = reconcile::run(proof, |_| ()).await.unwrap();
    let broken: Vec<_> = report.checks.iter().filter(|check| !check.held).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

fn auditor(five: &Five, service: &str) -> Channel {
    let token = TokenSource::Minted(five.key.clone(), Principal::new("auditor:scenario", Role::Auditor));
    let urls = &five.endpoints;
    let url = match service {
        "enrollment" => &urls.enrollment,
        "eligibility" => &urls.eligibility,
        "fulfillment" => &urls.fulfillment,
        "customs" => &urls.customs,
        _ => &urls.returns,
    };
    ClientChannel::connect(ClientArgs::new(url, token)).unwrap()
}
