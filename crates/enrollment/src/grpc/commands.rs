//! The mutations: parse, call the use case, answer. A repeated request gets the answer of the first.

use chassis::{Error, Principal, Role, principal};
use kernel::SellerId;
use messaging::calls::{Begun, begin, database};
use prost::Message;
use sqlx::PgConnection;
use tonic::{Request, Response};
use wire::convert::parse;
use wire::enrollment::v1::*;

use super::EnrollmentApi;
use super::convert::{self, countries, reason};
use crate::app::{self, Applied, Restoring};
use crate::domain::{Act, Channel, Destination, Edit, Excluded, Scope, Seller, day};
use crate::store;

/// A parsed command of a seller or for one.
struct Command<'a> {
    caller: &'a Principal,
    seller: SellerId,
    act: Act<'a>,
}

impl EnrollmentApi {
    pub(super) async fn enable(
        &self,
        request: &Request<EnableExportRequest>,
    ) -> Result<Response<EnableExportResponse>, Error> {
        let asked = request.get_ref();
        let Command { caller, seller, act } = self.command(request, &asked.seller_id, &asked.reason)?;
        let mut call = match self.begin(caller, "EnableExport", &asked.request_id, asked, act).await? {
            Begun::Repeat(answer) => return Ok(Response::new(answer)),
            Begun::First(call) => call,
        };
        let terms = &asked.accepted_terms_version;
        let applied = app::enable_export(&mut call.db, &self.policy, act, seller, terms).await?;
        let (enrollment, already_applied) = shown(&mut call.db, applied).await?;
        let answer = call.answer(EnableExportResponse { enrollment, already_applied }).await?;
        Ok(self.changed(seller, answer))
    }

    pub(super) async fn disable(
        &self,
        request: &Request<DisableExportRequest>,
    ) -> Result<Response<DisableExportResponse>, Error> {
        let asked = request.get_ref();
        let Command { caller, seller, act } = self.command(request, &asked.seller_id, &asked.reason)?;
        let mut call = match self.begin(caller, "DisableExport", &asked.request_id, asked, act).await? {
            Begun::Repeat(answer) => return Ok(Response::new(answer)),
            Begun::First(call) => call,
        };
        let applied = app::disable_export(&mut call.db, act, seller).await?;
        let (enrollment, already_applied) = shown(&mut call.db, applied).await?;
        let answer = call.answer(DisableExportResponse { enrollment, already_applied }).await?;
        Ok(self.changed(seller, answer))
    }

    pub(super) async fn revoke(
        &self,
        request: &Request<RevokeAuthorityRequest>,
    ) -> Result<Response<RevokeAuthorityResponse>, Error> {
        let asked = request.get_ref();
        let Command { caller, seller, act } = self.command(request, &asked.seller_id, &asked.reason)?;
        let mut call = match self.begin(caller, "RevokeAuthority", &asked.request_id, asked, act).await? {
            Begun::Repeat(answer) => return Ok(Response::new(answer)),
            Begun::First(call) => call,
        };
        let applied = app::revoke_authority(&mut call.db, act, seller).await?;
        let (enrollment, already_applied) = shown(&mut call.db, applied).await?;
        let answer = call.answer(RevokeAuthorityResponse { enrollment, already_applied }).await?;
        Ok(self.changed(seller, answer))
    }

    pub(super) async fn replace_countries(
        &self,
        request: &Request<ReplaceExcludedCountriesRequest>,
    ) -> Result<Response<ReplaceExcludedCountriesResponse>, Error> {
        let asked = request.get_ref();
        let Command { caller, seller, act } = self.command(request, &asked.seller_id, &asked.reason)?;
        let mut named = convert::named("destinations", &asked.destinations, self.policy.regions())?;
        for country in countries(&asked.country_codes)?.iter() {
            named.entry(Destination::Country(country)).or_default();
        }
        let expected = expected(asked.expected_settings_version);
        let mut call =
            match self.begin(caller, "ReplaceExcludedCountries", &asked.request_id, asked, act).await? {
                Begun::Repeat(answer) => return Ok(Response::new(answer)),
                Begun::First(call) => call,
            };
        let edit = Edit::Replace(named);
        let applied = app::exclude_countries(&mut call.db, &self.policy, act, seller, edit, expected).await?;
        let (enrollment, already_applied) = shown(&mut call.db, applied).await?;
        let answer = call.answer(ReplaceExcludedCountriesResponse { enrollment, already_applied }).await?;
        Ok(self.changed(seller, answer))
    }

    pub(super) async fn patch_countries(
        &self,
        request: &Request<PatchExcludedCountriesRequest>,
    ) -> Result<Response<PatchExcludedCountriesResponse>, Error> {
        let asked = request.get_ref();
        let Command { caller, seller, act } = self.command(request, &asked.seller_id, &asked.reason)?;
        let exclude = convert::named("exclude", &asked.exclude, self.policy.regions())?;
        let include = convert::destinations("include", &asked.include, self.policy.regions())?;
        if let Some(both) = include.iter().find(|destination| exclude.contains_key(destination)) {
            return Err(Error::invalid("include", format!("{both} is to be excluded, too: name it once")));
        }
        let expected = expected(asked.expected_settings_version);
        let mut call =
            match self.begin(caller, "PatchExcludedCountries", &asked.request_id, asked, act).await? {
                Begun::Repeat(answer) => return Ok(Response::new(answer)),
                Begun::First(call) => call,
            };
        let edit = Edit::Patch { exclude, include };
        let applied = app::exclude_countries(&mut call.db, &self.policy, act, seller, edit, expected).await?;
        let (enrollment, already_applied) = shown(&mut call.db, applied).await?;
        let answer = call.answer(PatchExcludedCountriesResponse { enrollment, already_applied }).await?;
        Ok(self.changed(seller, answer))
    }

