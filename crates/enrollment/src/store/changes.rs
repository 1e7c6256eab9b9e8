//! What changes leave behind: history rows and entries of the authority ledger. Both are append-only.

use jiff_sqlx::ToSqlx;
use kernel::{AuthorityId, CountrySet};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::{Change, Effect, Event, Excluded, Grant, Grounds, Setting, Source};

/// Appends changes to the history, and to the authority ledger where they concern an authority.
pub(crate) async fn append(conn: &mut PgConnection, changes: &[Change]) -> sqlx::Result<()> {
    append_history(conn, changes).await?;
    let entries: Vec<_> = changes.iter().filter_map(Entry::of).collect();
    if entries.is_empty() { Ok(()) } else { append_entries(conn, &entries).await }
}

async fn append_history(conn: &mut PgConnection, changes: &[Change]) -> sqlx::Result<()> {
    let sellers: Vec<&str> = changes.iter().map(|change| change.seller.as_str()).collect();
    let versions: Vec<i64> = changes.iter().map(|change| change.version).collect();
    let names: Vec<&str> = changes.iter().map(|change| change.event.name()).collect();
    let at: Vec<_> = changes.iter().map(|change| change.at.to_sqlx()).collect();
    let by: Vec<&str> = changes.iter().map(|change| change.by.as_str()).collect();
    let reasons: Vec<&str> = changes.iter().map(|change| change.reason.as_str()).collect();
    let channels: Vec<&str> = changes.iter().map(|change| change.channel.name()).collect();
    let before: Vec<Value> = changes.iter().map(|change| value(&change.before)).collect();
    let after: Vec<Value> = changes.iter().map(|change| value(&change.after)).collect();
    sqlx::query!(
        "INSERT INTO history (seller_id, version, change, at, by, reason, before, after, channel)
         SELECT * FROM UNNEST($1::text[], $2::bigint[], $3::text[], $4::timestamptz[], $5::text[], $6::text[],
                              $7::jsonb[], $8::jsonb[], $9::text[])",
        &sellers as &[&str],
        &versions,
        &names as &[&str],
        &at,
        &by as &[&str],
        &reasons as &[&str],
        &before,
        &after,
        &channels as &[&str],
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An entry of the authority ledger.
struct Entry<'a> {
    change: &'a Change,
    authority: AuthorityId,
    name: &'static str,
    grant: Option<&'a Grant>,
}

impl<'a> Entry<'a> {
    fn of(change: &'a Change) -> Option<Self> {
        let (authority, name, grant) = match &change.event {
            Event::Enrolled(grant) | Event::Enabled(grant) => (grant.authority, "GRANTED", Some(grant)),
            Event::Disabled { authority } => (*authority, "ENDED", None),
            Event::Revoked { authority } => (*authority, "REVOKED", None),
            _ => return None,
        };
        Some(Self { change, authority, name, grant })
    }
}

async fn append_entries(conn: &mut PgConnection, entries: &[Entry<'_>]) -> sqlx::Result<()> {
    let authorities: Vec<Uuid> = entries.iter().map(|entry| entry.authority.as_uuid()).collect();
    let names: Vec<&str> = entries.iter().map(|entry| entry.name).collect();
    let sellers: Vec<&str> = entries.iter().map(|entry| entry.change.seller.as_str()).collect();
    let versions: Vec<i64> = entries.iter().map(|entry| entry.change.version).collect();
    let at: Vec<_> = entries.iter().map(|entry| entry.change.at.to_sqlx()).collect();
    let by: Vec<&str> = entries.iter().map(|entry| entry.change.by.as_str()).collect();
    let reasons: Vec<&str> = entries.iter().map(|entry| entry.change.reason.as_str()).collect();
    let terms: Vec<Option<&str>> =
        entries.iter().map(|entry| entry.grant.map(|grant| grant.terms_version.as_str())).collect();
    let digests: Vec<Option<&str>> =
        entries.iter().map(|entry| entry.grant.map(|grant| grant.terms_sha256.as_str())).collect();
    let channels: Vec<&str> = entries.iter().map(|entry| entry.change.channel.name()).collect();
    sqlx::query!(
        "INSERT INTO authority_ledger
                (authority_id, entry, seller_id, version, at, by, reason, terms_version, terms_sha256, channel)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[], $6::text[],
                              $7::text[], $8::text[], $9::text[], $10::text[])",
        &authorities,
        &names as &[&str],
        &sellers as &[&str],
        &versions,
        &at,
        &by as &[&str],
        &reasons as &[&str],
        &terms as &[Option<&str>],
        &digests as &[Option<&str>],
        &channels as &[&str],
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn value(setting: &Setting) -> Value {
    match setting {
        Setting::Absent => json!({}),
        Setting::Participation { state, authority } => {
            json!({ "state": state.name(), "authority_id": authority.map(|id| id.to_string()) })
        }
        Setting::RevokedAuthority(authority) => json!({ "revoked_authority_id": authority.to_string() }),
        Setting::ExcludedCountries(excluded) => json!({
            "excluded_country_codes": codes(excluded.countries()),
            "excluded_destinations": super::sellers::named(excluded),
        }),
        Setting::Product { asin, scope } => json!({
            "asin": asin.as_str(),
            "excluded_country_codes": scope.as_ref().map(|scope| codes(scope.excluded.countries())),
            "excluded_destinations": scope.as_ref().map(|scope| names(&scope.excluded)),
            "grounds": scope.as_ref().and_then(|scope| scope.grounds).map(Grounds::name),
        }),
        Setting::Products { count } => json!({ "products": count }),
        Setting::ChangedProducts { source, effect } => changed_products(*source, *effect),
    }
}

fn changed_products(source: Source, effect: Effect) -> Value {
    let mut value = json!({
        "products": effect.products,
        "added": effect.added,
        "changed": effect.changed,
        "removed": effect.removed,
    });
    match source {
        Source::File(upload) => value["upload_id"] = upload.to_string().into(),
        Source::Restored(version) => value["restored_version"] = version.into(),
        Source::Regions => {}
    }
    value
}

fn names(excluded: &Excluded) -> Vec<String> {
    excluded.named().keys().map(ToString::to_string).collect()
}

fn codes(countries: CountrySet) -> Vec<&'static str> {
    countries.iter().map(|country| country.as_str()).collect::<Vec<_>>()
}
