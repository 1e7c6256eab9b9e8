//! Who may see what.

use chassis::Role;
use wire::ErrorReason;
use wire::fulfillment::v1::{
    BatchGetConsigneesRequest, CancelOrderRequest, CountOpenOrdersRequest, GetOrderRequest,
    GetShipmentRequest, ListOrdersRequest, ListRevokedShipmentsRequest, OrderState,
};

use crate::support::{SELLER, World, one_shirt, order_id};

#[tokio::test(flavor = "multi_thread")]
async fn callers_see_what_is_theirs() {
    let world = World::start().await;
    for number in 1..=3 {
        world.place(one_shirt(number)).await;
        world.order_in(&order_id(number), OrderState::Accepted).await;
    }
    let order = world.order(&order_id(1)).await;
    let shipment_id = order.shipments[0].shipment_id.clone();
    let (mut own, mut other) = (world.seller(SELLER), world.seller("A1OTHER000001"));

    let get = GetOrderRequest { order_id: order_id(1) };
    assert!(own.get_order(get.clone()).await.is_ok());
    let reason = |status: tonic::Status| chassis::reason_of(&status).unwrap();
    assert_eq!(reason(other.get_order(get).await.unwrap_err()), ErrorReason::SellerNotAllowed);
    let shipment = GetShipmentRequest { shipment_id: shipment_id.clone() };
    assert!(own.get_shipment(shipment.clone()).await.is_ok());
    assert_eq!(reason(other.get_shipment(shipment).await.unwrap_err()), ErrorReason::SellerNotAllowed);
    let cancel = CancelOrderRequest {
        request_id: "1".to_owned(),
        order_id: order_id(1),
        line_nos: Vec::new(),
        reason: "not mine".to_owned(),
    };
    assert_eq!(reason(other.cancel_order(cancel).await.unwrap_err()), ErrorReason::SellerNotAllowed);

    let open = CountOpenOrdersRequest { seller_id: SELLER.to_owned() };
    assert_eq!(own.count_open_orders(open.clone()).await.unwrap().into_inner().accepted_orders, 3);
    assert_eq!(reason(other.count_open_orders(open).await.unwrap_err()), ErrorReason::SellerNotAllowed);
    let revoked = ListRevokedShipmentsRequest { seller_id: SELLER.to_owned(), ..Default::default() };
    assert_eq!(
        reason(other.list_revoked_shipments(revoked).await.unwrap_err()),
        ErrorReason::SellerNotAllowed
    );

    let mut list = ListOrdersRequest { page_size: 2, ..Default::default() };
    let first = own.list_orders(list.clone()).await.unwrap().into_inner();
    list.page_token = first.next_page_token.clone();
    let second = own.list_orders(list.clone()).await.unwrap().into_inner();
    let ids: Vec<_> = first.orders.iter().chain(&second.orders).map(|order| order.order_id.clone()).collect();
    assert_eq!(ids, [order_id(3), order_id(2), order_id(1)], "newest first");
    assert!(other.list_orders(ListOrdersRequest::default()).await.unwrap().into_inner().orders.is_empty());
    list.set_state(OrderState::Paid);
    assert_eq!(reason(own.list_orders(list).await.unwrap_err()), ErrorReason::InvalidPageToken);

    let consignees = BatchGetConsigneesRequest { shipment_ids: vec![shipment_id, nobody()] };
    for role in [Role::Operator, Role::Service, Role::Warehouse, Role::Carrier, Role::Broker] {
        let found = world.client(role).batch_get_consignees(consignees.clone()).await.unwrap().into_inner();
        assert_eq!(found.consignees.len(), 1, "unknown ones are left out");
        assert_eq!(found.consignees[0].ship_to.as_ref().unwrap().name, "Erika Mustermann");
    }
    for role in [Role::Seller, Role::Storefront, Role::Payments, Role::Auditor] {
        let denied = world.client(role).batch_get_consignees(consignees.clone()).await.unwrap_err();
        assert_eq!(reason(denied), ErrorReason::RoleNotAllowed);
    }
    let unknown = world.operator().get_order(GetOrderRequest { order_id: order_id(99) }).await.unwrap_err();
    assert_eq!(reason(unknown), ErrorReason::OrderNotFound);
    let malformed =
        world.operator().get_order(GetOrderRequest { order_id: "17".to_owned() }).await.unwrap_err();
    assert_eq!(reason(malformed), ErrorReason::InvalidArgument);
}

fn nobody() -> String {
    "0190a5b0-0000-7000-8000-0000000000ff".to_owned()
}