    pub(super) async fn exclude(
        &self,
        request: &Request<ExcludeProductRequest>,
    ) -> Result<Response<ExcludeProductResponse>, Error> {
        let asked = request.get_ref();
        let Command { caller, seller, act } = self.command(request, &asked.seller_id, &asked.reason)?;
        let product = convert::product(&asked.asin, &asked.sku)?;
        let scope = self.scope(act, &asked.country_codes, asked.grounds())?;
        let mut call = match self.begin(caller, "ExcludeProduct", &asked.request_id, asked, act).await? {
            Begun::Repeat(answer) => return Ok(Response::new(answer)),
            Begun::First(call) => call,
        };
        let applied = app::exclude_product(&mut call.db, &self.policy, act, seller, &product, scope).await?;
        let (now, exclusion) = applied.now;
        let answer = ExcludeProductResponse {
            exclusion: Some(convert::exclusion(now.id, &exclusion)),
            settings_version: now.version,
            already_applied: applied.already,
        };
        let answer = call.answer(answer).await?;
        Ok(self.changed(seller, answer))
    }

    pub(super) async fn include(
        &self,
        request: &Request<IncludeProductRequest>,
    ) -> Result<Response<IncludeProductResponse>, Error> {
        let asked = request.get_ref();
        let Command { caller, seller, act } = self.command(request, &asked.seller_id, &asked.reason)?;
        let product = convert::product(&asked.asin, &asked.sku)?;
        let mut call = match self.begin(caller, "IncludeProduct", &asked.request_id, asked, act).await? {
            Begun::Repeat(answer) => return Ok(Response::new(answer)),
            Begun::First(call) => call,
        };
        let applied = app::include_product(&mut call.db, act, seller, &product).await?;
        let answer = IncludeProductResponse {
            settings_version: applied.now.version,
            already_applied: applied.already,
        };
        let answer = call.answer(answer).await?;
        Ok(self.changed(seller, answer))
    }

    pub(super) async fn restore(
        &self,
        request: &Request<RestoreExclusionsRequest>,
    ) -> Result<Response<RestoreExclusionsResponse>, Error> {
        let asked = request.get_ref();
        let Command { caller, seller, act } = self.command(request, &asked.seller_id, &asked.reason)?;
        let restoring = Restoring {
            seller,
            version: asked.settings_version,
            expected: expected(asked.expected_settings_version),
            dry_run: asked.dry_run,
        };
        let mut call = match self.begin(caller, "RestoreExclusions", &asked.request_id, asked, act).await? {
            Begun::Repeat(answer) => return Ok(Response::new(answer)),
            Begun::First(call) => call,
        };
        let restored =
            app::restore_exclusions(&mut call.db, &self.policy, &self.eligibility, act, restoring).await?;
        let answer = RestoreExclusionsResponse {
            effect: Some(convert::effect(&restored.effect)),
            settings_version: restored.seller.version,
            already_applied: restored.effect.touched() == 0,
            preview: restored.preview.map(convert::preview),
        };
        let answer = call.answer(answer).await?;
        Ok(self.changed(seller, answer))
    }

    /// The answer to a change that is committed: what was remembered of the seller may be older.
    fn changed<T>(&self, seller: SellerId, answer: T) -> Response<T> {
        self.remembered.forget(seller);
        Response::new(answer)
    }

    /// Where a product is to be excluded, by countries and regions; none = everywhere.
    fn scope(&self, act: Act<'_>, listed: &[String], grounds: ExclusionGrounds) -> Result<Scope, Error> {
        let regions = self.policy.regions();
        let named = convert::destinations("country_codes", listed, regions)?;
        let named = named.into_iter().map(|destination| (destination, None)).collect();
        Ok(Scope { excluded: Excluded::new(named, regions, day(act.at)), grounds: convert::grounds(grounds) })
    }

    /// Who acts for which seller, and why. A seller may act for itself only.
    fn command<'a, T>(
        &self,
        request: &'a Request<T>,
        seller: &str,
        why: &'a str,
    ) -> Result<Command<'a>, Error> {
        let caller = principal(request)?;
        let seller: SellerId = parse("seller_id", seller)?;
        caller.may_act_for(&seller)?;
        let act =
            Act { at: self.clock.now(), by: &caller.subject, channel: channel(caller), reason: reason(why)? };
        Ok(Command { caller, seller, act })
    }

    async fn begin<R: Message + Default>(
        &self,
        caller: &Principal,
        method: &'static str,
        request_id: &str,
        request: &impl Message,
        act: Act<'_>,
    ) -> Result<Begun<R>, Error> {
        begin(&self.pool, &caller.subject, method, request_id, request, act.at).await
    }
}

/// The version that settings must have; 0 = any.
fn expected(version: i64) -> Option<i64> {
    Some(version).filter(|version| *version != 0)
}

/// How the caller reaches us. Only these two roles may change settings.
pub(super) fn channel(caller: &Principal) -> Channel {
    if caller.role == Role::Seller { Channel::Seller } else { Channel::Operator }
}

/// The seller as the answer shows it.
async fn shown(db: &mut PgConnection, applied: Applied<Seller>) -> Result<(Option<Enrollment>, bool), Error> {
    let authority = match applied.now.participation.authority {
        Some(id) => store::authorities::get(db, id).await.map_err(database)?,
        None => None,
    };
    Ok((Some(convert::enrollment(&applied.now, authority.as_ref())), applied.already))
}
