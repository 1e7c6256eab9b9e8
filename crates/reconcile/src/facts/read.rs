//! Streaming the facts of a service.

use wire::ops::v1::StreamFactsRequest;
use wire::ops::v1::audit_service_client::AuditServiceClient;

use super::Facts;
use crate::rest::refused;
use crate::{Channel, Error, Step};

/// Takes every fact of `service`.
pub(crate) async fn read<C: Channel>(
    service: &str,
    channel: C,
    facts: &mut Facts,
    progress: &mut impl FnMut(Step),
) -> Result<(), Error> {
    let answer = AuditServiceClient::new(channel).stream_facts(StreamFactsRequest {}).await;
    let mut stream = answer.map_err(|status| refused(service, status))?.into_inner();
    let mut count = 0;
    while let Some(message) = stream.message().await.map_err(|status| refused(service, status))? {
        for fact in &message.facts {
            facts.take(service, fact);
            count += 1;
        }
        progress(Step::Facts { service: service.to_owned(), facts: count });
    }
    Ok(())
}
