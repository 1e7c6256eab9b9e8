//! A running eligibility, the catalogue that lists products to it and enrollment that tells it of sellers.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chassis::{Channel, Role};
use eligibility::Eligibility;
use sqlx::PgPool;
use testbed::{Ground, Outside, Running, Said, Time, soon, until};
use wire::catalog::events::v1::{CatalogEvent, ItemDelisted, ItemListed, ProductGroup};
use wire::common::v1::{Dimensions, Weight};
use wire::eligibility::events::v1::{
    CycleCompleted, EligibilityEvent, VerdictChanged, eligibility_event::Event as Eligible,
};
use wire::eligibility::state::v1::{EligibilityState, eligibility_state::Event as Current};
use wire::eligibility::v1::eligibility_service_client::EligibilityServiceClient;
use wire::eligibility::v1::*;
use wire::enrollment::events::v1::{EnrollmentEvent, SellerEnrolled};
use wire::enrollment::state::v1::EnrollmentState;

/// Business time at the start of every test.
const NOW: &str = "2026-10-05T08:00:00Z";
pub(crate) const SELLER: &str = "A1SELLER00001";

pub(crate) type Client = EligibilityServiceClient<Channel>;

pub(crate) struct World {
    pub(crate) service: Running<Eligibility>,
    pub(crate) outside: Outside,
    pub(crate) time: Time,
    pub(crate) pool: PgPool,
    ground: Ground<Eligibility>,
}

impl World {
    /// A running service, ready to answer.
    pub(crate) async fn start() -> Self {
        let time = Time::at(NOW);
        let ground = Ground::new(&time).await;
        let service = ground.run(&own_flags(&ground)).await;
        let pool = ground.database().pool().await;
        Self { service, outside: ground.outside(), time, pool, ground }
    }

    pub(crate) fn operator(&self) -> Client {
        Client::new(self.service.caller(Role::Operator))
    }

    pub(crate) fn seller(&self, seller: &str) -> Client {
        Client::new(self.service.seller(seller))
    }

    /// The catalogue lists items.
    pub(crate) async fn list(&self, items: &[ItemListed]) {
        let events = items.iter().map(|item| (key(item), CatalogEvent::from(item.clone())));
        self.outside.tell_all(events).await;
    }

    /// The catalogue takes an item away.
    pub(crate) async fn delist(&self, item: &ItemListed, item_version: i64) {
        let gone = ItemDelisted { seller_id: item.seller_id.clone(), sku: item.sku.clone(), item_version };
        self.outside.tell(&key(item), CatalogEvent::from(gone)).await;
    }

    /// Enrollment tells of a seller.
    pub(crate) async fn settings(&self, seller: &str, event: impl Into<EnrollmentEvent>) {
        self.outside.tell(seller, event.into()).await;
    }

    /// Enrollment says what holds.
    pub(crate) async fn state(&self, key: &str, record: EnrollmentState) {
        self.outside.tell(key, record).await;
    }

    /// Another process of the service, on the same database and topics.
    pub(crate) async fn replica(&self) -> Running<Eligibility> {
        self.ground.run(&own_flags(&self.ground)).await
    }

    /// The folder of reports' documents, which all replicas share.
    pub(crate) fn documents(&self) -> PathBuf {
        documents(&self.ground)
    }

    /// Enrolls the seller and waits until eligibility knows.
    pub(crate) async fn enrolled(&self) {
        let event = SellerEnrolled { seller_id: SELLER.to_owned(), authority: None, settings_version: 1 };
        self.settings(SELLER, event).await;
        self.settings_known(SELLER, 1).await;
    }

    pub(crate) async fn settings_known(&self, seller: &str, version: i64) {
        soon("the settings are known", async || {
            let query = "SELECT settings_version FROM sellers WHERE seller_id = $1";
            let known: Option<i64> =
                sqlx::query_scalar(query).bind(seller).fetch_optional(&self.pool).await.unwrap();
            known == Some(version)
        })
        .await;
    }

    /// Lists items and waits until eligibility has taken all of them.
    pub(crate) async fn listed(&self, items: &[ItemListed]) {
        self.list(items).await;
        for item in items {
            self.item_known(item, item.item_version).await;
        }
    }

    pub(crate) async fn item_known(&self, item: &ItemListed, version: i64) {
        soon("the item is known", async || {
            let query = "SELECT item_version FROM items WHERE seller_id = $1 AND sku = $2";
            let query = sqlx::query_scalar(query).bind(&item.seller_id).bind(&item.sku);
            let known: Option<i64> = query.fetch_optional(&self.pool).await.unwrap();
            known == Some(version)
        })
        .await;
    }

    /// Runs the cycle of the current month to its end.
    pub(crate) async fn cycle(&self) -> Cycle {
        let request =
            StartCycleRequest { request_id: format!("cycle-{}", self.time.now()), month: String::new() };
        let started = self.operator().start_cycle(request).await.unwrap().into_inner();
        self.completed(&started.cycle.unwrap().cycle_id).await
    }

    /// The cycle, once it is completed.
    pub(crate) async fn completed(&self, cycle_id: &str) -> Cycle {
        let mut client = self.operator();
        until("the cycle is completed", async || {
            let request = GetCycleRequest { cycle_id: cycle_id.to_owned() };
            let cycle = client.get_cycle(request).await.unwrap().into_inner().cycle.unwrap();
            if cycle.state() == CycleState::Completed { Ok(cycle) } else { Err(cycle) }
        })
        .await
    }

