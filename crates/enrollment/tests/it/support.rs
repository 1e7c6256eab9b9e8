//! A running enrollment, and the registry that announces sellers to it.

use chassis::{Channel, Role};
use enrollment::Enrollment;
use sqlx::PgPool;
use testbed::{Ground, Outside, Running, Said, Time, until};
use wire::catalog::events::v1::{CatalogEvent, ItemListed, ProductGroup};
use wire::convert::timestamp;
use wire::enrollment::events::v1::{EnrollmentEvent, enrollment_event::Event};
use wire::enrollment::state::v1::EnrollmentState;
use wire::enrollment::v1::enrollment_service_client::EnrollmentServiceClient;
use wire::enrollment::v1::{Enrollment as Shown, GetEnrollmentRequest};
use wire::sellers::events::v1::{SellerRegistered, SellersEvent};

/// Business time at the start of every test.
const NOW: &str = "2026-10-01T08:00:00Z";
/// The version of the terms in force then.
pub(crate) const TERMS: &str = "2012-01";
pub(crate) const SELLER: &str = "A1SELLER00001";

pub(crate) type Client = EnrollmentServiceClient<Channel>;

/// Nobody is where eligibility should be.
fn flags(ground: &Ground<Enrollment>) -> [String; 2] {
    [format!("--service-token={}", ground.token()), "--eligibility-url=http://127.0.0.1:1".to_owned()]
}

pub(crate) struct World {
    pub(crate) service: Running<Enrollment>,
    outside: Outside,
    pub(crate) time: Time,
    pub(crate) pool: PgPool,
    ground: Ground<Enrollment>,
}

impl World {
    /// A running service, ready to answer.
    pub(crate) async fn start() -> Self {
        Self::start_at(NOW).await
    }

    /// The same at another time.
    pub(crate) async fn start_at(time: &str) -> Self {
        let time = Time::at(time);
        let ground = Ground::new(&time).await;
        let service = ground.run(&flags(&ground)).await;
        let pool = ground.database().pool().await;
        Self { service, outside: ground.outside(), time, pool, ground }
    }

    /// Another process of the service, on the same database and topics.
    pub(crate) async fn replica(&self) -> Running<Enrollment> {
        self.ground.run(&flags(&self.ground)).await
    }

    pub(crate) fn operator(&self) -> Client {
        Client::new(self.service.caller(Role::Operator))
    }

    pub(crate) fn seller(&self, seller: &str) -> Client {
        Client::new(self.service.seller(seller))
    }

    /// The registry announces a seller.
    pub(crate) async fn registered(&self, seller: &str, marketplace: &str) {
        let event = SellerRegistered {
            seller_id: seller.to_owned(),
            legal_name: "Shop Inc.".to_owned(),
            marketplace_id: marketplace.to_owned(),
            registered_time: Some(timestamp(self.time.now())),
            ..Default::default()
        };
        self.outside.tell(seller, SellersEvent::from(event)).await;
    }

    /// The catalogue lists an offer of [`SELLER`]; it is known afterwards.
    pub(crate) async fn listed(&self, sku: &str, asin: &str, media: bool) {
        let group = if media { ProductGroup::Book } else { ProductGroup::Other };
        let event = ItemListed {
            seller_id: SELLER.to_owned(),
            sku: sku.to_owned(),
            asin: asin.to_owned(),
            item_version: 1,
            product_group: group.into(),
            ..Default::default()
        };
        self.outside.tell(&format!("{SELLER}/{sku}"), CatalogEvent::from(event)).await;
        until("the offer is known", async || {
            let known = "SELECT asin FROM offers WHERE seller_id = $1 AND sku = $2";
            sqlx::query_scalar::<_, String>(known).bind(SELLER).bind(sku).fetch_one(&self.pool).await
        })
        .await;
    }

    /// A seller of Amazon.com that is enrolled.
    pub(crate) async fn enrolled(&self) -> Shown {
        self.registered(SELLER, "ATVPDKIKX0DER").await;
        self.known(SELLER).await
    }

    /// The seller, once it is known.
    pub(crate) async fn known(&self, seller: &str) -> Shown {
        let mut client = self.operator();
        until("the seller is known", async || {
            let request = GetEnrollmentRequest { seller_id: seller.to_owned(), ..Default::default() };
            client.get_enrollment(request).await.map(|answer| answer.into_inner().enrollment.unwrap())
        })
        .await
    }

    /// The events of a seller, in order, with their sequences, once there are `count`.
    pub(crate) async fn events(&self, seller: &str, count: usize) -> Vec<(i64, Event)> {
        let of_seller = |said: Said<EnrollmentEvent>| {
            (said.key == seller).then(|| (said.sequence, said.event.event.unwrap()))
        };
        self.outside.hear(of_seller, |events| events.len() >= count).await
    }

    /// What `pick` takes of the state topic, once that is `enough`.
    pub(crate) async fn state<T: std::fmt::Debug + Clone>(
        &self,
        pick: impl Fn(Said<EnrollmentState>) -> Option<T>,
        enough: impl Fn(&[T]) -> bool,
    ) -> Vec<T> {
        self.outside.hear(pick, enough).await
    }
}
