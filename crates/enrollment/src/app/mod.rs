//! Use cases, one file each: load, let the domain decide, save; all in the caller's transaction.

mod change_products;
mod disable_export;
mod enable_export;
mod exclude_countries;
mod exclude_product;
mod include_product;
mod preview_changes;
mod publish_state;
mod register_sellers;
mod restore_exclusions;
mod revoke_authority;
mod upload;

pub(crate) use disable_export::disable_export;
pub(crate) use enable_export::enable_export;
pub(crate) use exclude_countries::{exclude_countries, follow_regions};
pub(crate) use exclude_product::exclude_product;
pub(crate) use include_product::include_product;
pub(crate) use publish_state::StatePublisher;
pub(crate) use register_sellers::register_sellers;
pub(crate) use restore_exclusions::{Restoring, restore_exclusions};
pub(crate) use revoke_authority::revoke_authority;
pub(crate) use upload::{Arrived, Begun, Order, Uploads, standing};

use jiff::civil::Date;
use kernel::{Asin, AuthorityId, SellerId, Sku, derive_uuid};
use messaging::outbox;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::{Change, EnrolmentRule, Policy, Refused, Seller, Terms};
use crate::{NAME, publish, store};

/// Why a use case did not come to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("seller {0} is not known: it must be registered first")]
    SellerNotFound(SellerId),
    #[error("no row of data/enrollment holds on {0}: add the dated policy for it")]
    NoPolicy(Date),
    #[error("{0} is not a SKU of this seller: name one of its offers, or the product by its ASIN")]
    UnknownSku(Sku),
    #[error("other files are being read: send this one again")]
    TooManyUploads,
    #[error("upload {0} is still going on: ask for it, or wait until it ends")]
    UploadRunning(Uuid),
    #[error("request_id {0} was used for another upload: use a new one")]
    RequestReused(String),
    #[error("the stream ended before its end was sent, and nothing was changed: send the file again")]
    BrokenOff,
    #[error("{arrived} bytes arrived and {sent} were sent, and nothing was changed: send the file again")]
    Incomplete { arrived: u64, sent: u64 },
    /// What was sent is not a piece of a file.
    #[error("{0}")]
    NotAPiece(&'static str),
}

/// A product as a seller names it.
#[derive(Debug, Clone)]
pub(crate) enum Product {
    Asin(Asin),
    /// By one of the seller's offers.
    Sku(Sku),
}

impl Product {
    async fn asin(&self, db: &mut PgConnection, seller: SellerId) -> Result<Asin, Error> {
        match self {
            Self::Asin(asin) => Ok(*asin),
            Self::Sku(sku) => {
                let asin = store::offers::asin_of(db, seller, sku).await?;
                asin.ok_or_else(|| Error::UnknownSku(sku.clone()))
            }
        }
    }
}

/// What a command left.
#[derive(Debug)]
pub(crate) struct Applied<T> {
    pub(crate) now: T,
    /// Nothing changed: it was so already.
    pub(crate) already: bool,
}

/// The seller, locked.
async fn lock(db: &mut PgConnection, seller: SellerId) -> Result<Seller, Error> {
    store::sellers::lock(db, seller).await?.ok_or(Error::SellerNotFound(seller))
}

/// The seller as it is.
async fn read(db: &mut PgConnection, seller: SellerId) -> Result<Seller, Error> {
    store::sellers::get(db, seller).await?.ok_or(Error::SellerNotFound(seller))
}

/// Writes the seller, its history and its events. No change, no effect.
async fn save(db: &mut PgConnection, seller: &Seller, changes: &[Change]) -> Result<bool, Error> {
    if changes.is_empty() {
        return Ok(true);
    }
    store::sellers::save(db, seller).await?;
    record(db, changes).await?;
    Ok(false)
}

/// History, authority ledger and outbox of changes whose sellers are written already.
async fn record(db: &mut PgConnection, changes: &[Change]) -> Result<(), Error> {
    store::changes::append(db, changes).await?;
    let events: Vec<_> = changes.iter().filter_map(publish::outgoing).collect();
    Ok(outbox::enqueue(db, NAME, &events).await?)
}

/// The authority that a seller's next change would grant: its id follows from the seller and its settings version.
fn next_authority(seller: SellerId, version: i64) -> AuthorityId {
    AuthorityId::new(derive_uuid("authority", &[seller.as_str(), &(version + 1).to_string()]))
}

/// What holds for a marketplace on a day.
fn rule_and_terms(
    policy: &Policy,
    marketplace: kernel::MarketplaceId,
    day: Date,
) -> Result<(&EnrolmentRule, &Terms), Error> {
    policy.enrolment(marketplace, day).zip(policy.terms(day)).ok_or(Error::NoPolicy(day))
}
