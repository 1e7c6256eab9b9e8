//! Sellers and their settings.

use jiff_sqlx::ToSqlx;
use kernel::{AuthorityId, CountrySet, SellerId};
use serde_json::{Map, Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::stored;
use crate::domain::{Destination, Excluded, Grounds, Named, Participation, Seller, State};

struct Row {
    seller_id: String,
    marketplace_id: String,
    registered_at: jiff::Timestamp,
    state: String,
    state_since: jiff::Timestamp,
    state_by: String,
    state_reason: String,
    authority_id: Option<Uuid>,
    excluded_countries: String,
    excluded_destinations: Option<Value>,
    product_exclusion_count: i64,
    products_follow_regions: bool,
    settings_version: i64,
}

/// The seller, locked until the transaction ends; `None` when the registry never told us of it.
pub(crate) async fn lock(conn: &mut PgConnection, seller: SellerId) -> sqlx::Result<Option<Seller>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT seller_id, marketplace_id, registered_at, state, state_since, state_by, state_reason, authority_id,
                excluded_countries, excluded_destinations, product_exclusion_count,
                products_follow_regions, settings_version
           FROM sellers WHERE seller_id = $1 FOR UPDATE",
        seller.as_str()
    );
    row.fetch_optional(conn).await?.map(Row::seller).transpose()
}

/// The seller as it is.
pub(crate) async fn get(conn: &mut PgConnection, seller: SellerId) -> sqlx::Result<Option<Seller>> {
    let row = sqlx::query_as!(
        Row,
        "SELECT seller_id, marketplace_id, registered_at, state, state_since, state_by, state_reason, authority_id,
                excluded_countries, excluded_destinations, product_exclusion_count,
                products_follow_regions, settings_version
           FROM sellers WHERE seller_id = $1",
        seller.as_str()
    );
    row.fetch_optional(conn).await?.map(Row::seller).transpose()
}

/// Up to `limit` sellers after a seller id, in order.
pub(crate) async fn page(conn: &mut PgConnection, after: &str, limit: i64) -> sqlx::Result<Vec<Seller>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT seller_id, marketplace_id, registered_at, state, state_since, state_by, state_reason, authority_id,
                excluded_countries, excluded_destinations, product_exclusion_count,
                products_follow_regions, settings_version
           FROM sellers WHERE seller_id > $1 ORDER BY seller_id LIMIT $2",
        after,
        limit
    );
    rows.fetch_all(conn).await?.into_iter().map(Row::seller).collect()
}

/// Inserts those that are not there yet and answers which they are. One that another transaction is just inserting
/// is waited for.
pub(crate) async fn insert(conn: &mut PgConnection, sellers: &[Seller]) -> sqlx::Result<Vec<SellerId>> {
    let columns = Columns::of(sellers);
    let added = sqlx::query_scalar!(
        "INSERT INTO sellers (seller_id, marketplace_id, registered_at, state, state_since, state_by, state_reason,
                              authority_id, excluded_countries, product_exclusion_count, settings_version)
         SELECT s.* FROM UNNEST($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::timestamptz[], $6::text[],
                                $7::text[], $8::uuid[], $9::text[], $10::bigint[], $11::bigint[])
              AS s (seller_id, marketplace_id, registered_at, state, state_since, state_by, state_reason,
                    authority_id, excluded_countries, product_exclusion_count, settings_version)
          ORDER BY s.seller_id
         ON CONFLICT (seller_id) DO NOTHING
         RETURNING seller_id",
        &columns.ids as &[&str],
        &columns.marketplaces as &[&str],
        &columns.registered,
        &columns.states as &[&str],
        &columns.since,
        &columns.by as &[&str],
        &columns.reasons as &[&str],
        &columns.authorities as &[Option<Uuid>],
        &columns.excluded,
        &columns.product_exclusions,
        &columns.versions,
    );
    added.fetch_all(conn).await?.iter().map(|id| stored(id)).collect()
}

