//! What a command changes: the record for the history, and what the event tells others.

use jiff::Timestamp;
use kernel::{Asin, AuthorityId, CountrySet, SellerId};

use super::{Effect, Excluded, Scope, Source, State};

/// Who does something, when and why.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Act<'a> {
    pub(crate) at: Timestamp,
    /// Subject of the principal.
    pub(crate) by: &'a str,
    pub(crate) channel: Channel,
    pub(crate) reason: &'a str,
}

/// How an act reached the programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    /// The dated policy, when the registry announced the seller.
    Registration,
    /// The dated policy, when it changed what a seller's settings stand for.
    Programme,
    /// The seller itself, or a tool acting for it.
    Seller,
    /// An operator for the seller.
    Operator,
}

impl Channel {
    const ALL: [Self; 4] = [Self::Registration, Self::Programme, Self::Seller, Self::Operator];

    /// Name in tables and files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Registration => "REGISTRATION",
            Self::Programme => "PROGRAMME",
            Self::Seller => "SELLER",
            Self::Operator => "OPERATOR",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }
}

/// One change of a seller's settings: one history row, one event, one step of the settings version. A change of many
/// products has an event, and a step, for each of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) seller: SellerId,
    /// The settings version after the change.
    pub(crate) version: i64,
    pub(crate) at: Timestamp,
    pub(crate) by: String,
    pub(crate) channel: Channel,
    pub(crate) reason: String,
    pub(crate) event: Event,
    pub(crate) before: Setting,
    pub(crate) after: Setting,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// Registered and enrolled by default.
    Enrolled(Grant),
    /// Registered; the policy does not enrol it.
    NotEnrolled,
    Enabled(Grant),
    /// No new orders from now on.
    Disabled {
        authority: AuthorityId,
    },
    /// The seller took an authority back.
    Revoked {
        authority: AuthorityId,
    },
    CountriesReplaced(Excluded),
    /// Empty countries = all destinations.
    ProductExcluded {
        asin: Asin,
        countries: CountrySet,
    },
    ProductIncluded {
        asin: Asin,
    },
    /// Many at once, told in so many parts.
    ProductsChanged {
        parts: i64,
    },
}

/// An authority given: under which terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) authority: AuthorityId,
    pub(crate) terms_version: String,
    /// SHA-256 of the terms' text, hex.
    pub(crate) terms_sha256: String,
}

/// The setting that a change touched, as it was or is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Setting {
    /// There was none: the seller was not known, or the authority stood.
    Absent,
    Participation {
        state: State,
        authority: Option<AuthorityId>,
    },
    RevokedAuthority(AuthorityId),
    ExcludedCountries(Excluded),
    /// `None`: the product is not excluded.
    Product {
        asin: Asin,
        scope: Option<Scope>,
    },
    /// So many products are excluded.
    Products {
        count: i64,
    },
    ChangedProducts {
        source: Source,
        effect: Effect,
    },
}

impl Event {
    /// Name in the history.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Enrolled(_) => "ENROLLED",
            Self::NotEnrolled => "NOT_ENROLLED",
            Self::Enabled(_) => "ENABLED",
            Self::Disabled { .. } => "DISABLED",
            Self::Revoked { .. } => "AUTHORITY_REVOKED",
            Self::CountriesReplaced(_) => "COUNTRIES_REPLACED",
            Self::ProductExcluded { .. } => "PRODUCT_EXCLUDED",
            Self::ProductIncluded { .. } => "PRODUCT_INCLUDED",
            Self::ProductsChanged { .. } => "PRODUCTS_CHANGED",
        }
    }
}
