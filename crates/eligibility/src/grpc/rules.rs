//! Tables of rules: imported, compared, put in force.

use std::sync::Arc;

use chassis::{Error, principal};
use futures::StreamExt as _;
use futures::stream::{BoxStream, try_unfold};
use messaging::calls::{Begun, begin, database};
use sqlx::{Postgres, Transaction};
use tokio::sync::OwnedSemaphorePermit;
use tonic::{Request, Response, Status};
use wire::ErrorReason;
use wire::convert::timestamp;
use wire::eligibility::v1::*;

use super::EligibilityApi;
use super::snapshot::too_many;
use crate::app::{BookError, Comparison, Which, activate, book, catch_up, compile, import_tables};
use crate::domain::data::Tables;
use crate::domain::rules::difference::{Change, Difference, changed_rules};
use crate::publish::codes;
use crate::store;
use crate::store::rule_tables::{Activation, Imported};

/// Bytes of all tables together, in a message of at most 4 MiB; those that ship with the product take 2.8 million.
const MAX_BYTES: usize = 15 << 18;
/// Characters of a reason.
const MAX_REASON: usize = 500;
/// Rule sets and activations that are listed; rules of a difference.
const MAX_LISTED: i64 = 100;
const MAX_RULES: usize = 1_000;
/// Stands for the tables that ship with the program.
const SHIPPED: &str = "shipped";

pub(super) type Compared = BoxStream<'static, Result<DiffRuleSetsResponse, Status>>;

/// A comparison while it is streamed.
struct Comparing {
    comparison: Comparison,
    db: Transaction<'static, Postgres>,
    products: i64,
    ended: bool,
    _permit: OwnedSemaphorePermit,
}

impl EligibilityApi {
    pub(super) async fn import(
        &self,
        request: &Request<ImportRuleSetRequest>,
    ) -> Result<Response<ImportRuleSetResponse>, Error> {
        let (asked, now) = (request.get_ref(), self.clock.now());
        let by = principal(request)?.subject.to_string();
        let bytes: usize = asked.tables.iter().map(|table| table.text.len()).sum();
        if bytes > MAX_BYTES {
            return Err(Error::limit_exceeded("tables", format!("have {bytes} bytes; at most {MAX_BYTES}")));
        }
        let files = asked.tables.iter().map(|table| (table.file.clone(), table.text.clone()));
        let tables = Tables::new(files).map_err(|error| Error::invalid("tables", error.to_string()))?;
        let book = compile(tables.clone(), 0).await.map_err(|error| match error {
            BookError::Data(error) => Error::invalid("tables", error.to_string()),
            error => unusable(error),
        })?;
        let imported = Imported { digest: book.digest().to_owned(), by, at: now };
        let mut already_applied = false;
        if !asked.check_only {
            let mut db = self.pool.begin().await.map_err(database)?;
            already_applied = !import_tables(&mut db, &tables, &imported).await.map_err(database)?;
            db.commit().await.map_err(database)?;
        }
        let in_force = self.rules.in_force().digest() == imported.digest;
        Ok(Response::new(ImportRuleSetResponse {
            rule_set: Some(RuleSet { in_force, ..shown(imported) }),
            rule_count: i32::try_from(book.at(now).rules.len()).unwrap_or(i32::MAX),
            already_applied,
        }))
    }

    pub(super) async fn rule_sets(&self) -> Result<Response<ListRuleSetsResponse>, Error> {
        let mut db = self.snapshot().await?;
        let in_force = self.rules.in_force();
        let imported = store::rule_tables::imported(&mut db, MAX_LISTED).await.map_err(database)?;
        let activations = store::rule_tables::activations(&mut db, MAX_LISTED).await.map_err(database)?;
        let first = RuleSet { digest: self.rules.shipped_digest().to_owned(), ..RuleSet::default() };
        let others = imported.into_iter().map(shown).filter(|set| set.digest != first.digest);
        let rule_sets = [first.clone()].into_iter().chain(others).map(|set| RuleSet {
            shipped: set.digest == first.digest,
            in_force: set.digest == in_force.digest(),
            ..set
        });
        Ok(Response::new(ListRuleSetsResponse {
            rule_sets: rule_sets.collect(),
            activations: activations.into_iter().map(activation).collect(),
        }))
    }

    pub(super) async fn compare(&self, asked: &DiffRuleSetsRequest) -> Result<Response<Compared>, Error> {
        let (from, to) = (which("from_digest", &asked.from_digest)?, which("to_digest", &asked.to_digest)?);
        let permit = Arc::clone(&self.snapshots).try_acquire_owned().map_err(|_| too_many())?;
        let (mut db, now) = (self.snapshot().await?, self.clock.now());
        let before = book(&mut db, &self.rules, &from).await.map_err(unusable)?.at(now);
        let after = book(&mut db, &self.rules, &to).await.map_err(unusable)?.at(now);
        let products = store::products::count(&mut db).await.map_err(database)?;
        let comparison = Comparison::new(before, after);
        let comparing = Comparing { comparison, db, products, ended: false, _permit: permit };
        let step = |mut comparing: Comparing| async move {
            let message = comparing.next().await.map_err(|error| Status::from(database(error)))?;
            Ok(message.map(|message| (message, comparing)))
        };
        Ok(Response::new(try_unfold(comparing, step).boxed()))
    }

