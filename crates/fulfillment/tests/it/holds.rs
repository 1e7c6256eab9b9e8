//! Holds of customs, and revoked authorities.

use testbed::fresh_id;
use wire::ErrorReason;
use wire::convert::timestamp;
use wire::enrollment::events::v1::{AuthorityRevoked, EnrollmentEvent};
use wire::fulfillment::events::v1::fulfillment_event::Event as Told;
use wire::fulfillment::v1::resolve_hold_request::Resolution;
use wire::fulfillment::v1::{
    BatchGetConsigneesRequest, CountOpenOrdersRequest, ListRevokedShipmentsRequest, OrderState,
    ResolveHoldRequest, Shipment, ShipmentState,
};

use crate::support::{AUTHORITY, SELLER, World, one_shirt, order_id};

fn resolve(shipment: &Shipment, resolution: Resolution) -> ResolveHoldRequest {
    ResolveHoldRequest {
        request_id: fresh_id(),
        shipment_id: shipment.shipment_id.clone(),
        resolution: Some(resolution),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_tax_id_is_given_and_customs_looks_again() {
    let world = World::start().await;
    world.place(one_shirt(1)).await;
    let shipment = world.order_in(&order_id(1), OrderState::Accepted).await.shipments.remove(0);
    world.hold(&shipment, "RECIPIENT_TAX_ID_MISSING").await;
    let held = world.shipment_in(&order_id(1), ShipmentState::Held).await;
    assert_eq!(held.hold_reason, "RECIPIENT_TAX_ID_MISSING");

    let given = resolve(&shipment, Resolution::RecipientTaxId("DE123456789".to_owned()));
    let denied = world.seller(SELLER).resolve_hold(given.clone()).await.unwrap_err();
    assert_eq!(chassis::reason_of(&denied), Some(ErrorReason::RoleNotAllowed));
    let mut storefront = world.client(chassis::Role::Storefront);
    let resolved = storefront.resolve_hold(given).await.unwrap().into_inner();
    assert_eq!(resolved.shipment.unwrap().state(), ShipmentState::Planned);
    let told = world.told(&order_id(1), |event| matches!(event, Told::HoldResolved(_))).await;
    assert!(!format!("{told:?}").contains("DE123456789"), "no personal data in events");
    let request = BatchGetConsigneesRequest { shipment_ids: vec![shipment.shipment_id.clone()] };
    let answer = world.client(chassis::Role::Service).batch_get_consignees(request).await.unwrap();
    assert_eq!(answer.into_inner().consignees[0].recipient_tax_id, "DE123456789");

    let again = resolve(&shipment, Resolution::Recheck(true));
    let wrong = world.operator().resolve_hold(again).await.unwrap_err();
    assert_eq!(chassis::reason_of(&wrong), Some(ErrorReason::WrongState));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_corrected_inside_its_country() {
    let world = World::start().await;
    world.place(one_shirt(1)).await;
    let shipment = world.order_in(&order_id(1), OrderState::Accepted).await.shipments.remove(0);
    world.hold(&shipment, "ADDRESS_INCOMPLETE").await;
    world.shipment_in(&order_id(1), ShipmentState::Held).await;
    let address = |country: &str| {
        let mut address = one_shirt(1).ship_to.unwrap();
        (address.country_code, address.city) = (country.to_owned(), "Bonn".to_owned());
        resolve(&shipment, Resolution::ShipTo(address))
    };
    let mut storefront = world.client(chassis::Role::Storefront);
    let elsewhere = storefront.resolve_hold(address("FR")).await.unwrap_err();
    assert_eq!(chassis::reason_of(&elsewhere), Some(ErrorReason::InvalidArgument));
    storefront.resolve_hold(address("DE")).await.unwrap();
    let city: String =
        sqlx::query_scalar("SELECT city FROM consignees").fetch_one(&world.pool).await.unwrap();
    assert_eq!(city, "Bonn");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_holds_open_orders_and_the_seller_chooses() {
    let world = World::start().await;
    world.released(1).await;
    world.place(one_shirt(2)).await;
    world.order_in(&order_id(2), OrderState::Accepted).await;
    let (gone, _) = world.dispatched(3).await;
    let revoked = AuthorityRevoked {
        seller_id: SELLER.to_owned(),
        authority_id: AUTHORITY.to_owned(),
        revoked_time: Some(timestamp(world.time.now())),
        settings_version: 2,
        ..Default::default()
    };
    world.outside.tell(SELLER, EnrollmentEvent::from(revoked)).await;
    let first = world.shipment_in(&order_id(1), ShipmentState::Held).await;
    let second = world.shipment_in(&order_id(2), ShipmentState::Held).await;
    assert_eq!(first.hold_reason, "AUTHORITY_REVOKED");
    assert_eq!(world.order(&gone.order_id).await.shipments[0].state(), ShipmentState::Dispatched);

    let mut seller = world.seller(SELLER);
    let count = CountOpenOrdersRequest { seller_id: SELLER.to_owned() };
    let open = seller.count_open_orders(count.clone()).await.unwrap().into_inner();
    assert_eq!((open.accepted_orders, open.paid_orders, open.revoked_shipments), (1, 2, 2));
    let mut list =
        ListRevokedShipmentsRequest { seller_id: SELLER.to_owned(), page_size: 1, ..Default::default() };
    let mut listed = Vec::new();
    loop {
        let page = seller.list_revoked_shipments(list.clone()).await.unwrap().into_inner();
        listed.extend(page.shipments.into_iter().map(|held| (held.order_id, held.shipment_id)));
        if page.next_page_token.is_empty() {
            break;
        }
        list.page_token = page.next_page_token;
    }
    let held = [&first, &second].map(|held| (held.order_id.clone(), held.shipment_id.clone()));
    assert_eq!(listed, held);

    let finish = seller.resolve_hold(resolve(&first, Resolution::Recheck(true))).await.unwrap().into_inner();
    assert_eq!(finish.shipment.unwrap().state(), ShipmentState::Released);
    let give_up = seller.resolve_hold(resolve(&second, Resolution::Cancel(true))).await.unwrap().into_inner();
    assert_eq!(give_up.shipment.unwrap().state(), ShipmentState::Cancelled);
    let open = seller.count_open_orders(count).await.unwrap().into_inner();
    assert_eq!((open.accepted_orders, open.paid_orders, open.revoked_shipments), (0, 2, 0));

    world.place(one_shirt(4)).await;
    let refused = world.order_in(&order_id(4), OrderState::Rejected).await;
    assert_eq!(refused.reasons[0].code, "PROGRAM_DISABLED");
}
