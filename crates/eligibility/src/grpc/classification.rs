//! HS codes: suggested, confirmed, looked up.

use std::sync::Arc;

use chassis::{Error, Page, Principal, Role, Sellers, principal};
use kernel::{Asin, HsCode};
use messaging::calls::{Begun, begin, database};
use sqlx::PgConnection;
use tonic::{Request, Response};
use wire::ErrorReason;
use wire::convert::{parse, timestamp};
use wire::eligibility::v1::suggest_classification_request::Subject;
use wire::eligibility::v1::*;

use super::EligibilityApi;
use crate::app::confirm_classification;
use crate::domain::classification::{self, Asked, Confirmation, MAX_CHARS, Outcome, Suggestion};
use crate::store;

/// Longest reason, in characters.
const MAX_REASON: usize = 500;
/// Declared codes that are told.
const MAX_DECLARED: i64 = 50;

impl EligibilityApi {
    pub(super) async fn suggest(
        &self,
        request: &Request<SuggestClassificationRequest>,
    ) -> Result<Response<SuggestClassificationResponse>, Error> {
        let text = match &request.get_ref().subject {
            Some(Subject::Text(text)) => described(text)?,
            Some(Subject::Asin(asin)) => self.title(principal(request)?, parse("asin", asin)?).await?,
            None => return Err(Error::invalid("subject", "is missing: give an asin or a text")),
        };
        let suggester = Arc::clone(&self.suggester);
        let suggested = tokio::task::spawn_blocking(move || {
            suggester.suggest(&text).map_err(|error| Error::internal(error))
        });
        let suggested = suggested.await.map_err(|error| Error::internal(&error))??;
        let goods = &self.rules.at(self.clock.now()).goods;
        let suggestions = suggested.into_iter().map(|found| {
            let classes = goods.pointed_to(found.code).into_iter().map(str::to_owned).collect();
            suggestion(found, classes)
        });
        Ok(Response::new(SuggestClassificationResponse { suggestions: suggestions.collect() }))
    }

    pub(super) async fn confirm(
        &self,
        request: &Request<ConfirmClassificationRequest>,
    ) -> Result<Response<ConfirmClassificationResponse>, Error> {
        let (asked, caller, now) = (request.get_ref(), principal(request)?, self.clock.now());
        let asin: Asin = parse("asin", &asked.asin)?;
        let to_confirm = Asked {
            asin,
            code: self.known_code(&asked.hs_code)?,
            by_role: confirms_as(caller),
            by: caller.subject.clone(),
            reason: reason(&asked.reason)?,
            expected: asked.expected_version,
        };
        let method = "ConfirmClassification";
        let begun = begin(&self.pool, &caller.subject, method, &asked.request_id, asked, now).await?;
        let mut call = match begun {
            Begun::Repeat(answer) => return Ok(Response::new(answer)),
            Begun::First(call) => call,
        };
        may_see(&mut call.db, caller, asin).await?;
        let outcome = confirm_classification(&mut call.db, &self.rules, now, to_confirm).await;
        let (confirmed, already_applied) = match outcome.map_err(database)? {
            Outcome::Confirmed(confirmed) => (confirmed, false),
            Outcome::Stands(confirmed) => (confirmed, true),
            Outcome::VersionConflict { actual } => return Err(conflict(asin, actual)),
            Outcome::ClassifierHasSpoken { code } => return Err(spoken(asin, code)),
        };
        let classification = Some(shown(confirmed));
        call.answer(ConfirmClassificationResponse { classification, already_applied })
            .await
            .map(Response::new)
    }

    pub(super) async fn classification(
        &self,
        request: &Request<GetClassificationRequest>,
    ) -> Result<Response<GetClassificationResponse>, Error> {
        let asin: Asin = parse("asin", &request.get_ref().asin)?;
        let mut db = self.snapshot().await?;
        may_see(&mut db, principal(request)?, asin).await?;
        let newest = store::classifications::newest(&mut db, asin).await.map_err(database)?;
        let declared = store::classifications::declared(&mut db, asin, MAX_DECLARED).await;
        let declared_hs_codes = declared.map_err(database)?;
        Ok(Response::new(GetClassificationResponse { classification: newest.map(shown), declared_hs_codes }))
    }

    pub(super) async fn classification_history(
        &self,
        request: &Request<ListClassificationHistoryRequest>,
    ) -> Result<Response<ListClassificationHistoryResponse>, Error> {
        let asked = request.get_ref();
        let asin: Asin = parse("asin", &asked.asin)?;
        let page = Page::parse(format!("classifications/{asin}"), asked.page_size, &asked.page_token)?;
        let mut db = self.snapshot().await?;
        may_see(&mut db, principal(request)?, asin).await?;
        let rows = store::classifications::page(&mut db, asin, page.start()?, page.limit()).await;
        let mut rows = rows.map_err(database)?;
        let next_page_token = page.cut(&mut rows, |confirmed| confirmed.version.to_string());
        let classifications = rows.into_iter().map(shown).collect();
        Ok(Response::new(ListClassificationHistoryResponse { classifications, next_page_token }))
    }

