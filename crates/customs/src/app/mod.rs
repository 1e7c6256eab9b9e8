//! The use cases: load, decide, save and tell in ONE transaction. One file each.

mod advance;
mod check_quotes;
mod issue_invoices;
mod quote_baskets;
mod references;

use std::sync::Arc;

use chassis::{Clock, Ids};
use tokio::sync::Semaphore;

use crate::clients::Consignees;
use crate::document::Renderer;
use crate::domain::rules::Rules;
use crate::store::documents::Documents;

pub(crate) use advance::{Noted, advance, note};
pub(crate) use check_quotes::check_quotes;
pub(crate) use quote_baskets::{AskedBasket, AskedLine, QuoteError, Refused, quote_baskets};

/// What the use cases work with. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Customs {
    pub(crate) rules: Arc<Rules>,
    pub(crate) renderer: Arc<Renderer>,
    /// Turns at drawing, one for each core.
    pub(crate) drawing: Arc<Semaphore>,
    pub(crate) documents: Documents,
    pub(crate) consignees: Consignees,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
}
