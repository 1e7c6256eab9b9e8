//! The outside world as it is set out before it plays: sellers, products, buyers, orders, exchange rates, habits.

mod behaviour;
mod buyers;
mod order;
mod period;
mod product;
mod rates;
mod seller;

pub use behaviour::{Behaviour, Span};
pub use buyers::BuyerBook;
pub(crate) use buyers::{NameSet, Place};
pub use order::{Consignee, PlannedLine, PlannedOrder, ServiceLevel, TakeBack};
pub use period::Period;
pub use product::{Holding, Product};
pub use rates::RateTable;
pub use seller::Seller;

use crate::import::Report;

/// All that the actors know when the play begins.
#[derive(Debug)]
pub struct World {
    /// Registered sellers, by id.
    pub sellers: Vec<Seller>,
    /// Listed products with their stock, by seller and SKU.
    pub products: Vec<Product>,
    /// Orders by the time they are placed.
    pub orders: Vec<PlannedOrder>,
    /// What buyers want to give back, where the source says it, by time.
    pub take_backs: Vec<TakeBack>,
    /// Where buyers live and what they are called, by rule.
    pub buyers: BuyerBook,
    /// Exchange rates.
    pub rates: RateTable,
    /// How often things happen and how long they take.
    pub behaviour: Behaviour,
    /// When it plays.
    pub period: Period,
    /// Orders come in the machine's time, not when all is at rest.
    pub is_steady: bool,
    /// What the importers took, refused and filled in.
    pub reports: Vec<Report>,
}
