//! Offers by what lines of a check call them: a SKU, or an ASIN that the seller lists.

use chassis::Error;
use jiff::Timestamp;
use kernel::{Asin, SellerId, Sku};
use messaging::calls::database;
use wire::convert::parse;
use wire::eligibility::v1::EligibilityLine;

use super::EligibilityApi;
use crate::store;
use crate::store::check::Asked;

/// What a line names.
pub(super) enum Named {
    Sku(Sku),
    Asin(Asin),
}

/// Lines of a request.
#[derive(Clone, Copy)]
pub(super) enum Lines<'a> {
    /// The field `lines`.
    Many(&'a [EligibilityLine]),
    /// The field `line`.
    One(&'a EligibilityLine),
}

impl<'a> Lines<'a> {
    pub(super) fn as_slice(self) -> &'a [EligibilityLine] {
        match self {
            Self::Many(lines) => lines,
            Self::One(line) => std::slice::from_ref(line),
        }
    }

    /// A field of a line, for errors.
    pub(super) fn field(self, n: usize, name: &str) -> String {
        match self {
            Self::Many(_) => format!("lines[{n}].{name}"),
            Self::One(_) => format!("line.{name}"),
        }
    }

    /// The seller and the offer that a line names.
    pub(super) fn named(self, (n, line): (usize, &EligibilityLine)) -> Result<(SellerId, Named), Error> {
        let seller = parse(&self.field(n, "seller_id"), &line.seller_id)?;
        let named = match (line.asin.is_empty(), line.sku.is_empty()) {
            (true, _) => Named::Sku(parse(&self.field(n, "sku"), &line.sku)?),
            (false, true) => Named::Asin(parse(&self.field(n, "asin"), &line.asin)?),
            (false, false) => {
                return Err(Error::invalid(
                    &self.field(n, "asin"),
                    "stands beside a SKU: name the offer by one of them",
                ));
            }
        };
        Ok((seller, named))
    }
}

impl EligibilityApi {
    /// The offers that are named, now or at a time that has passed. One query, where an ASIN is among them.
    pub(super) async fn listed(
        &self,
        named: Vec<(SellerId, Named)>,
        at: Option<Timestamp>,
    ) -> Result<Vec<Asked>, Error> {
        let products: Vec<_> = named
            .iter()
            .filter_map(|(seller, named)| match named {
                Named::Asin(asin) => Some((*seller, *asin)),
                Named::Sku(_) => None,
            })
            .collect();
        let mut found = self.skus(&products, at).await.map_err(database)?.into_iter();
        let offers = named.into_iter().map(|(seller, named)| match named {
            Named::Sku(sku) => (seller, Some(sku)),
            Named::Asin(_) => (seller, found.next().flatten()),
        });
        Ok(offers.collect())
    }

    async fn skus(
        &self,
        products: &[(SellerId, Asin)],
        at: Option<Timestamp>,
    ) -> sqlx::Result<Vec<Option<Sku>>> {
        if products.is_empty() {
            return Ok(Vec::new());
        }
        let mut db = self.pool.acquire().await?;
        match at {
            None => store::check::skus(&mut db, products).await,
            Some(at) => store::past::skus(&mut db, products, at).await,
        }
    }
}
