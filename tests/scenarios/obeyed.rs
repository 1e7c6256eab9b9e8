//! What a seller sets is obeyed by the orders that come after it, through all five services and the real Kafka.

use std::time::{Duration, Instant};

use bus::{Bus, Follower, Producer};
use chassis::Role;
use prost::Message as _;
use wire::eligibility::v1::eligibility_service_client::EligibilityServiceClient;
use wire::eligibility::v1::{CheckEligibilityRequest, EligibilityLine};
use wire::enrollment::v1::upload_exclusions_request::UploadHeader;
use wire::enrollment::v1::{
    DisableExportRequest, ExcludedDestination, ExclusionUpload, ExclusionUploadMode,
    PatchExcludedCountriesRequest, RestoreExclusionsRequest,
};
use wire::fulfillment::events::v1::{FulfillmentEvent, fulfillment_event::Event};
use wire::orders::events::v1::OrderPlaced;

use crate::five::Five;
use crate::market::{Market, asin, channel, record, seller, sku};
use crate::sellers::{self, Client};

/// Four of each of eight sellers.
const PRODUCTS: usize = 32;
/// How long anything may take here.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn an_order_obeys_what_its_seller_set_before_it() {
    let five = Five::start(backing::shared().await).await;
    let street = Street::open(&five).await;
    // Seller n has product n. Quoted before, as a buyer does who looks at the page while the seller decides.
    let disabled = street.quoted(1, 0, "JP").await;
    let country = [street.quoted(2, 1, "DE").await, street.quoted(3, 1, "FR").await];
    let region = [street.quoted(4, 2, "FR").await, street.quoted(5, 2, "JP").await];
    let product = [street.quoted(6, 3, "GB").await, street.quoted(7, 3, "AU").await];

    let mut client = sellers::client(&five).unwrap();
    // Eligibility may hear of the seller only now: what it does not know is not exportable.
    street.obeyed(3, 1).await;
    assert_eq!(would_stop(&mut client, 3, "ALL").await, (1, 0, 0));
    assert_eq!(would_stop(&mut client, 3, "GB").await, (0, 1, 0));
    street.obeyed(0, disable(&mut client, 0).await).await;
    street.obeyed(1, exclude(&mut client, 1, "DE").await).await;
    street.obeyed(2, exclude(&mut client, 2, "EU27").await).await;
    let excluded = exclude_product(&mut client, 3, "GB").await;
    street.obeyed(3, excluded).await;
    assert_eq!(would_change_back(&mut client, 3, excluded - 1).await, (0, 0, 1));

    let mut follower = street.bus.follow(&street.bus.topic::<FulfillmentEvent>()).await.unwrap();
    let [denied, served] = country;
    assert_eq!(street.answer(&mut follower, disabled).await, ["PROGRAM_DISABLED"]);
    let everywhere = ["SELLER_EXCLUDED_COUNTRY", "SELLER_EXCLUDED_COUNTRY"];
    assert_eq!(street.answer(&mut follower, denied).await, everywhere);
    assert_eq!(street.answer(&mut follower, served).await, ["accepted"]);
    let [denied, served] = region;
    assert_eq!(street.answer(&mut follower, denied).await, everywhere);
    assert_eq!(street.answer(&mut follower, served).await, ["accepted"]);
    let [denied, served] = product;
    // One of its two products.
    assert_eq!(street.answer(&mut follower, denied).await, ["SELLER_EXCLUDED_PRODUCT_COUNTRY"]);
    assert_eq!(street.answer(&mut follower, served).await, ["accepted"]);
}

/// Where sellers and buyers meet.
struct Street<'a> {
    five: &'a Five,
    bus: Bus,
    producer: Producer,
    market: Market,
}

impl<'a> Street<'a> {
    async fn open(five: &'a Five) -> Self {
        let bus = Bus::new(five.bus.clone(), "tests");
        let producer = Producer::new(&bus).unwrap();
        let market = Market::open(&bus, &producer, &five.endpoints, &five.key, PRODUCTS).await.unwrap();
        Self { five, bus, producer, market }
    }

    async fn quoted(&self, n: usize, product: usize, country: &str) -> OrderPlaced {
        self.market.quoted_order(n, product, country).await.unwrap()
    }

