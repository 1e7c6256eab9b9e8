//! Facts of shipments are written down, and each shipment goes as far as they let it. However many shipments a batch
//! has, the number of statements is the same.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::{OrderId, ShipmentId};
use ledger::Transaction;
use messaging::{Deadline, HandleError, Refusal, deadlines, outbox};
use sqlx::PgConnection;
use uuid::Uuid;
use wire::ErrorReason;

use super::issue_invoices::issue_invoices;
use super::{Customs, references};
use crate::domain::policy::Policy;
use crate::domain::shipment::{Fact, Outcome, Shipment, World};
use crate::{NAME, metrics, publish, store};

/// The one kind of deadline: a shipment is to be looked at.
pub(crate) const WAKE: &str = "shipment";

/// A fact of a shipment, at its place in the batch.
pub(crate) struct Noted {
    pub(crate) index: usize,
    pub(crate) shipment: ShipmentId,
    pub(crate) order: OrderId,
    pub(crate) fact: Fact,
}

/// Shipments at hand, locked, each with what has come of it so far.
pub(super) type AtHand = BTreeMap<ShipmentId, (Shipment, Outcome)>;

/// Writes facts down, in order, and advances their shipments. Answers the facts that contradict what is known.
pub(crate) async fn note(
    customs: &Customs,
    db: &mut PgConnection,
    facts: Vec<Noted>,
) -> Result<Vec<Refusal>, HandleError> {
    if facts.is_empty() {
        return Ok(Vec::new());
    }
    let now = customs.clock.now();
    let policy = customs.rules.policy(now).map_err(HandleError::failed)?;
    let wanted = facts.iter().map(|noted| (noted.shipment, noted.order)).collect();
    let opened = store::shipments::open(db, &wanted).await?;
    let mut at_hand: AtHand = opened.into_iter().map(|(id, s)| (id, (s, Outcome::default()))).collect();
    let mut refused = Vec::new();
    for Noted { index, shipment, fact, .. } in facts {
        let Some((shipment, outcome)) = at_hand.get_mut(&shipment) else {
            return Err(HandleError::failed("a shipment was opened and is not there"));
        };
        match shipment.note(fact, now, &policy) {
            Ok(movement) => outcome.movements.extend(movement),
            Err(error) => refused.push(Refusal::new(index, ErrorReason::InvalidRecord, error.to_string())),
        }
    }
    advance_all(customs, db, now, &policy, at_hand).await?;
    Ok(refused)
}

/// Advances shipments whose time has come.
pub(crate) async fn advance(
    customs: &Customs,
    db: &mut PgConnection,
    ids: &[Uuid],
    now: Timestamp,
) -> Result<(), HandleError> {
    let policy = customs.rules.policy(now).map_err(HandleError::failed)?;
    let mut at_hand: AtHand = BTreeMap::new();
    for (id, mut shipment) in store::shipments::lock(db, ids).await? {
        // The deadline was removed by whoever fires it.
        shipment.state.wake = None;
        at_hand.insert(id, (shipment, Outcome::default()));
    }
    advance_all(customs, db, now, &policy, at_hand).await
}

async fn advance_all(
    customs: &Customs,
    db: &mut PgConnection,
    now: Timestamp,
    policy: &Policy,
    mut at_hand: AtHand,
) -> Result<(), HandleError> {
    if at_hand.is_empty() {
        return Ok(());
    }
    let references = references::load(customs, db, at_hand.values().map(|(shipment, _)| shipment)).await?;
    let world = World { now, rules: &customs.rules, policy, references: &references };
    for (shipment, outcome) in at_hand.values_mut() {
        let done = shipment.advance(world).map_err(HandleError::failed)?;
        outcome.events.extend(done.events);
        outcome.movements.extend(done.movements);
    }
    issue_invoices(customs, db, world, &mut at_hand).await?;
    let (woken, calmed) = set_wakes(&mut at_hand, now, policy);
    tell(db, now, &mut at_hand).await?;
    store::shipments::save(db, at_hand.values().map(|(shipment, _)| shipment)).await?;
    deadlines::set(db, &woken).await?;
    deadlines::clear(db, WAKE, &calmed).await?;
    Ok(())
}

/// Sets when each shipment is looked at again; answers the deadlines that changed and those that fell away.
fn set_wakes(at_hand: &mut AtHand, now: Timestamp, policy: &Policy) -> (Vec<Deadline>, Vec<String>) {
    let (mut woken, mut calmed) = (Vec::new(), Vec::new());
    for (id, (shipment, _)) in at_hand {
        let wake = shipment.wake(now, policy);
        match wake {
            Some(due) if shipment.state.wake != wake => {
                woken.push(Deadline::new(WAKE, id.to_string(), due));
            }
            None if shipment.state.wake.is_some() => calmed.push(id.to_string()),
            _ => {}
        }
        shipment.state.wake = wake;
    }
    (woken, calmed)
}

/// Books the movements and puts the events into the outbox.
async fn tell(db: &mut PgConnection, now: Timestamp, at_hand: &mut AtHand) -> Result<(), HandleError> {
    let mut transactions: Vec<Transaction> = Vec::new();
    let mut outgoing = Vec::new();
    for (shipment, outcome) in at_hand.values_mut() {
        for movement in &outcome.movements {
            transactions.extend(movement.transaction(shipment.id, now)?);
        }
        for event in &outcome.events {
            shipment.version += 1;
            metrics::happened(event);
            outgoing.push(publish::outgoing(shipment, event, now));
        }
    }
    for batch in transactions.chunks(ledger::MAX_BATCH) {
        ledger::record(db, batch).await.map_err(|error| HandleError::from(anyhow::Error::from(error)))?;
    }
    outbox::enqueue(db, NAME, &outgoing).await?;
    Ok(())
}
