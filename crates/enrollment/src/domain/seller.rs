//! A seller's part in the programme: what may change, into what, and what that leaves behind.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{Asin, AuthorityId, Country, MarketplaceId, SellerId};

use super::{
    Act, Change, Channel, Destination, Edit, Effect, EnrolmentRule, Event, Excluded, Grant, Grounds, Regions,
    Setting, Source, Terms,
};

/// Who acts when the policy enrols a seller.
const DEFAULT_ENROLMENT: &str = "programme:default-enrolment";
/// Who acts when a region that a seller excluded gets or loses a member.
const REGION_MEMBERSHIP: &str = "programme:region-membership";

/// A seller and its settings; product exclusions are rows of their own, counted here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seller {
    pub(crate) id: SellerId,
    pub(crate) marketplace: MarketplaceId,
    pub(crate) registered: Timestamp,
    pub(crate) participation: Participation,
    pub(crate) excluded: Excluded,
    pub(crate) product_exclusions: i64,
    /// A product is excluded by a region, or was.
    pub(crate) products_follow_regions: bool,
    /// Counts every change; also the number of events published about the seller.
    pub(crate) version: i64,
}

/// The state, since when, by whom and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Participation {
    pub(crate) state: State,
    pub(crate) since: Timestamp,
    pub(crate) by: String,
    pub(crate) reason: String,
    /// The authority in force: present exactly while enabled.
    pub(crate) authority: Option<AuthorityId>,
}

/// Whether a seller takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Enabled,
    Disabled,
    /// Registered, but the policy does not take it in.
    NotEnrolled,
}

/// A seller the registry told us of.
#[derive(Debug, Clone)]
pub(crate) struct Registration {
    pub(crate) seller: SellerId,
    pub(crate) marketplace: MarketplaceId,
    pub(crate) registered: Timestamp,
}

/// A product the seller does not export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exclusion {
    pub(crate) asin: Asin,
    pub(crate) scope: Scope,
    pub(crate) reason: String,
    pub(crate) at: Timestamp,
    pub(crate) by: String,
}

/// Where a product is not exported to, and on what grounds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Scope {
    /// None = all destinations.
    pub(crate) excluded: Excluded,
    pub(crate) grounds: Option<Grounds>,
}

/// Why a command is not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("terms {accepted:?} are not the current ones: read and accept version {current}")]
    TermsNotAccepted { accepted: String, current: String },
    #[error("seller {seller} may not take part: {reason}")]
    MayNotTakePart { seller: SellerId, reason: String },
    #[error("settings are at version {actual}, not {expected}: read them again and repeat the change")]
    VersionConflict { expected: i64, actual: i64 },
    #[error(
        "{country} is in {region}, which stays excluded: include {region} and exclude its other members by name"
    )]
    StillExcluded { country: Country, region: Destination },
    #[error(
        "{count} products that are not media are excluded, which is the most: include one before you exclude another"
    )]
    TooManyExclusions { count: i64 },
    #[error("the list of version {asked} is not known: settings are at version {actual}")]
    NoSuchVersion { asked: i64, actual: i64 },
}

impl Seller {
    /// A seller as the registry announces it: enrolled when the rule says so, else known and not enrolled.
    pub(crate) fn register(
        registration: Registration,
        rule: &EnrolmentRule,
        terms: &Terms,
        authority: AuthorityId,
        now: Timestamp,
    ) -> (Self, Change) {
        let state = if rule.by_default { State::Enabled } else { State::NotEnrolled };
        let (by, channel) = (DEFAULT_ENROLMENT, Channel::Registration);
        let act = Act { at: now, by, channel, reason: &rule.reason };
        let mut seller = Self {
            id: registration.seller,
            marketplace: registration.marketplace,
            registered: registration.registered,
            participation: Participation::new(act, state, rule.by_default.then_some(authority)),
            excluded: Excluded::default(),
            product_exclusions: 0,
            products_follow_regions: false,
            version: 0,
        };
        let event = match state {
            State::Enabled => Event::Enrolled(Grant::new(authority, terms)),
            _ => Event::NotEnrolled,
        };
        let after = seller.participation.setting();
        let change = seller.change(act, event, Setting::Absent, after);
        (seller, change)
    }

    /// Takes part from now on, under an authority given by accepting the current terms. Nothing changes when the
    /// seller takes part already.
    pub(crate) fn enable(
        &mut self,
        act: Act<'_>,
        rule: &EnrolmentRule,
        terms: &Terms,
        accepted_terms: &str,
        authority: AuthorityId,
    ) -> Result<Option<Change>, Refused> {
        if self.participation.state == State::Enabled {
            return Ok(None);
        }
        if !rule.may_take_part {
            return Err(Refused::MayNotTakePart { seller: self.id, reason: rule.reason.clone() });
        }
        if accepted_terms != terms.version {
            let current = terms.version.clone();
            return Err(Refused::TermsNotAccepted { accepted: accepted_terms.to_owned(), current });
        }
        let event = Event::Enabled(Grant::new(authority, terms));
        Ok(Some(self.take(act, State::Enabled, Some(authority), event)))
    }

    /// Takes no new orders from now on. The authority ends; it goes on covering orders accepted before.
    pub(crate) fn disable(&mut self, act: Act<'_>) -> Option<Change> {
        let authority = self.participation.authority?;
        Some(self.take(act, State::Disabled, None, Event::Disabled { authority }))
    }

    /// Disables, and takes back every authority that was not revoked yet: each may cover orders that were accepted
    /// and not dispatched.
    pub(crate) fn revoke(&mut self, act: Act<'_>, unrevoked: &[AuthorityId]) -> Vec<Change> {
        let mut changes: Vec<_> = self.disable(act).into_iter().collect();
        changes.extend(unrevoked.iter().map(|&authority| {
            let after = Setting::RevokedAuthority(authority);
            self.change(act, Event::Revoked { authority }, Setting::Absent, after)
        }));
        changes
    }