/// Writes a seller that was locked before.
pub(crate) async fn save(conn: &mut PgConnection, seller: &Seller) -> sqlx::Result<()> {
    let participation = &seller.participation;
    sqlx::query!(
        "UPDATE sellers
            SET state = $2, state_since = $3, state_by = $4, state_reason = $5, authority_id = $6,
                excluded_countries = $7, product_exclusion_count = $8, settings_version = $9, excluded_destinations = $10,
                products_follow_regions = $11
          WHERE seller_id = $1",
        seller.id.as_str(),
        participation.state.name(),
        participation.since.to_sqlx(),
        participation.by,
        participation.reason,
        participation.authority.map(Uuid::from),
        seller.excluded.countries().to_string(),
        seller.product_exclusions,
        seller.version,
        destinations(&seller.excluded),
        seller.products_follow_regions,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sellers column by column, as UNNEST takes them.
#[derive(Default)]
struct Columns<'a> {
    ids: Vec<&'a str>,
    marketplaces: Vec<&'a str>,
    registered: Vec<jiff_sqlx::Timestamp>,
    states: Vec<&'a str>,
    since: Vec<jiff_sqlx::Timestamp>,
    by: Vec<&'a str>,
    reasons: Vec<&'a str>,
    authorities: Vec<Option<Uuid>>,
    excluded: Vec<String>,
    product_exclusions: Vec<i64>,
    versions: Vec<i64>,
}

impl<'a> Columns<'a> {
    fn of(sellers: &'a [Seller]) -> Self {
        let mut columns = Self::default();
        for seller in sellers {
            columns.ids.push(seller.id.as_str());
            columns.marketplaces.push(seller.marketplace.as_str());
            columns.registered.push(seller.registered.to_sqlx());
            columns.states.push(seller.participation.state.name());
            columns.since.push(seller.participation.since.to_sqlx());
            columns.by.push(&seller.participation.by);
            columns.reasons.push(&seller.participation.reason);
            columns.authorities.push(seller.participation.authority.map(Uuid::from));
            columns.excluded.push(seller.excluded.countries().to_string());
            columns.product_exclusions.push(seller.product_exclusions);
            columns.versions.push(seller.version);
        }
        columns
    }
}

impl Row {
    fn seller(self) -> sqlx::Result<Seller> {
        let state = State::from_name(&self.state)
            .ok_or_else(|| sqlx::Error::Decode(format!("no state is called {}", self.state).into()))?;
        Ok(Seller {
            id: stored(&self.seller_id)?,
            marketplace: stored(&self.marketplace_id)?,
            registered: self.registered_at,
            participation: Participation {
                state,
                since: self.state_since,
                by: self.state_by,
                reason: self.state_reason,
                authority: self.authority_id.map(AuthorityId::new),
            },
            excluded: excluded(stored(&self.excluded_countries)?, self.excluded_destinations.as_ref())?,
            product_exclusions: self.product_exclusion_count,
            products_follow_regions: self.products_follow_regions,
            version: self.settings_version,
        })
    }
}

/// The column of an exclusion's destinations: the named ones, and the countries for which they stood.
fn destinations(excluded: &Excluded) -> Value {
    json!({ "named": named(excluded), "countries": excluded.countries().to_string() })
}

/// Destinations with their grounds, as a JSON object.
pub(super) fn named(excluded: &Excluded) -> Value {
    let pairs = excluded.named().iter().map(|(destination, grounds)| {
        (destination.to_string(), grounds.map_or(Value::Null, |grounds| grounds.name().into()))
    });
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// What the columns say. Destinations that stood for other countries are older than the countries.
fn excluded(countries: CountrySet, column: Option<&Value>) -> sqlx::Result<Excluded> {
    let current = column.filter(|column| column["countries"] == countries.to_string());
    let named = match current.and_then(|column| column["named"].as_object()) {
        Some(named) => named.iter().map(one_named).collect::<sqlx::Result<Named>>()?,
        None => countries.iter().map(|country| (Destination::Country(country), None)).collect(),
    };
    Ok(Excluded::stored(named, countries))
}

fn one_named((destination, grounds): (&String, &Value)) -> sqlx::Result<(Destination, Option<Grounds>)> {
    let grounds = grounds.as_str().map(|name| {
        Grounds::from_name(name)
            .ok_or_else(|| sqlx::Error::Decode(format!("no grounds are called {name}").into()))
    });
    Ok((Destination::stored(destination), grounds.transpose()?))
}
