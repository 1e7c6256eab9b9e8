//! A handler whose every effect is a row.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use messaging::{HandleError, Handler, Received, Refusal};
use sqlx::PgConnection;
use wire::ErrorReason;
use wire::sellers::events::v1::SellersEvent;
use wire::sellers::events::v1::sellers_event::Event;

use super::World;

/// Writes one row per event. Sellers by name: `refused…` is refused, `broken…` fails the batch, `panics…` panics, unless
/// everything was repaired.
#[derive(Clone, Default)]
pub(crate) struct Effects {
    repaired: Arc<AtomicBool>,
    away: Arc<AtomicBool>,
    calls: Arc<AtomicUsize>,
}

impl Effects {
    /// From now on nothing is refused and nothing fails.
    pub(crate) fn repair(&self) {
        self.repaired.store(true, Ordering::SeqCst);
    }

    /// Whether the handler's dependency is away.
    pub(crate) fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    /// How often the handler was called.
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

impl Handler<SellersEvent> for Effects {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<SellersEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        if self.away.load(Ordering::SeqCst) {
            return Err(HandleError::unavailable("the test's dependency"));
        }
        let repaired = self.repaired.load(Ordering::SeqCst);
        let mut refusals = Vec::new();
        let mut rows = (Vec::new(), Vec::new(), Vec::new());
        for (index, received) in batch.iter().enumerate() {
            let Some(Event::SellerRegistered(seller)) = &received.event.event else { continue };
            if !repaired && seller.seller_id.starts_with("refused") {
                refusals.push(Refusal::new(index, ErrorReason::InvalidRecord, "the test does not want it"));
                continue;
            }
            if !repaired && seller.seller_id.starts_with("broken") {
                return Err(HandleError::failed(format!("{} breaks the handler", seller.seller_id)));
            }
            rows.0.push(received.headers.id);
            rows.1.push(received.key.clone());
            rows.2.push(received.headers.sequence);
        }
        sqlx::query(
            "INSERT INTO effects (event_id, key, sequence)
             SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[])",
        )
        .bind(rows.0)
        .bind(rows.1)
        .bind(rows.2)
        .execute(db)
        .await?;
        Ok(refusals)
    }
}

/// Every effect happened exactly once, and for each key in the order of its sequences.
pub(crate) async fn assert_exactly_once(world: &World, expected: i64) {
    let on_topic: Vec<String> =
        world.on_topic().await.iter().map(|r| format!("{} {}", r.origin, r.payload.len())).collect();
    tracing::debug!(?on_topic, "test.effects");
    assert_eq!(world.count("SELECT count(*) FROM effects").await, expected, "effects");
    assert_eq!(
        world.count("SELECT count(DISTINCT event_id) FROM effects").await,
        expected,
        "events with effects"
    );
    let out_of_order = "SELECT count(*) FROM (
        SELECT sequence < max(sequence) OVER (PARTITION BY key ORDER BY place) AS late FROM effects) seen WHERE late";
    assert_eq!(world.count(out_of_order).await, 0, "effects out of order");
}
