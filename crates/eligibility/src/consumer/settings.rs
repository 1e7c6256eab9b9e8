//! Enrollment's state topic, from which an empty mirror of sellers' settings is made.

use std::collections::BTreeMap;

use kernel::{Asin, SellerId};
use messaging::{HandleError, Rebuild};
use sqlx::PgConnection;
use wire::WireError;
use wire::convert::parse;
use wire::enrollment::state::v1::{EnrollmentState, ExcludedChunk, enrollment_state::Event};
use wire::enrollment::v1::{Enrollment, EnrollmentState as Participation};

use super::enrollment::{countries, excluded};
use crate::domain::settings::{Excluded, Settings};
use crate::store;

/// What is mirrored of sellers.
pub(crate) struct SettingsMirror;

impl Rebuild<EnrollmentState> for SettingsMirror {
    async fn is_empty(&self, db: &mut PgConnection) -> Result<bool, HandleError> {
        Ok(store::sellers::none(db).await?)
    }

    async fn fill(&self, db: &mut PgConnection, records: Vec<EnrollmentState>) -> Result<(), HandleError> {
        let (mut sellers, mut products) = (BTreeMap::new(), BTreeMap::new());
        for record in records {
            match record.event {
                Some(Event::SellerSettings(told)) => {
                    let told = told.enrollment.as_ref();
                    sellers.extend(told.map(settings).transpose().map_err(unreadable)?);
                }
                Some(Event::ExcludedChunk(chunk)) => {
                    products.extend(chunk_of(&chunk).map_err(unreadable)?);
                }
                None => {}
            }
        }
        store::sellers::save(db, &sellers, None).await?;
        Ok(store::sellers::save_exclusions(db, &products, None).await?)
    }
}

fn settings(told: &Enrollment) -> Result<(SellerId, Settings), WireError> {
    let settings = Settings {
        enabled: told.state() == Participation::Enabled,
        excluded: countries(&told.excluded_country_codes)?,
        version: told.settings_version,
    };
    Ok((parse("seller_id", &told.seller_id)?, settings))
}

fn chunk_of(chunk: &ExcludedChunk) -> Result<BTreeMap<(SellerId, Asin), Excluded>, WireError> {
    let seller: SellerId = parse("seller_id", &chunk.seller_id)?;
    let mut products = BTreeMap::new();
    for group in &chunk.groups {
        let excluded = excluded(&group.country_codes)?;
        for asin in &group.asins {
            products.insert((seller, parse("asins", asin)?), excluded);
        }
    }
    Ok(products)
}

/// Nothing is taken from a topic that cannot be read whole.
fn unreadable(error: WireError) -> HandleError {
    HandleError::failed(format!("the state topic of enrollment cannot be taken: {error}"))
}
