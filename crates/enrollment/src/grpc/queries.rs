//! The reads. A seller sees itself only.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chassis::{Error, Page, principal};
use kernel::{AuthorityId, Country, SellerId};
use messaging::calls::database;
use sqlx::{PgConnection, Postgres, Transaction};
use tonic::{Request, Response};
use wire::ErrorReason;
use wire::convert::{optional, parse, parse_timestamp};
use wire::enrollment::v1::*;

use super::EnrollmentApi;
use super::convert;
use crate::app;
use crate::domain::{Seller, day};
use crate::remembered::Settings;
use crate::store;

/// When a caller may ask again for settings that are not there yet.
const RETRY: Duration = Duration::from_millis(200);

impl EnrollmentApi {
    pub(super) async fn enrollment(
        &self,
        request: &Request<GetEnrollmentRequest>,
    ) -> Result<Response<GetEnrollmentResponse>, Error> {
        let asked = request.get_ref();
        let id = own_seller(request, &asked.seller_id)?;
        let settings = self.settings(id, asked.min_settings_version).await?;
        let enrollment = Some(convert::enrollment(&settings.seller, settings.authority()));
        Ok(Response::new(GetEnrollmentResponse { enrollment }))
    }

    pub(super) async fn enrollments(
        &self,
        asked: &ListEnrollmentsRequest,
    ) -> Result<Response<ListEnrollmentsResponse>, Error> {
        let page = Page::parse("enrollments", asked.page_size, &asked.page_token)?;
        let mut db = self.snapshot().await?;
        let mut sellers = store::sellers::page(&mut db, &page.after, page.limit()).await.map_err(database)?;
        let next_page_token = page.cut(&mut sellers, |seller| seller.id.to_string());
        let enrollments = shown(&mut db, sellers).await?;
        Ok(Response::new(ListEnrollmentsResponse { enrollments, next_page_token }))
    }

    pub(super) async fn authority(
        &self,
        request: &Request<GetAuthorityRequest>,
    ) -> Result<Response<GetAuthorityResponse>, Error> {
        let id: AuthorityId = parse("authority_id", &request.get_ref().authority_id)?;
        let mut db = self.snapshot().await?;
        let authority = store::authorities::get(&mut db, id).await.map_err(database)?;
        let authority = authority.ok_or_else(|| {
            Error::not_found(ErrorReason::AuthorityNotFound, format!("authority {id} is not in the ledger"))
        })?;
        principal(request)?.may_act_for(&authority.seller)?;
        Ok(Response::new(GetAuthorityResponse { authority: Some(convert::authority(&authority)) }))
    }

    pub(super) async fn authority_as_of(
        &self,
        request: &Request<GetAuthorityAsOfRequest>,
    ) -> Result<Response<GetAuthorityAsOfResponse>, Error> {
        let asked = request.get_ref();
        let seller = own_seller(request, &asked.seller_id)?;
        let at = parse_timestamp("time", asked.time)?;
        let now = self.clock.now();
        if at > now {
            return Err(Error::invalid(
                "time",
                format!("is {at}; the ledger knows nothing after now, {now}"),
            ));
        }
        let settings = self.settings(seller, asked.min_settings_version).await?;
        let settings_version = settings.seller.version;
        let authority = settings.authority_at(at).as_ref().map(convert::authority);
        Ok(Response::new(GetAuthorityAsOfResponse { authority, settings_version }))
    }

    pub(super) async fn authorities(
        &self,
        request: &Request<ListAuthoritiesRequest>,
    ) -> Result<Response<ListAuthoritiesResponse>, Error> {
        let asked = request.get_ref();
        let seller = own_seller(request, &asked.seller_id)?;
        let page = Page::parse(format!("authorities/{seller}"), asked.page_size, &asked.page_token)?;
        // Tokens are ours, so what follows them is a settings version.
        let after = page.after.parse().unwrap_or(0);
        let mut db = self.snapshot().await?;
        let mut rows =
            store::authorities::page(&mut db, seller, after, page.limit()).await.map_err(database)?;
        let next_page_token = page.cut(&mut rows, |authority| authority.version.to_string());
        let authorities = rows.iter().map(convert::authority).collect();
        Ok(Response::new(ListAuthoritiesResponse { authorities, next_page_token }))
    }

