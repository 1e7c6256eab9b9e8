//! Codes that eligibility suggests: estimates go by them, marked as such.

use testbed::{soon, until};
use wire::catalog::events::v1::{CatalogEvent, ItemListed};
use wire::customs::events::v1::customs_event::Event;
use wire::customs::v1::quote_outcome::Outcome;
use wire::customs::v1::{QuoteRequest, QuotedLine};
use wire::eligibility::events::v1::{ClassificationConfirmed, ClassificationSuggested, EligibilityEvent};
use wire::fulfillment::events::v1::FulfillmentEvent;

use super::support::*;

const ORDER: &str = "114-0000001-0000001";
/// A toy by its category, whose code nobody declares.
const SKU: &str = "CAP-1";
const DEFAULT: &str = "950300";

fn suggested(version: i64, hs_code: &str, confidence: i32) -> EligibilityEvent {
    ClassificationSuggested { asin: ASIN.to_owned(), hs_code: hs_code.to_owned(), confidence, version }.into()
}

impl World {
    async fn start_with_toy() -> Self {
        let world = Self::start().await;
        let toy = ItemListed { category: "Toys & Games".to_owned(), ..listed(SKU, "Party cap", "") };
        world.outside.tell(&format!("{SELLER}/{SKU}"), CatalogEvent::from(toy)).await;
        world.quoted_under(DEFAULT, true).await;
        world
    }

    /// The line of a quote of the toy.
    async fn quoted(&self) -> Option<QuotedLine> {
        let asked = QuoteRequest { lines: vec![quote_line(SKU, 1)], ..basket("DE", 1) };
        match quotes_of(self, vec![asked]).await.remove(0) {
            Outcome::Quote(mut quote) => Some(quote.lines.remove(0)),
            Outcome::Refusal(_) => None,
        }
    }

    /// Waits until the toy is quoted under a code.
    async fn quoted_under(&self, hs_code: &str, estimated: bool) {
        until("it is quoted so", async || {
            let line = self.quoted().await;
            let as_wanted =
                |line: &QuotedLine| line.hs_code == hs_code && line.hs_code_estimated == estimated;
            if line.as_ref().is_some_and(as_wanted) { Ok(()) } else { Err(line) }
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_likely_suggestion_is_quoted_as_estimated_and_a_confirmed_code_outranks_it() {
    let world = World::start_with_toy().await;
    world.outside.tell(ASIN, suggested(1, "650500", 900)).await;
    world.quoted_under("650500", true).await;
    // Not likely enough, then none at all.
    world.outside.tell(ASIN, suggested(2, "650500", 20)).await;
    world.quoted_under(DEFAULT, true).await;
    world.outside.tell(ASIN, suggested(3, "650500", 900)).await;
    world.quoted_under("650500", true).await;
    world.outside.tell(ASIN, suggested(4, "", 0)).await;
    world.quoted_under(DEFAULT, true).await;
    world.outside.tell(ASIN, suggested(5, "650500", 900)).await;
    let confirmed = ClassificationConfirmed {
        asin: ASIN.to_owned(),
        hs_code: "610910".to_owned(),
        version: 1,
        ..Default::default()
    };
    world.outside.tell(ASIN, EligibilityEvent::from(confirmed)).await;
    world.quoted_under("610910", false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_suggestion_that_comes_late_changes_nothing_and_a_broken_one_is_a_dead_letter() {
    let world = World::start_with_toy().await;
    world.outside.tell(ASIN, suggested(2, "650500", 900)).await;
    world.outside.tell(ASIN, suggested(1, "420292", 900)).await;
    for broken in [suggested(3, "12", 900), suggested(3, "420292", 1_001), suggested(0, "420292", 900)] {
        world.outside.tell(ASIN, broken).await;
    }
    // In the same partition, behind the older one.
    assert_eq!(world.service.dead_letters(3).await[0].reason, "INVALID_RECORD");
    world.quoted_under("650500", true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shipment_is_declared_under_a_suggested_code_marked_as_estimated() {
    let world = World::start_with_toy().await;
    world.outside.tell(ASIN, suggested(1, "650500", 900)).await;
    world.quoted_under("650500", true).await;
    let shipment = shipment_id(ORDER);
    world.consignees.add(&shipment, "DE", "Ana Prüfer", "");
    // Dear enough to be filed.
    let mut planned = plan(ORDER, "DE", 200);
    planned.lines[0].sku = SKU.to_owned();
    world.outside.tell(ORDER, FulfillmentEvent::from(planned)).await;
    let Event::ExportFilingRequested(request) = &world.events(&shipment, 1).await[0] else { panic!() };
    assert_eq!(request.lines[0].hs_code, "650500");
    soon("it is marked", async || {
        let declared =
            "SELECT (plan->'lines'->0->'declared'->'classification'->>'estimated')::boolean FROM shipments";
        sqlx::query_scalar::<_, Option<bool>>(declared).fetch_one(&world.pool).await.unwrap() == Some(true)
    })
    .await;
}
