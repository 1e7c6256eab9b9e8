//! Enrollment's events.

use chassis::Clock;
use kernel::{Asin, CountrySet, SellerId};
use messaging::{HandleError, Handler, Received, Refusal};
use sqlx::PgConnection;
use wire::WireError;
use wire::convert::parse;
use wire::enrollment::events::v1::{EnrollmentEvent, ProductExclusionsChanged, enrollment_event::Event};

use super::refusal;
use crate::app::apply_settings;
use crate::domain::settings::{Change, Excluded, What};

/// Mirrors sellers' settings.
pub(crate) struct EnrollmentHandler {
    pub(crate) clock: Clock,
}

impl Handler<EnrollmentEvent> for EnrollmentHandler {
    /// An event may tell of 900 products.
    const MOST: usize = 50;

    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<EnrollmentEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let mut refused = Vec::new();
        let mut changes = Vec::with_capacity(batch.len());
        for (index, received) in batch.iter().enumerate() {
            match received.event.event.as_ref().map(change).transpose() {
                Ok(change) => changes.extend(change),
                Err(error) => refused.push(refusal(index, &error)),
            }
        }
        apply_settings(db, self.clock.now(), changes).await?;
        Ok(refused)
    }
}

fn change(event: &Event) -> Result<(SellerId, Change), WireError> {
    let enabled = |enabled| What::Participation { enabled };
    let (seller, version, what) = match event {
        Event::SellerEnrolled(event) => (&event.seller_id, event.settings_version, enabled(true)),
        Event::ExportEnabled(event) => (&event.seller_id, event.settings_version, enabled(true)),
        Event::SellerNotEnrolled(event) => (&event.seller_id, event.settings_version, enabled(false)),
        Event::ExportDisabled(event) => (&event.seller_id, event.settings_version, enabled(false)),
        Event::AuthorityRevoked(event) => (&event.seller_id, event.settings_version, enabled(false)),
        Event::CountryExclusionsReplaced(event) => {
            let countries = countries(&event.country_codes)?;
            (&event.seller_id, event.settings_version, What::ExcludedCountries(countries))
        }
        Event::ProductExcluded(event) => {
            let excluded = excluded(&event.country_codes)?;
            let what = What::ExcludedProducts(vec![(parse("asin", &event.asin)?, excluded)]);
            (&event.seller_id, event.settings_version, what)
        }
        Event::ProductIncluded(event) => {
            let what = What::ExcludedProducts(vec![(parse("asin", &event.asin)?, Excluded::Not)]);
            (&event.seller_id, event.settings_version, what)
        }
        Event::ProductExclusionsChanged(event) => {
            (&event.seller_id, event.settings_version, What::ExcludedProducts(products(event)?))
        }
    };
    Ok((parse("seller_id", seller)?, Change { version, what }))
}

/// The products of a part of a large change.
fn products(event: &ProductExclusionsChanged) -> Result<Vec<(Asin, Excluded)>, WireError> {
    let mut products = Vec::new();
    for (index, group) in event.excluded.iter().enumerate() {
        let excluded = excluded(&group.country_codes)?;
        for asin in &group.asins {
            products.push((parse(&format!("excluded[{index}].asins"), asin)?, excluded));
        }
    }
    for asin in &event.included_asins {
        products.push((parse("included_asins", asin)?, Excluded::Not));
    }
    Ok(products)
}

/// No countries = all.
pub(super) fn excluded(codes: &[String]) -> Result<Excluded, WireError> {
    let countries = countries(codes)?;
    Ok(if countries.is_empty() { Excluded::Everywhere } else { Excluded::Countries(countries) })
}

pub(super) fn countries(codes: &[String]) -> Result<CountrySet, WireError> {
    codes.iter().enumerate().map(|(index, code)| parse(&format!("country_codes[{index}]"), code)).collect()
}