    pub(super) async fn put_in_force(
        &self,
        request: &Request<ActivateRuleSetRequest>,
    ) -> Result<Response<ActivateRuleSetResponse>, Error> {
        let (asked, now) = (request.get_ref(), self.clock.now());
        let caller = &principal(request)?.subject;
        let which = which("digest", &asked.digest)?;
        let digest = match &which {
            Which::InForce => return Err(Error::invalid("digest", "is missing: name tables, or shipped")),
            Which::Shipped => None,
            Which::Imported(digest) => Some(digest.as_str()),
        };
        if !(1..=MAX_REASON).contains(&asked.reason.trim().chars().count()) {
            return Err(Error::invalid("reason", format!("must have 1 to {MAX_REASON} characters")));
        }
        let begun = begin(&self.pool, caller, "ActivateRuleSet", &asked.request_id, asked, now).await?;
        let mut call = match begun {
            Begun::Repeat(answer) => return Ok(Response::new(answer)),
            Begun::First(call) => call,
        };
        // Known, and readable by this version.
        book(&mut call.db, &self.rules, &which).await.map_err(unusable)?;
        let activated = activate(&mut call.db, digest, asked.reason.trim(), &caller.to_string(), now).await;
        let answer = ActivateRuleSetResponse { activation: Some(activation(activated.map_err(database)?)) };
        let answer = call.answer(answer).await?;
        let mut db = self.pool.acquire().await.map_err(database)?;
        catch_up(&mut db, &self.rules).await.map_err(unusable)?;
        Ok(Response::new(answer))
    }
}

impl Comparing {
    /// The next message; `None` after the last.
    async fn next(&mut self) -> sqlx::Result<Option<DiffRuleSetsResponse>> {
        if self.ended {
            return Ok(None);
        }
        self.ended = !self.comparison.go_on(&mut self.db).await?;
        let difference = &self.comparison.difference;
        Ok(Some(DiffRuleSetsResponse {
            compared_count: difference.products as i64,
            product_count: self.products,
            difference: self.ended.then(|| told(&self.comparison)),
        }))
    }
}

fn which(field: &str, digest: &str) -> Result<Which, Error> {
    let is_digest =
        digest.len() == 12 && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    match digest {
        "" => Ok(Which::InForce),
        SHIPPED => Ok(Which::Shipped),
        digest if is_digest => Ok(Which::Imported(digest.to_owned())),
        _ => Err(Error::invalid(field, "must be twelve hexadecimal digits, or shipped")),
    }
}

pub(super) fn unusable(error: BookError) -> Error {
    match error {
        BookError::Database(error) => database(error),
        BookError::CutShort(error) => Error::internal(&error),
        BookError::Unknown(_) => Error::not_found(ErrorReason::RuleSetNotFound, error.to_string()),
        BookError::Files(_) | BookError::Data(_) => {
            Error::wrong_state(format!("this version cannot read these tables: {error}"))
        }
    }
}

fn shown(imported: Imported) -> RuleSet {
    RuleSet {
        digest: imported.digest,
        imported_by: imported.by,
        imported_time: Some(timestamp(imported.at)),
        ..RuleSet::default()
    }
}

fn activation(activation: Activation) -> RuleActivation {
    RuleActivation {
        activation_id: activation.id,
        digest: activation.digest.unwrap_or_default(),
        reason: activation.reason,
        activated_by: activation.by,
        activated_time: Some(timestamp(activation.at)),
        compared_count: activation.looked_at,
        tightened_count: activation.tightened,
        completed_time: activation.completed.map(timestamp),
    }
}

fn told(comparison: &Comparison) -> RuleSetDifference {
    let Comparison { before, after, difference, .. } = comparison;
    let Difference { products, tightened, loosened, countries, samples } = difference;
    let rules = changed_rules(before, after).into_iter().take(MAX_RULES);
    RuleSetDifference {
        from_version: before.version.clone(),
        to_version: after.version.clone(),
        rules: rules.map(|(rule_id, change)| RuleChange { rule_id, kind: kind(change).into() }).collect(),
        product_count: *products as i64,
        tightened_count: *tightened as i64,
        loosened_count: *loosened as i64,
        countries: countries
            .iter()
            .map(|(country, (closing, opening))| CountryDifference {
                country_code: country.to_string(),
                closing_count: *closing as i64,
                opening_count: *opening as i64,
            })
            .collect(),
        samples: samples
            .iter()
            .map(|(asin, closing, opening)| ProductDifference {
                asin: asin.to_string(),
                closing_country_codes: codes(*closing),
                opening_country_codes: codes(*opening),
            })
            .collect(),
    }
}

fn kind(change: Change) -> RuleChangeKind {
    match change {
        Change::Added => RuleChangeKind::Added,
        Change::Removed => RuleChangeKind::Removed,
        Change::Changed => RuleChangeKind::Changed,
    }
}
