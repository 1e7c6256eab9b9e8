//! Asks eligibility what a change of excluded products would stop.

use std::collections::BTreeMap;
use std::time::Duration;

use chassis::Channel;
use kernel::SellerId;
use tokio::time::Instant;
use tonic::{Request, Status};
use wire::eligibility::v1::eligibility_service_client::EligibilityServiceClient;
use wire::eligibility::v1::{PreviewExclusionsRequest, PreviewedProducts};

use crate::domain::Preview;
use crate::publish::split_codes;

/// How long one part may take.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// The eligibility service.
#[derive(Clone)]
pub(crate) struct Eligibility(EligibilityServiceClient<Channel>);

impl Eligibility {
    pub(crate) fn new(channel: Channel) -> Self {
        Self(EligibilityServiceClient::new(channel))
    }

    /// What becomes of products: those that would be excluded, by their countries joined by | (none = all), and those that
    /// would not be any more. At most 2,000 in all. Not asked after `until`.
    pub(crate) async fn preview(
        &self,
        seller: SellerId,
        excluded: BTreeMap<String, Vec<String>>,
        included: Vec<String>,
        until: Instant,
    ) -> Result<Preview, Status> {
        let excluded = excluded.into_iter().map(|(countries, asins)| PreviewedProducts {
            asins,
            country_codes: split_codes(&countries),
            included: false,
        });
        let included = PreviewedProducts { asins: included, country_codes: Vec::new(), included: true };
        let products = excluded.chain([included]).filter(|group| !group.asins.is_empty()).collect();
        let mut request = Request::new(PreviewExclusionsRequest { seller_id: seller.to_string(), products });
        request.set_timeout(CALL_TIMEOUT.min(until.duration_since(Instant::now())));
        let answer = self.0.clone().preview_exclusions(request).await?.into_inner();
        Ok(Preview { stopping: answer.stopping, narrowing: answer.narrowing, widening: answer.widening })
    }
}
