//! Quotes over gRPC, and the checks of orders against them.

use chassis::{Role, reason_of};
use testbed::{soon, usd};
use wire::ErrorReason;
use wire::customs::v1::quote_outcome::Outcome;
use wire::customs::v1::*;
use wire::eligibility::events::v1::{ClassificationConfirmed, EligibilityEvent};

use super::support::*;

fn quote(outcome: &Outcome) -> Quote {
    match outcome {
        Outcome::Quote(quote) => quote.clone(),
        Outcome::Refusal(refusal) => panic!("{refusal:?}"),
    }
}

fn refusal(outcome: &Outcome) -> (&str, u32) {
    match outcome {
        Outcome::Refusal(refusal) => (refusal.reason.as_str(), refusal.line_no),
        Outcome::Quote(quote) => panic!("{quote:?}"),
    }
}

fn claim(quote: &Quote) -> QuoteCheck {
    QuoteCheck {
        quote_id: quote.quote_id.clone(),
        seller_id: quote.seller_id.clone(),
        destination_country_code: quote.destination_country_code.clone(),
        deposit: quote.deposit.clone(),
        lines: vec![quote_line("TOY-1", 2)],
    }
}

async fn checked(world: &World, checks: Vec<QuoteCheck>) -> Vec<String> {
    let request = BatchCheckQuotesRequest { checks };
    let answer = world.client(Role::Service).batch_check_quotes(request).await.unwrap();
    answer.into_inner().results.into_iter().map(|result| result.reason).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_basket_is_quoted_with_every_rule_explained() {
    let world = World::start().await;
    let made = quote(&quotes_of(&world, vec![basket("DE", 2)]).await[0]);
    // EUR 45.00 of goods and 9.00 of shipping: EUR 3 flat duty, 19 % of EUR 57.00, and the carrier's fee.
    assert_eq!((made.duty.clone(), made.tax.clone()), (usd(333), usd(1_203)));
    assert_eq!(made.fees, usd(1_700));
    assert_eq!(made.deposit, usd(333 + 1_203 + 1_700));
    assert_eq!(
        (made.lines[0].hs_code.as_str(), made.lines[0].duty_rate_basis.as_str()),
        ("9503009000", "EU_FLAT3")
    );
    assert!(made.explanation.iter().any(|line| line.contains("EU_FLAT3")), "{:?}", made.explanation);
    let request = GetQuoteRequest { quote_id: made.quote_id.clone() };
    let stored = world.client(Role::Storefront).get_quote(request).await.unwrap().into_inner();
    assert_eq!(stored.quote, Some(made));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_gets_the_first_answer_and_one_quote() {
    let world = World::start().await;
    let request = BatchQuoteLandedCostRequest {
        request_id: "once".to_owned(),
        baskets: vec![basket("FR", 1), basket("GB", 1)],
    };
    let mut client = world.client(Role::Storefront);
    let first = client.batch_quote_landed_cost(request.clone()).await.unwrap().into_inner();
    let second = client.batch_quote_landed_cost(request.clone()).await.unwrap().into_inner();
    assert_eq!(first, second);
    let other = BatchQuoteLandedCostRequest { baskets: vec![basket("FR", 2)], ..request };
    let refused = client.batch_quote_landed_cost(other).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::RequestIdReused));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_quoted_is_refused_with_its_reason() {
    let world = World::start().await;
    let mut crimea = basket("UA", 1);
    crimea.destination_region = "Crimea".to_owned();
    let with = |sku: &str| QuoteRequest { lines: vec![quote_line(sku, 1)], ..basket("DE", 1) };
    let baskets = vec![
        basket("IR", 1),
        basket("AQ", 1),
        crimea,
        with("NO-1"),
        with("ODD-1"),
        basket("PL", 1),
        basket("DE", 1),
    ];
    let outcomes = quotes_of(&world, baskets).await;
    let reasons: Vec<_> = outcomes[..6].iter().map(refusal).collect();
    assert_eq!(
        reasons,
        [
            ("DESTINATION_NOT_SERVED", 0),
            ("DESTINATION_NOT_SERVED", 0),
            ("DESTINATION_NOT_SERVED", 0),
            ("ITEM_NOT_FOUND", 1),
            ("HS_CODE_MISSING", 1),
            ("NOT_CALCULABLE", 0),
        ]
    );
    quote(&outcomes[6]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_checked_against_the_quote_it_names() {
    let world = World::start().await;
    let made = quote(&quotes_of(&world, vec![basket("DE", 2)]).await[0]);
    let right = claim(&made);
    let cheaper = QuoteCheck { deposit: usd(1), ..right.clone() };
    let more = QuoteCheck { lines: vec![quote_line("TOY-1", 3)], ..right.clone() };
    let unknown = QuoteCheck { quote_id: shipment_id("x"), ..right.clone() };
    let results = checked(&world, vec![right.clone(), cheaper, more, unknown]).await;
    assert_eq!(results, ["", "QUOTE_MISMATCH", "QUOTE_MISMATCH", "QUOTE_NOT_FOUND"]);
    world.time.move_to("2026-10-12T08:00:00Z");
    assert_eq!(checked(&world, vec![right]).await, ["QUOTE_EXPIRED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_quotes_or_reads_for_another_seller() {
    let world = World::start().await;
    let made = quote(&quotes_of(&world, vec![basket("DE", 2)]).await[0]);
    let mut other = world.seller_client("A9OTHERSELLER");
    let request = BatchQuoteLandedCostRequest { request_id: "r".to_owned(), baskets: vec![basket("DE", 1)] };
    let refused = other.batch_quote_landed_cost(request).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::SellerNotAllowed));
    let refused = other.get_quote(GetQuoteRequest { quote_id: made.quote_id }).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::SellerNotAllowed));
    let refused = other.batch_check_quotes(BatchCheckQuotesRequest::default()).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::RoleNotAllowed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_request_names_the_field() {
    let world = World::empty().await;
    let mut client = world.client(Role::Storefront);
    let mut euros = basket("DE", 1);
    euros.shipping_price.as_mut().unwrap().currency_code = "EUR".to_owned();
    for (baskets, reason) in [
        (vec![], ErrorReason::InvalidArgument),
        (vec![basket("DE", 0)], ErrorReason::InvalidArgument),
        (vec![euros], ErrorReason::WrongCurrency),
        (vec![basket("DE", 1); 101], ErrorReason::LimitExceeded),
    ] {
        let request = BatchQuoteLandedCostRequest { request_id: "r".to_owned(), baskets };
        let refused = client.batch_quote_landed_cost(request).await.unwrap_err();
        assert_eq!(reason_of(&refused), Some(reason), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_screen_a_party() {
    let world = World::empty().await;
    let mut client = world.client(Role::Operator);
    let mut screen = async |name: &str, country: &str| {
        let request = ScreenPartyRequest { name: name.to_owned(), country_code: country.to_owned() };
        client.screen_party(request).await.unwrap().into_inner()
    };
    let hit = screen("vortexian LINES", "IR").await;
    let kinds: Vec<&str> = hit.hits.iter().map(|hit| hit.kind.as_str()).collect();
    assert_eq!((hit.r#match, kinds), (true, vec!["EMBARGO", "DENIED_PARTY"]));
    assert!(!screen("Ana Prüfer", "DE").await.r#match);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_code_is_quoted_in_place_of_the_declared_one() {
    let world = World::start().await;
    let code = |version, hs_code: &str| ClassificationConfirmed {
        asin: ASIN.to_owned(),
        hs_code: hs_code.to_owned(),
        version,
        ..Default::default()
    };
    world.outside.tell(ASIN, EligibilityEvent::from(code(2, "61091000"))).await;
    soon("the confirmed code counts", async || {
        let line = quote(&quotes_of(&world, vec![basket("DE", 2)]).await[0]).lines.remove(0);
        (line.hs_code.as_str(), line.hs_code_estimated) == ("61091000", false)
    })
    .await;
    // An older one comes late; what comes behind it tells that it was read.
    world.outside.tell(ASIN, EligibilityEvent::from(code(1, "420292"))).await;
    let other = ClassificationConfirmed { asin: "B000000002".to_owned(), ..code(1, "950300") };
    // In the same partition.
    world.outside.tell(ASIN, EligibilityEvent::from(other)).await;
    soon("both are read", async || {
        let count = "SELECT count(*) FROM confirmed_codes";
        sqlx::query_scalar::<_, i64>(count).fetch_one(&world.pool).await.unwrap() == 2
    })
    .await;
    assert_eq!(quote(&quotes_of(&world, vec![basket("DE", 2)]).await[0]).lines[0].hs_code, "61091000");
}
