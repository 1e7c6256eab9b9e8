//! Calls about classifications.

use chassis::Role;
use tonic::Status;
use wire::eligibility::v1::suggest_classification_request::Subject;
use wire::eligibility::v1::*;

use crate::support::{Client, SELLER, World, asin};

pub(crate) fn classifier(world: &World) -> Client {
    Client::new(world.service.caller(Role::Classifier))
}

pub(crate) fn seller(world: &World) -> Client {
    world.seller(SELLER)
}

/// The request to confirm the code of product 1.
pub(crate) fn request(request_id: &str, hs_code: &str) -> ConfirmClassificationRequest {
    ConfirmClassificationRequest {
        request_id: request_id.to_owned(),
        asin: asin(1),
        hs_code: hs_code.to_owned(),
        reason: "as on the label".to_owned(),
        expected_version: None,
    }
}

pub(crate) async fn confirm(
    mut client: Client,
    request: ConfirmClassificationRequest,
) -> Result<ConfirmClassificationResponse, Status> {
    client.confirm_classification(request).await.map(tonic::Response::into_inner)
}

pub(crate) async fn get(mut client: Client, asin: &str) -> Result<GetClassificationResponse, Status> {
    let request = GetClassificationRequest { asin: asin.to_owned() };
    client.get_classification(request).await.map(tonic::Response::into_inner)
}

pub(crate) async fn history(
    mut client: Client,
    asin: &str,
    page_size: i32,
    page_token: &str,
) -> Result<ListClassificationHistoryResponse, Status> {
    let (asin, page_token) = (asin.to_owned(), page_token.to_owned());
    let request = ListClassificationHistoryRequest { asin, page_size, page_token };
    client.list_classification_history(request).await.map(tonic::Response::into_inner)
}

pub(crate) async fn suggest(
    mut client: Client,
    subject: Option<Subject>,
) -> Result<Vec<HsSuggestion>, Status> {
    let answer = client.suggest_classification(SuggestClassificationRequest { subject }).await?;
    Ok(answer.into_inner().suggestions)
}
