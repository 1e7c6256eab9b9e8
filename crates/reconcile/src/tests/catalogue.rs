use super::broken;
use super::story::{SELLER, SKU, cycle};
use super::world::Fill;

#[test]
fn a_seller_that_never_registered_is_found() {
    let failing = broken(|world| world.lose("SellerRegistered", SELLER));
    assert_eq!(failing, ["every seller that registered is known to enrollment, and no other"]);
}

#[test]
fn an_item_that_eligibility_lost_is_found() {
    let failing = broken(|world| world.forget("item", format!("{SELLER}/{SKU}")));
    assert_eq!(failing, ["every item that was listed is known to eligibility, and no other"]);
}

#[test]
fn a_cycle_that_does_not_add_up_is_found() {
    let failing = broken(|world| {
        world.find("cycle", cycle()).units("needs_review", 1);
    });
    assert_eq!(failing, ["every cycle's verdicts add up to what it evaluated"]);
}