    pub(super) fn regions(&self, asked: &ListRegionsRequest) -> Result<Response<ListRegionsResponse>, Error> {
        let at = asked.time.map(|time| parse_timestamp("time", Some(time))).transpose()?;
        let day = day(at.unwrap_or_else(|| self.clock.now()));
        let regions = self.policy.regions();
        let shown =
            regions.iter().map(|(key, region)| convert::region(key, region, regions.members(key, day)));
        Ok(Response::new(ListRegionsResponse { regions: shown.collect() }))
    }

    pub(super) async fn product_exclusions(
        &self,
        request: &Request<ListProductExclusionsRequest>,
    ) -> Result<Response<ListProductExclusionsResponse>, Error> {
        let asked = request.get_ref();
        let seller = own_seller(request, &asked.seller_id)?;
        let country: Option<Country> = optional("country_code", &asked.country_code)?;
        let country = country.as_ref().map(Country::as_str);
        let list = format!("exclusions/{seller}/{}", asked.country_code);
        let page = Page::parse(list, asked.page_size, &asked.page_token)?;
        let mut db = self.snapshot().await?;
        let rows = store::exclusions::page(&mut db, seller, country, &page.after, page.limit()).await;
        let mut rows = rows.map_err(database)?;
        let next_page_token = page.cut(&mut rows, |exclusion| exclusion.asin.to_string());
        let exclusions = rows.iter().map(|exclusion| convert::exclusion(seller, exclusion)).collect();
        Ok(Response::new(ListProductExclusionsResponse { exclusions, next_page_token }))
    }

    /// A seller's settings, of this version or a newer one: as they are remembered, or from the database.
    async fn settings(&self, id: SellerId, min_version: i64) -> Result<Arc<Settings>, Error> {
        if let Some(settings) = self.remembered.get(id, min_version) {
            return Ok(settings);
        }
        self.remembered.expect(id);
        let mut db = self.snapshot().await?;
        let Some(seller) = store::sellers::get(&mut db, id).await.map_err(database)? else {
            self.remembered.forget(id);
            return Err(app::Error::SellerNotFound(id).into());
        };
        let authorities = store::authorities::page(&mut db, id, 0, i64::MAX).await.map_err(database)?;
        let settings = Arc::new(Settings { seller, authorities });
        self.remembered.remember(&settings);
        let version = settings.seller.version;
        if version >= min_version {
            return Ok(settings);
        }
        let message = format!("seller {id} is at settings_version {version}, not yet at {min_version}");
        Err(Error::unavailable(message, RETRY))
    }

    pub(super) async fn snapshot(&self) -> Result<Transaction<'static, Postgres>, Error> {
        messaging::snapshot(&self.pool).await.map_err(database)
    }
}

/// The seller a request is about, when the caller may act for it.
pub(super) fn own_seller<T>(request: &Request<T>, seller: &str) -> Result<SellerId, Error> {
    let seller = parse("seller_id", seller)?;
    principal(request)?.may_act_for(&seller)?;
    Ok(seller)
}

/// Sellers with the authorities in force, which are read at once.
async fn shown(db: &mut PgConnection, sellers: Vec<Seller>) -> Result<Vec<Enrollment>, Error> {
    let ids: Vec<_> = sellers.iter().filter_map(|seller| seller.participation.authority).collect();
    let authorities = store::authorities::get_all(db, &ids).await.map_err(database)?;
    let by_id: HashMap<_, _> = authorities.iter().map(|authority| (authority.id, authority)).collect();
    let enrollments = sellers.iter().map(|seller| {
        let authority = seller.participation.authority.and_then(|id| by_id.get(&id).copied());
        convert::enrollment(seller, authority)
    });
    Ok(enrollments.collect())
}
