//! The sample month with the five services as five processes.

use bus::Bus;
use chassis::Shutdown;
use simulator::{Inputs, Silent, Simulation};

use crate::five::Five;

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_month_ends_final_with_five_processes() {
    let five = Five::start(backing::shared().await).await;
    let bus = Bus::new(five.bus.clone(), "simulator");
    let inputs = Inputs { catalogue: None, orders: None, seed: 1, order_limit: None };
    let simulation = Simulation::new(inputs, five.endpoints.clone(), bus, five.key.clone());
    let outcome = simulation.run(&mut Silent, Shutdown::new()).await.unwrap_or_else(|error| {
        let logs: Vec<String> = five.processes.iter().map(|process| process.log()).collect();
        panic!("{error:#}\n{}", logs.join("\n\n"));
    });
    assert_eq!(outcome.dead_letters, 0, "every record was taken");
    assert_eq!(outcome.open.total(), 0, "not final: {:?}", outcome.open);
}
