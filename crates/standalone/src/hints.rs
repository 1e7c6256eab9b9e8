//! Lines that a newcomer can paste.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use chassis::SigningKey;
use simulator::Outcome;

use crate::Stack;
use crate::clients::operator;

/// The saved token holds so long.
const TOKEN_TTL: Duration = Duration::from_secs(12 * 3_600);

/// For services that stay up: saves an operator's token and prints what can be done with it.
///
/// # Errors
/// When a file cannot be written.
pub(crate) fn print(out: &Path, stack: &Stack, key: &SigningKey, outcome: &Outcome) -> anyhow::Result<()> {
    let token = out.join("token");
    key.save(&out.join("signing-key.pem"))?;
    std::fs::write(&token, key.sign(&operator(), TOKEN_TTL)?).with_context(|| token.display().to_string())?;
    let host = |url: &str| url.trim_start_matches("http://").to_owned();
    let (token, urls) = (token.display(), &stack.endpoints);
    let seller = outcome.sellers.first().map(ToString::to_string).unwrap_or_default();
    let shipment = outcome.shipments.first().cloned().unwrap_or_default();
    println!("\nAsk the services (an operator's token is in {token}):");
    let call = |url: &str, json: &str, method: &str| {
        println!(
            "  grpcurl -plaintext -H \"authorization: Bearer $(cat {token})\" -d '{json}' {} {method}",
            host(url)
        );
    };
    call(
        &urls.enrollment,
        &format!(r#"{{"seller_id":"{seller}"}}"#),
        "fbaexport.enrollment.v1.EnrollmentService/GetEnrollment",
    );
    call(
        &urls.fulfillment,
        &format!(r#"{{"shipment_id":"{shipment}"}}"#),
        "fbaexport.fulfillment.v1.FulfillmentService/GetShipment",
    );
    call(
        &urls.customs,
        &format!(r#"{{"shipment_id":"{shipment}"}}"#),
        "fbaexport.customs.v1.CustomsService/GetCustomsShipment",
    );
    println!("\nOr as an operator on the command line:");
    println!(
        "  export FBA_TOKEN_FILE={token} FBA_ENROLLMENT_URL={} FBA_ELIGIBILITY_URL={} FBA_FULFILLMENT_URL={} \
         FBA_CUSTOMS_URL={} FBA_RETURNS_URL={} FBA_KAFKA_BROKERS={} FBA_TOPIC_PREFIX={}",
        urls.enrollment,
        urls.eligibility,
        urls.fulfillment,
        urls.customs,
        urls.returns,
        stack.bus.kafka_brokers,
        stack.bus.topic_prefix
    );
    println!("  fbactl seller show {seller}");
    println!("  fbactl shipment show {shipment}");
    println!("  fbactl reconcile");
    Ok(())
}
