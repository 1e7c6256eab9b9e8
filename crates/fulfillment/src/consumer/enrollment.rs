//! Enrollment's events: who takes part, under which authority.

use chassis::Clock;
use kernel::AuthorityId;
use messaging::{HandleError, Handler, Received, Refusal};
use sqlx::PgConnection;
use wire::WireError;
use wire::convert::{parse, parse_timestamp};
use wire::enrollment::events::v1::enrollment_event::Event;
use wire::enrollment::events::v1::{AuthorityRevoked, EnrollmentEvent, GrantedAuthority};

use super::invalid;
use crate::app::follow_enrollment::{EnrollmentNews, follow_enrollment};
use crate::store::sellers::Participation;

/// Follows participation.
pub(crate) struct EnrollmentHandler {
    pub(crate) clock: Clock,
}

impl Handler<EnrollmentEvent> for EnrollmentHandler {
    async fn handle(
        &self,
        db: &mut PgConnection,
        batch: &[Received<EnrollmentEvent>],
    ) -> Result<Vec<Refusal>, HandleError> {
        let (mut refused, mut news) = (Vec::new(), EnrollmentNews::default());
        for (record, received) in batch.iter().enumerate() {
            if let Some(event) = &received.event.event
                && let Err(error) = add(&mut news, event)
            {
                refused.push(invalid(record, &error));
            }
        }
        follow_enrollment(db, &news, self.clock.now()).await?;
        Ok(refused)
    }
}

fn add(news: &mut EnrollmentNews, event: &Event) -> Result<(), WireError> {
    let (seller_id, authority, settings_version) = match event {
        Event::SellerEnrolled(event) => {
            (&event.seller_id, granted(event.authority.as_ref())?, event.settings_version)
        }
        Event::ExportEnabled(event) => {
            (&event.seller_id, granted(event.authority.as_ref())?, event.settings_version)
        }
        Event::SellerNotEnrolled(event) => (&event.seller_id, None, event.settings_version),
        Event::ExportDisabled(event) => (&event.seller_id, None, event.settings_version),
        Event::AuthorityRevoked(event) => {
            revoke(news, event)?;
            (&event.seller_id, None, event.settings_version)
        }
        // Exclusions are eligibility's.
        Event::CountryExclusionsReplaced(_)
        | Event::ProductExcluded(_)
        | Event::ProductExclusionsChanged(_)
        | Event::ProductIncluded(_) => return Ok(()),
    };
    news.push(parse("seller_id", seller_id)?, Participation { authority, settings_version });
    Ok(())
}

fn granted(authority: Option<&GrantedAuthority>) -> Result<Option<AuthorityId>, WireError> {
    let authority = authority.ok_or_else(|| WireError::invalid("authority", "is required"))?;
    parse("authority.authority_id", &authority.authority_id).map(Some)
}

fn revoke(news: &mut EnrollmentNews, event: &AuthorityRevoked) -> Result<(), WireError> {
    news.revocations.push((
        parse("seller_id", &event.seller_id)?,
        parse("authority_id", &event.authority_id)?,
        parse_timestamp("revoked_time", event.revoked_time)?,
    ));
    Ok(())
}