    /// Changes the destinations the seller does not export to. `expected` is the version the caller read.
    pub(crate) fn exclude_countries(
        &mut self,
        act: Act<'_>,
        edit: Edit,
        regions: &Regions,
        day: Date,
        expected: Option<i64>,
    ) -> Result<Option<Change>, Refused> {
        self.expect(expected)?;
        let excluded = self.excluded.edited(edit, regions, day)?;
        Ok(self.take_countries(act, excluded))
    }

    /// Looks the excluded regions up anew: a country that joined one is excluded too, one that left no more.
    pub(crate) fn follow_regions(&mut self, regions: &Regions, day: Date, now: Timestamp) -> Option<Change> {
        self.take_countries(Act::of_regions(now), self.excluded.on(regions, day))
    }

    fn take_countries(&mut self, act: Act<'_>, excluded: Excluded) -> Option<Change> {
        if self.excluded == excluded {
            return None;
        }
        let before = std::mem::replace(&mut self.excluded, excluded.clone());
        let after = Setting::ExcludedCountries(excluded.clone());
        Some(self.change(act, Event::CountriesReplaced(excluded), Setting::ExcludedCountries(before), after))
    }

    /// Excludes a product, in place of its earlier exclusion. `full` is the number of products that are not media when
    /// there may be no more of them, and this is not media either.
    pub(crate) fn exclude_product(
        &mut self,
        act: Act<'_>,
        asin: Asin,
        scope: Scope,
        earlier: Option<Scope>,
        full: Option<i64>,
    ) -> Result<Option<Change>, Refused> {
        if earlier.as_ref() == Some(&scope) {
            return Ok(None);
        }
        if earlier.is_none() {
            if let Some(count) = full {
                return Err(Refused::TooManyExclusions { count });
            }
            self.product_exclusions += 1;
        }
        self.products_follow_regions |= scope.excluded.follows_regions();
        let event = Event::ProductExcluded { asin, countries: scope.excluded.countries() };
        let before = Setting::Product { asin, scope: earlier };
        let after = Setting::Product { asin, scope: Some(scope) };
        Ok(Some(self.change(act, event, before, after)))
    }

    /// Takes a product's exclusion back.
    pub(crate) fn include_product(
        &mut self,
        act: Act<'_>,
        asin: Asin,
        earlier: Option<Scope>,
    ) -> Option<Change> {
        let before = Setting::Product { asin, scope: Some(earlier?) };
        self.product_exclusions -= 1;
        let after = Setting::Product { asin, scope: None };
        Some(self.change(act, Event::ProductIncluded { asin }, before, after))
    }

    /// Changes many products at once: one row of the history, but as many events, and steps of the version, as parts in
    /// which others are told.
    pub(crate) fn change_products(
        &mut self,
        act: Act<'_>,
        source: Source,
        effect: Effect,
        parts: i64,
    ) -> Change {
        let before = Setting::Products { count: self.product_exclusions };
        self.product_exclusions = effect.products;
        self.version += parts - 1;
        let event = Event::ProductsChanged { parts };
        self.change(act, event, before, Setting::ChangedProducts { source, effect })
    }

    /// Refuses when the caller read another version than this.
    pub(crate) fn expect(&self, expected: Option<i64>) -> Result<(), Refused> {
        match expected.filter(|expected| *expected != self.version) {
            Some(expected) => Err(Refused::VersionConflict { expected, actual: self.version }),
            None => Ok(()),
        }
    }

    /// True when a region is named, of countries or of products, so that settings may change by themselves.
    pub(crate) fn follows_regions(&self) -> bool {
        self.excluded.follows_regions() || self.products_follow_regions
    }

    fn take(&mut self, act: Act<'_>, state: State, authority: Option<AuthorityId>, event: Event) -> Change {
        let before = self.participation.setting();
        self.participation = Participation::new(act, state, authority);
        let after = self.participation.setting();
        self.change(act, event, before, after)
    }

    fn change(&mut self, act: Act<'_>, event: Event, before: Setting, after: Setting) -> Change {
        self.version += 1;
        Change {
            seller: self.id,
            version: self.version,
            at: act.at,
            by: act.by.to_owned(),
            channel: act.channel,
            reason: act.reason.to_owned(),
            event,
            before,
            after,
        }
    }
}

impl Act<'static> {
    /// What the programme does when a region that a seller excluded gets or loses a member.
    pub(crate) fn of_regions(now: Timestamp) -> Self {
        Self {
            at: now,
            by: REGION_MEMBERSHIP,
            channel: Channel::Programme,
            reason: "the members of an excluded region changed",
        }
    }
}

impl Participation {
    fn new(act: Act<'_>, state: State, authority: Option<AuthorityId>) -> Self {
        Self { state, since: act.at, by: act.by.to_owned(), reason: act.reason.to_owned(), authority }
    }

    fn setting(&self) -> Setting {
        Setting::Participation { state: self.state, authority: self.authority }
    }
}

impl Grant {
    fn new(authority: AuthorityId, terms: &Terms) -> Self {
        Self { authority, terms_version: terms.version.clone(), terms_sha256: terms.sha256.clone() }
    }
}

impl State {
    const ALL: [Self; 3] = [Self::Enabled, Self::Disabled, Self::NotEnrolled];

    /// Name in tables and histories.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Enabled => "ENABLED",
            Self::Disabled => "DISABLED",
            Self::NotEnrolled => "NOT_ENROLLED",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

#[cfg(test)]
mod tests;