    /// What an ASIN's first listed offer says.
    async fn title(&self, caller: &Principal, asin: Asin) -> Result<String, Error> {
        let mut db = self.snapshot().await?;
        may_see(&mut db, caller, asin).await?;
        let described = store::classifications::described(&mut db, &[asin]).await.map_err(database)?;
        let (_, described) = described.into_iter().next().ok_or_else(|| {
            let message = format!("ASIN {asin} is listed by nobody now: give its text instead");
            Error::wrong_state(message).precondition("asin", "must be listed")
        })?;
        Ok(described.text())
    }

    /// A code that can be confirmed.
    fn known_code(&self, text: &str) -> Result<HsCode, Error> {
        let code: HsCode = parse("hs_code", text)?;
        let codes = self.suggester.codes().map_err(|error| Error::internal(error))?;
        if codes.six(code).is_none() {
            let problem = format!("{} is no code of HS 2022: look for the code of today", code.hs6());
            return Err(Error::invalid("hs_code", problem));
        }
        Ok(code)
    }
}

fn described(text: &str) -> Result<String, Error> {
    if text.trim().is_empty() || text.chars().count() > MAX_CHARS {
        return Err(Error::invalid("text", format!("must have 1 to {MAX_CHARS} characters")));
    }
    Ok(text.to_owned())
}

fn reason(text: &str) -> Result<String, Error> {
    let text = text.trim();
    if !(1..=MAX_REASON).contains(&text.chars().count()) || text.contains('\0') {
        let problem = format!("must have 1 to {MAX_REASON} characters, none of them NUL: say why");
        return Err(Error::invalid("reason", problem));
    }
    Ok(text.to_owned())
}

fn confirms_as(caller: &Principal) -> classification::ConfirmedAs {
    match caller.role {
        Role::Classifier => classification::ConfirmedAs::Classifier,
        // The table of roles lets in nobody else.
        _ => classification::ConfirmedAs::Seller,
    }
}

/// The product was listed, and a seller who asks lists it now.
async fn may_see(db: &mut PgConnection, caller: &Principal, asin: Asin) -> Result<(), Error> {
    if !store::classifications::is_product(db, asin).await.map_err(database)? {
        let message = format!("ASIN {asin} was never listed: list an offer of it in the catalogue");
        return Err(Error::not_found(ErrorReason::ItemNotFound, message));
    }
    let Sellers::Only(sellers) = &caller.sellers else { return Ok(()) };
    let sellers: Vec<&str> = sellers.iter().map(kernel::SellerId::as_str).collect();
    if store::classifications::is_listed_by(db, asin, &sellers).await.map_err(database)? {
        return Ok(());
    }
    let message = format!(
        "no seller that {} may act for lists ASIN {asin}: use a token of one that does",
        caller.subject
    );
    Err(Error::new(ErrorReason::SellerNotAllowed, message))
}

fn conflict(asin: Asin, actual: i64) -> Error {
    let message = format!("the classification of {asin} is at version {actual}: read it again, then decide");
    Error::new(ErrorReason::VersionConflict, message)
        .precondition("expected_version", format!("must be {actual}"))
}

fn spoken(asin: Asin, code: HsCode) -> Error {
    let message = format!("a classifier has confirmed {code} for {asin}: ask a classifier to change it");
    Error::wrong_state(message).precondition("asin", "must not be confirmed by a classifier")
}

fn suggestion(found: Suggestion, restricted_classes: Vec<String>) -> HsSuggestion {
    HsSuggestion {
        hs_code: found.code.to_string(),
        confidence: found.confidence.into(),
        reference: found.reference.text.into(),
        reference_origin: found.reference.origin.to_string(),
        matched_words: found.matched,
        restricted_classes,
    }
}

/// What those may know who are not asked whether they list the product.
pub(super) fn code_of(confirmed: Confirmation) -> Classification {
    Classification { confirmed_by: String::new(), reason: String::new(), ..shown(confirmed) }
}

fn shown(confirmed: Confirmation) -> Classification {
    let confirmed_as = match confirmed.by_role {
        classification::ConfirmedAs::Seller => ConfirmedAs::Seller,
        classification::ConfirmedAs::Classifier => ConfirmedAs::Classifier,
    };
    Classification {
        asin: confirmed.asin.to_string(),
        version: confirmed.version,
        hs_code: confirmed.code.to_string(),
        confirmed_by: confirmed.by,
        confirmed_as: confirmed_as.into(),
        reason: confirmed.reason,
        confirmed_time: Some(timestamp(confirmed.at)),
    }
}
