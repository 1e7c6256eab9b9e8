//! What a returned unit is, whose fault that is, and who pays: the decision table of export returns. The center's
//! finding decides, never the buyer's claim. (Derived from the programme page and the returns report's dispositions; that a
//! defect is nobody's fault but the product's, and pays nothing to the seller, is our reading.)

use std::collections::BTreeMap;

use serde::Deserialize;

use super::data::{DataError, rows};

const REASONS: &str = include_str!("../../../../data/returns/reason_codes.csv");

/// Detailed disposition as the center found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Disposition {
    /// Like new.
    Sellable,
    /// The product itself is at fault.
    Defective,
    /// The buyer damaged it.
    CustomerDamaged,
    /// The center damaged it.
    Damaged,
    /// A carrier damaged it, either way.
    CarrierDamaged,
    /// Past its date.
    Expired,
}

/// Who is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    Product,
    Buyer,
    Amazon,
    Carrier,
}

/// What the buyer claims by the reason code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Claim {
    Product,
    AmazonOrCarrier,
    Buyer,
    Other,
}

/// What follows from a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Judgement {
    pub(crate) fault: Fault,
    /// Back to the original seller's sellable stock.
    pub(crate) restock: bool,
    /// The programme owes the seller the unit's after-order value.
    pub(crate) reimburse: bool,
    /// The buyer's actual postage is repaid once the parcel arrived.
    pub(crate) repay_postage: bool,
}

impl Disposition {
    /// All of them.
    pub(crate) const ALL: [Self; 6] = [
        Self::Sellable,
        Self::Defective,
        Self::CustomerDamaged,
        Self::Damaged,
        Self::CarrierDamaged,
        Self::Expired,
    ];

    /// Name in the returns report.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sellable => "SELLABLE",
            Self::Defective => "DEFECTIVE",
            Self::CustomerDamaged => "CUSTOMER_DAMAGED",
            Self::Damaged => "DAMAGED",
            Self::CarrierDamaged => "CARRIER_DAMAGED",
            Self::Expired => "EXPIRED",
        }
    }

    /// The disposition of a name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|disposition| disposition.name() == name)
    }

    /// The decision table.
    #[must_use]
    pub(crate) const fn judge(self) -> Judgement {
        let (fault, restock, reimburse, repay_postage) = match self {
            Self::Sellable => (Fault::None, true, false, false),
            Self::Defective => (Fault::Product, false, false, true),
            Self::CustomerDamaged => (Fault::Buyer, false, false, false),
            Self::Damaged => (Fault::Amazon, false, true, true),
            Self::CarrierDamaged => (Fault::Carrier, false, true, true),
            Self::Expired => (Fault::Product, false, false, false),
        };
        Judgement { fault, restock, reimburse, repay_postage }
    }
}

impl Fault {
    /// Name in events and reports.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Product => "PRODUCT",
            Self::Buyer => "BUYER",
            Self::Amazon => "AMAZON",
            Self::Carrier => "CARRIER",
        }
    }
}

/// The known return reason codes and what each claims.
pub(crate) struct ReasonCodes(BTreeMap<String, Claim>);

#[derive(Deserialize)]
struct ReasonRow {
    reason_code: String,
    claim: Claim,
}

impl ReasonCodes {
    /// Reads the embedded rows.
    ///
    /// # Errors
    /// When a row is malformed.
    pub(crate) fn load() -> Result<Self, DataError> {
        let rows = rows::<ReasonRow>("reason_codes.csv", REASONS)?;
        Ok(Self(rows.into_iter().map(|row| (row.reason_code, row.claim)).collect()))
    }

    /// What a code claims; `None` for a code that is not known.
    #[must_use]
    pub(crate) fn claim(&self, code: &str) -> Option<Claim> {
        self.0.get(code).copied()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn only_a_sellable_unit_goes_back_to_stock() {
        let restocked: Vec<_> = Disposition::ALL.into_iter().filter(|d| d.judge().restock).collect();
        assert_eq!(restocked, [Disposition::Sellable]);
    }

    #[test]
    fn a_defect_pays_the_seller_nothing_and_the_buyer_the_postage() {
        let judgement = Disposition::Defective.judge();
        assert!(!judgement.reimburse && judgement.repay_postage);
        assert_eq!(judgement.fault, Fault::Product);
    }

    #[test]
    fn damage_by_center_or_carrier_is_reimbursed() {
        assert!(Disposition::Damaged.judge().reimburse);
        assert!(Disposition::CarrierDamaged.judge().reimburse);
    }

    #[test]
    fn damage_by_the_buyer_is_paid_by_nobody() {
        let judgement = Disposition::CustomerDamaged.judge();
        assert!(!judgement.reimburse && !judgement.repay_postage && !judgement.restock);
    }

    #[test]
    fn every_disposition_has_one_name() {
        for disposition in Disposition::ALL {
            assert_eq!(Disposition::from_name(disposition.name()), Some(disposition));
        }
    }

    #[test]
    fn reason_codes_say_what_the_buyer_claims() {
        let codes = ReasonCodes::load().unwrap();
        assert_eq!(codes.claim("DEFECTIVE"), Some(Claim::Product));
        assert_eq!(codes.claim("DAMAGED_BY_FC"), Some(Claim::AmazonOrCarrier));
        assert_eq!(codes.claim("UNWANTED_ITEM"), Some(Claim::Buyer));
        assert_eq!(codes.claim("BECAUSE"), None);
    }
}
