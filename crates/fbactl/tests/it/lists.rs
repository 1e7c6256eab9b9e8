//! Lists: pages, bounds, truncation.

use wire::eligibility::v1::{DeliverableOffer, ListDeliverableRequest, ListDeliverableResponse};
use wire::enrollment::v1::{Enrollment, ListEnrollmentsRequest, ListEnrollmentsResponse};
use wire::fulfillment::v1::{ListOrdersRequest, ListOrdersResponse, Order, OrderState};

use crate::fake::Fake;

const SELLERS: &str = "enrollment.v1.EnrollmentService/ListEnrollments";
const DELIVERABLE: &str = "eligibility.v1.EligibilityService/ListDeliverable";
const ORDERS: &str = "fulfillment.v1.FulfillmentService/ListOrders";

fn page(sellers: &[&str], next: &str) -> ListEnrollmentsResponse {
    let enrollments =
        sellers.iter().map(|id| Enrollment { seller_id: (*id).to_owned(), ..Default::default() });
    ListEnrollmentsResponse { enrollments: enrollments.collect(), next_page_token: next.to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_followed_to_the_end() {
    let fake =
        Fake::default().answers(SELLERS, [page(&["A1", "A2"], "more")]).answers(SELLERS, [page(&["A3"], "")]);
    let done = fake.run(&["seller", "list", "--output", "json"]).await;
    assert_eq!(done.code, 0, "{}", done.err);
    let json = done.json();
    assert_eq!(json["enrollments"].as_array().unwrap().len(), 3);
    assert_eq!(json["truncated"], false);
    let asked: Vec<ListEnrollmentsRequest> = fake.asked(SELLERS);
    assert_eq!(asked[1].page_token, "more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_ends_a_list_and_says_so() {
    let fake = Fake::default().answers(SELLERS, [page(&["A1", "A2"], "more")]);
    let done = fake.run(&["seller", "list", "--limit", "2", "--output", "json"]).await;
    assert_eq!(done.json()["truncated"], true);
    let asked: Vec<ListEnrollmentsRequest> = fake.asked(SELLERS);
    assert_eq!((asked.len(), asked[0].page_size), (1, 2));

    let done = fake.run(&["seller", "list", "--limit", "2"]).await;
    assert_eq!(done.code, 0);
    assert_eq!(done.err, "more enrollments exist: raise --limit\n");
    assert!(done.out.trim_start().starts_with("SELLER ID"), "{}", done.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_never_ends_its_list_is_left() {
    let fake = Fake::default().answers(SELLERS, [page(&[], "again")]);
    let done = fake.run(&["seller", "list", "--output", "json"]).await;
    assert_eq!(done.code, 0);
    assert_eq!(done.json()["truncated"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_filtered_by_state() {
    let order = Order { order_id: "111-1111111-1111111".to_owned(), ..Default::default() };
    let answer = ListOrdersResponse { orders: vec![order], next_page_token: String::new() };
    let fake = Fake::default().answers(ORDERS, [answer]);
    assert_eq!(fake.run(&["order", "list", "--state", "closed"]).await.code, 0);
    let asked: Vec<ListOrdersRequest> = fake.asked(ORDERS);
    assert_eq!(asked[0].state(), OrderState::Closed);
    assert_eq!(fake.run(&["order", "list", "--state", "unspecified"]).await.code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_go_to_a_country_is_listed_past_pages_without_any() {
    let page = |skus: &[&str], next: &str| {
        let offer = |sku: &&str| DeliverableOffer { sku: (*sku).to_owned(), ..Default::default() };
        ListDeliverableResponse { offers: skus.iter().map(offer).collect(), next_page_token: next.to_owned() }
    };
    let fake = [page(&["SKU-1"], "a"), page(&[], "b"), page(&["SKU-2"], "")]
        .into_iter()
        .fold(Fake::default(), |fake, page| fake.answers(DELIVERABLE, [page]));
    let done = fake.run(&["deliverable", "DE", "--output", "json"]).await;
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(done.json()["offers"][1]["sku"], "SKU-2");
    assert_eq!(done.json()["truncated"], false);
    let asked: Vec<ListDeliverableRequest> = fake.asked(DELIVERABLE);
    assert_eq!((asked[2].country_code.as_str(), asked[2].page_token.as_str()), ("DE", "b"));
}

#[tokio::test(flavor = "multi_thread")]
async fn control_characters_of_data_do_not_reach_the_terminal() {
    let fake = Fake::default().answers(SELLERS, [page(&["\u{1b}[2Jgone"], "")]);
    let done = fake.run(&["seller", "list"]).await;
    assert!(!done.out.contains('\u{1b}'), "{:?}", done.out);
}
