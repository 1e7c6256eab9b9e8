//! Every state against every command. A cell says what happens: `+` applied, `=` already applied, `~` late (no effect
//! beyond history), `!` refused without any effect.

use kernel::Money;

use super::world::*;
use crate::domain::clearance::Resolution;
use crate::domain::order::{Fault, Order, Outcome};
use crate::domain::parcel::Scan;
use crate::domain::shipment::ShipmentState::{self, *};

/// An order whose one shipment shows this state.
fn in_state(state: ShipmentState) -> Order {
    let mut order = single();
    match state {
        Planned => {}
        Cleared => drop(clear(&mut order, 0)),
        Held => drop(order.hold(id(&order, 0), hold(), &now())),
        Cancelled => drop(order.cancel(&Default::default(), "BUYER_CANCELLED", "", &now())),
        _ => {
            pay(&mut order);
            clear(&mut order, 0);
        }
    }
    if matches!(state, Packed | Ready | Dispatched | Delivered | Lost | Refused | Returned) {
        pack(&mut order, 0);
    }
    if matches!(state, Ready | Dispatched | Delivered | Lost | Refused | Returned) {
        invoice(&mut order, 0);
    }
    match state {
        Dispatched => drop(scan(&mut order, 0, Scan::Tendered)),
        Delivered => drop(scan(&mut order, 0, Scan::Delivered)),
        Lost => drop(scan(&mut order, 0, Scan::Lost)),
        Refused => drop(scan(&mut order, 0, Scan::Refused)),
        Returned => drop(scan(&mut order, 0, Scan::Returned)),
        _ => {}
    }
    assert_eq!(order.shipments[0].state(), state);
    order.changes = Default::default();
    order
}

type Command = fn(&mut Order) -> Result<Outcome, Fault>;

const COMMANDS: [(&str, Command, &str); 12] = [
    //                                     Pl Cl He Re Pa Rd Di De Lo Rf Rt Ca
    ("capture payment", capture, "+  +  +  =  =  =  =  =  =  =  =  +"),
    ("fail payment", fail, "+  +  +  !  !  !  !  !  !  !  !  ~"),
    ("clear", cleared, "+  =  +  =  =  =  ~  ~  ~  ~  ~  ~"),
    ("hold", held, "+  +  =  +  +  +  ~  ~  ~  ~  ~  ~"),
    ("resolve hold", resolved, "!  !  +  !  !  !  !  !  !  !  !  !"),
    ("pack", packed, "!  !  !  +  =  =  =  =  =  =  =  ~"),
    ("issue invoice", invoiced, "!  !  !  +  +  =  =  =  =  =  =  ~"),
    ("scan tendered", tendered, "!  !  !  !  !  +  =  ~  ~  =  ~  ~"),
    ("scan delivered", delivered, "!  !  !  !  !  +  +  ~  ~  +  ~  ~"),
    ("scan lost", lost, "!  !  !  !  !  +  +  ~  ~  +  ~  ~"),
    ("cancel", cancelled, "+  +  +  +  !  !  !  !  !  !  !  ="),
    ("revoke authority", revoked, "+  +  +  +  +  +  =  =  =  =  =  ="),
];

const STATES: [ShipmentState; 12] = [
    Planned, Cleared, Held, Released, Packed, Ready, Dispatched, Delivered, Lost, Refused, Returned,
    Cancelled,
];

fn capture(order: &mut Order) -> Result<Outcome, Fault> {
    order.capture_payment(Money::usd(39_00 + 10_01 + 5_03), start(), &now())
}
fn fail(order: &mut Order) -> Result<Outcome, Fault> {
    order.fail_payment(&now())
}
fn cleared(order: &mut Order) -> Result<Outcome, Fault> {
    order.clear(id(order, 0), &now())
}
fn held(order: &mut Order) -> Result<Outcome, Fault> {
    order.hold(id(order, 0), hold(), &now())
}
fn resolved(order: &mut Order) -> Result<Outcome, Fault> {
    order.resolve_hold(id(order, 0), Resolution::Recheck, "SELLER_CANCELLED", &now())
}
fn packed(order: &mut Order) -> Result<Outcome, Fault> {
    order.pack(id(order, 0), &parcels(order, 0), &now())
}
fn invoiced(order: &mut Order) -> Result<Outcome, Fault> {
    order.issue_invoice(id(order, 0), "INV-2026-000001", start(), &now())
}
fn tendered(order: &mut Order) -> Result<Outcome, Fault> {
    order.scan(id(order, 0), label(0, 0), Scan::Tendered, start(), &now())
}
fn delivered(order: &mut Order) -> Result<Outcome, Fault> {
    order.scan(id(order, 0), label(0, 0), Scan::Delivered, start(), &now())
}
fn lost(order: &mut Order) -> Result<Outcome, Fault> {
    order.scan(id(order, 0), label(0, 0), Scan::Lost, start(), &now())
}
fn cancelled(order: &mut Order) -> Result<Outcome, Fault> {
    order.cancel(&Default::default(), "BUYER_CANCELLED", "", &now())
}
fn revoked(order: &mut Order) -> Result<Outcome, Fault> {
    Ok(order.revoke_authority(&now()))
}

#[test]
fn every_command_in_every_state_does_what_the_table_says() {
    for (name, command, row) in COMMANDS {
        let cells: Vec<&str> = row.split_whitespace().collect();
        for (state, cell) in STATES.into_iter().zip(cells) {
            let mut order = in_state(state);
            let result = command(&mut order);
            let shown = match result {
                Ok(Outcome::Applied) => "+",
                Ok(Outcome::AlreadyApplied) => "=",
                Ok(Outcome::Late) => "~",
                Err(_) => "!",
            };
            assert_eq!(shown, cell, "{name} in {state:?}: {result:?}");
            if cell == "!" {
                assert_eq!(order, in_state(state), "{name} in {state:?} was refused but changed something");
            }
            if matches!(cell, "=" | "~") {
                assert!(order.changes.events.is_empty(), "{name} in {state:?} had no effect but an event");
            }
        }
    }
}

#[test]
fn an_applied_command_is_not_applied_twice() {
    for (name, command, row) in COMMANDS {
        // Holds of the same content are known; resolving and scanning the same is told apart by what it does.
        for (state, cell) in STATES.into_iter().zip(row.split_whitespace()) {
            if cell != "+" {
                continue;
            }
            let mut order = in_state(state);
            command(&mut order).unwrap();
            let version = order.version;
            assert_ne!(command(&mut order), Ok(Outcome::Applied), "{name} in {state:?}");
            assert_eq!(order.version, version);
        }
    }
}