    /// Waits until eligibility, which answers for orders, has these settings of the seller of a product.
    async fn obeyed(&self, product: usize, settings_version: i64) {
        let channel = channel(&self.five.endpoints.eligibility, &self.five.key, Role::Service).unwrap();
        let mut client = EligibilityServiceClient::new(channel);
        let line = EligibilityLine {
            seller_id: seller(product),
            sku: sku(product),
            country_code: "JP".to_owned(),
            min_settings_version: settings_version,
            ..Default::default()
        };
        let request = CheckEligibilityRequest { lines: vec![line], ..Default::default() };
        let begun = Instant::now();
        while let Err(refused) = client.check_eligibility(request.clone()).await {
            assert!(begun.elapsed() < PATIENCE, "{refused}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        println!("settings of seller {product} are obeyed {:?} after they were set", begun.elapsed());
    }

    /// What becomes of an order: why its lines are refused, or that it is accepted.
    async fn answer(&self, follower: &mut Follower, order: OrderPlaced) -> Vec<String> {
        let id = order.order_id.clone();
        self.producer.send_all(vec![record(&self.bus, order)]).await.unwrap();
        let begun = Instant::now();
        loop {
            let batch = tokio::time::timeout(PATIENCE, follower.next_batch()).await;
            for record in batch.expect("an answer").unwrap() {
                match FulfillmentEvent::decode(record.payload.as_slice()).unwrap().event {
                    Some(Event::OrderAccepted(accepted)) if accepted.order_id == id => {
                        return vec!["accepted".to_owned()];
                    }
                    Some(Event::OrderRejected(rejected)) if rejected.order_id == id => {
                        let lines = rejected.lines.into_iter().flat_map(|line| line.reason_codes);
                        return rejected.reason_codes.into_iter().chain(lines).collect();
                    }
                    _ => assert!(begun.elapsed() < PATIENCE, "order {id} has no answer"),
                }
            }
        }
    }
}

async fn disable(client: &mut Client, product: usize) -> i64 {
    let request = DisableExportRequest {
        request_id: format!("disable-{product}"),
        seller_id: seller(product),
        reason: "holidays".to_owned(),
    };
    let answer = client.disable_export(request).await.unwrap().into_inner();
    answer.enrollment.unwrap().settings_version
}

async fn exclude(client: &mut Client, product: usize, destination: &str) -> i64 {
    let request = PatchExcludedCountriesRequest {
        request_id: format!("exclude-{product}"),
        seller_id: seller(product),
        exclude: vec![ExcludedDestination { destination: destination.to_owned(), ..Default::default() }],
        reason: "distribution agreement".to_owned(),
        ..Default::default()
    };
    let answer = client.patch_excluded_countries(request).await.unwrap().into_inner();
    answer.enrollment.unwrap().settings_version
}

async fn exclude_product(client: &mut Client, product: usize, destination: &str) -> i64 {
    send(client, product, destination, false).await.settings_version
}

/// What a dry run says would stop being exportable, go to fewer or to more destinations.
async fn would_stop(client: &mut Client, product: usize, destination: &str) -> (i64, i64, i64) {
    let preview = send(client, product, destination, true).await.preview.unwrap();
    (preview.stopping, preview.narrowing, preview.widening)
}

/// What a dry run says of the list of an earlier version.
async fn would_change_back(client: &mut Client, product: usize, settings_version: i64) -> (i64, i64, i64) {
    let request = RestoreExclusionsRequest {
        request_id: format!("restore-{product}"),
        seller_id: seller(product),
        settings_version,
        reason: "licence".to_owned(),
        dry_run: true,
        ..Default::default()
    };
    let answer = client.restore_exclusions(request).await.unwrap().into_inner();
    let preview = answer.preview.unwrap();
    (preview.stopping, preview.narrowing, preview.widening)
}

/// Excludes a product by a file that names it by its SKU.
async fn send(client: &mut Client, product: usize, destination: &str, dry_run: bool) -> ExclusionUpload {
    let header = UploadHeader {
        request_id: format!("file-{product}-{destination}-{dry_run}"),
        seller_id: seller(product),
        mode: ExclusionUploadMode::Merge.into(),
        dry_run,
        reason: "licence".to_owned(),
        ..Default::default()
    };
    let file = format!("sku\tdestinations\n{}\t{destination}\n", sku(product));
    let done = sellers::send(client, sellers::messages(header, &file)).await.unwrap();
    assert_eq!(done.refusal, "", "of {}", asin(product));
    done
}
