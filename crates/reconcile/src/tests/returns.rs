use wire::returns::events::v1::{ReturnUnitDisposed, ReturnsEvent};

use super::broken;
use super::story::{LOST, LPN, reimbursement, rma, shipment};
use super::world::Fill;

const JUDGED: &str = "every returned unit received has one disposition";
const RESTOCKED: &str = "units restocked by returns are units restocked in fulfillment";
const REIMBURSED: &str = "every reimbursement was announced and is paid by one payout";
const MADE_GOOD: &str = "every lost shipment is made good to its seller";

#[test]
fn a_unit_that_returns_never_booked_is_found() {
    assert_eq!(broken(|world| world.forget("return_unit", LPN)), [JUDGED, RESTOCKED]);
}

#[test]
fn a_unit_judged_twice_is_found() {
    let failing = broken(|world| {
        let again = ReturnUnitDisposed { lpn: LPN.into(), ..Default::default() };
        world.publish::<ReturnsEvent>("returns", rma(), again);
        world.find("return", rma()).version += 1;
    });
    assert_eq!(failing, [JUDGED]);
}

#[test]
fn a_unit_that_waits_to_be_judged_is_found() {
    let failing = broken(|world| world.find("return_unit", LPN).state = "RECEIVED".to_owned());
    assert_eq!(failing, [JUDGED]);
}

#[test]
fn a_unit_that_never_reached_the_shelf_is_found() {
    assert_eq!(broken(|world| world.forget("restock", LPN)), [RESTOCKED]);
}

#[test]
fn a_reimbursement_without_its_payout_is_found() {
    let failing = broken(|world| {
        world.find("reimbursement", reimbursement()).refs.remove("payout_id");
    });
    assert_eq!(failing, [REIMBURSED]);
}

#[test]
fn a_reimbursement_of_another_amount_than_announced_is_found() {
    let failing = broken(|world| {
        world.find("reimbursement", reimbursement()).usd("amount", 1_400);
    });
    assert_eq!(failing, [REIMBURSED]);
}

#[test]
fn a_lost_shipment_that_nobody_made_good_is_found() {
    assert!(broken(|world| world.forget("lost_shipment", shipment(LOST))).contains(&MADE_GOOD));
}

#[test]
fn a_shipment_whose_loss_was_never_announced_is_found() {
    let failing = broken(|world| {
        world.find("shipment", shipment(super::story::DELIVERED)).state = "LOST".to_owned();
    });
    assert_eq!(failing, [MADE_GOOD]);
}