    pub(crate) async fn verdict(&self, asin: &str) -> Verdict {
        let request = GetVerdictRequest { asin: asin.to_owned(), ..Default::default() };
        self.operator().get_verdict(request).await.unwrap().into_inner().verdict.unwrap()
    }

    /// The answers for (SKU, country) lines of the test's seller.
    pub(crate) async fn check(&self, lines: &[(&str, &str)]) -> Vec<EligibilityResult> {
        let lines = lines.iter().map(|(sku, country)| line(SELLER, sku, country)).collect();
        let request = CheckEligibilityRequest { lines, ..Default::default() };
        self.operator().check_eligibility(request).await.unwrap().into_inner().results
    }

    /// Reason codes of one line.
    pub(crate) async fn codes(&self, sku: &str, country: &str) -> Vec<String> {
        let [result] = self.check(&[(sku, country)]).await.try_into().unwrap();
        assert_eq!(result.eligible, result.reasons.is_empty());
        result.reasons.into_iter().map(|reason| reason.code).collect()
    }

    /// Waits until a line is answered with these reason codes: what a replica remembers of an offer goes soon after a change.
    pub(crate) async fn answers(&self, sku: &str, country: &str, codes: &[&str]) {
        until("the line is answered so", async || {
            let answered = self.codes(sku, country).await;
            if answered == codes { Ok(()) } else { Err(answered) }
        })
        .await;
    }

    /// What the state topic says, of every key the record of the highest version, once that is `enough`.
    pub(crate) async fn current_verdicts(
        &self,
        enough: impl Fn(&BTreeMap<String, StandingVerdict>) -> bool,
    ) -> BTreeMap<String, StandingVerdict> {
        let newest = |told: &[StandingVerdict]| {
            let mut newest: BTreeMap<String, StandingVerdict> = BTreeMap::new();
            for verdict in told {
                if newest.get(&verdict.asin).is_none_or(|known| known.version <= verdict.version) {
                    newest.insert(verdict.asin.clone(), verdict.clone());
                }
            }
            newest
        };
        let pick = |said: Said<EligibilityState>| {
            let Some(Current::CurrentVerdict(told)) = said.event.event else { return None };
            let verdict = told.verdict.unwrap();
            assert_eq!(
                (&said.key, &said.subject, said.sequence),
                (&verdict.asin, &verdict.asin, verdict.version)
            );
            Some(verdict)
        };
        newest(&self.outside.hear(pick, |told| enough(&newest(told))).await)
    }

    /// What was published about an ASIN, with sequences, once there are `count`.
    pub(crate) async fn verdict_events(&self, asin: &str, count: usize) -> Vec<(i64, VerdictChanged)> {
        let of_asin = |said: Said<EligibilityEvent>| match said.event.event {
            Some(Eligible::VerdictChanged(event)) if said.key == asin => Some((said.sequence, event)),
            Some(Eligible::ClassificationConfirmed(_) | Eligible::ClassificationSuggested(_)) => None,
            other if said.key == asin => panic!("{other:?}"),
            _ => None,
        };
        self.outside.hear(of_asin, |events| events.len() >= count).await
    }

    /// The cycles that were said to be completed, once there are `count`, by month: topics are ordered per key alone.
    pub(crate) async fn completed_events(&self, count: usize) -> Vec<CycleCompleted> {
        let completed = |said: Said<EligibilityEvent>| match said.event.event {
            Some(Eligible::CycleCompleted(event)) => Some(event),
            _ => None,
        };
        let mut events = self.outside.hear(completed, |events| events.len() >= count).await;
        events.sort_by(|one, other| one.month.cmp(&other.month));
        events
    }
}

fn documents(ground: &Ground<Eligibility>) -> PathBuf {
    ground.folder().join("documents")
}

fn own_flags(ground: &Ground<Eligibility>) -> [String; 1] {
    [format!("--documents-folder={}", documents(ground).display())]
}

fn key(item: &ItemListed) -> String {
    format!("{}/{}", item.seller_id, item.sku)
}

pub(crate) fn line(seller: &str, sku: &str, country: &str) -> EligibilityLine {
    EligibilityLine {
        seller_id: seller.to_owned(),
        sku: sku.to_owned(),
        country_code: country.to_owned(),
        ..Default::default()
    }
}

/// A product that nothing speaks against: number `n` of the test's seller.
pub(crate) fn item(n: usize) -> ItemListed {
    ItemListed {
        seller_id: SELLER.to_owned(),
        sku: format!("SKU-{n}"),
        asin: asin(n),
        fnsku: format!("X{n:09}"),
        item_version: 1,
        title: format!("Cotton T-shirt {n}"),
        description: "<p>Soft and warm</p>".to_owned(),
        product_group: ProductGroup::Other.into(),
        package_dimensions: Some(Dimensions { length_um: 254_000, width_um: 203_200, height_um: 25_400 }),
        package_weight: Some(Weight { milligrams: 200_000 }),
        ..Default::default()
    }
}

/// The same product, too large for any destination.
pub(crate) fn oversize(n: usize, item_version: i64) -> ItemListed {
    let large = Dimensions { length_um: 900_000, width_um: 300_000, height_um: 300_000 };
    ItemListed { item_version, package_dimensions: Some(large), ..item(n) }
}

pub(crate) fn asin(n: usize) -> String {
    format!("B{n:09}")
}
