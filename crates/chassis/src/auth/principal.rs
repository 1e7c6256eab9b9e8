//! The caller of a request.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use kernel::SellerId;
use wire::ErrorReason;

use crate::Error;

/// Who calls: the actor in every history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Unique name of the caller, e.g. `operator:ada` or `service:fulfillment`; no personal data.
    pub subject: String,
    /// What kind of caller it is; decides which methods it may call.
    pub role: Role,
    /// For which sellers it may act.
    pub sellers: Sellers,
}

/// The kinds of callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Runs the programme.
    Operator,
    /// A seller, or a tool acting for one.
    Seller,
    /// The shop: quotes, orders, cancellations, returns on behalf of buyers.
    Storefront,
    /// A fulfillment center.
    Warehouse,
    /// A carrier.
    Carrier,
    /// A customs broker.
    Broker,
    /// The payment system.
    Payments,
    /// One of our services.
    Service,
    /// Reads everything that proves the books; changes nothing.
    Auditor,
    /// Classifies goods: confirms their HS codes.
    Classifier,
}

/// The sellers a principal may act for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sellers {
    /// Every seller.
    All,
    /// These and no other; may be empty.
    Only(BTreeSet<SellerId>),
}

impl Principal {
    /// A principal that may act for every seller.
    pub fn new(subject: impl Into<String>, role: Role) -> Self {
        Self { subject: subject.into(), role, sellers: Sellers::All }
    }

    /// Refuses when the principal may not act for `seller`.
    ///
    /// # Errors
    /// `SELLER_NOT_ALLOWED`.
    pub fn may_act_for(&self, seller: &SellerId) -> Result<(), Error> {
        match &self.sellers {
            Sellers::All => Ok(()),
            Sellers::Only(sellers) if sellers.contains(seller) => Ok(()),
            Sellers::Only(_) => Err(Error::new(
                ErrorReason::SellerNotAllowed,
                format!(
                    "{} may not act for seller {seller}: use a token that names this seller",
                    self.subject
                ),
            )),
        }
    }
}

/// The caller that the server authenticated.
///
/// # Errors
/// `UNAUTHENTICATED` when the request did not pass through [`crate::GrpcServer`].
pub fn principal<T>(request: &tonic::Request<T>) -> Result<&Principal, Error> {
    request
        .extensions()
        .get()
        .ok_or_else(|| Error::new(ErrorReason::Unauthenticated, "the caller is not known"))
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 10] = [
        Self::Operator,
        Self::Seller,
        Self::Storefront,
        Self::Warehouse,
        Self::Carrier,
        Self::Broker,
        Self::Payments,
        Self::Service,
        Self::Auditor,
        Self::Classifier,
    ];

    /// The name in tokens and on the command line: `operator`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Seller => "seller",
            Self::Storefront => "storefront",
            Self::Warehouse => "warehouse",
            Self::Carrier => "carrier",
            Self::Broker => "broker",
            Self::Payments => "payments",
            Self::Service => "service",
            Self::Auditor => "auditor",
            Self::Classifier => "classifier",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|role| role.name() == text).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("role {text:?} is not known: expected one of {names}")
        })
    }
}
