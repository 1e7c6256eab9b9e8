//! Why a shipment may not leave.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Why a shipment is held and what resolves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hold {
    /// Why.
    pub reason: HoldReason,
    /// For people; no personal data.
    pub remedy: String,
    /// Until when fulfillment keeps it.
    pub deadline: Timestamp,
}

/// Why a shipment is held: the words of `ShipmentHeld.reason`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum HoldReason {
    /// The place is embargoed.
    Embargo,
    /// The country is not served.
    DestinationNotServed,
    /// Parts of the country are embargoed, and the address does not say which part it is in.
    AddressIncomplete,
    /// A name is on a list of denied parties.
    DeniedPartyMatch,
    /// The country asks for a number of the recipient.
    RecipientTaxIdMissing,
    /// The recipient's number is not of the country's form.
    RecipientTaxIdInvalid,
    /// A product has no HS code and none can be assumed, or the destination demands a confirmed one.
    HsCodeMissing,
    /// An export filing needs the exporter's EIN.
    ExporterEinMissing,
    /// AES refused the filing.
    FilingRejected,
    /// The seller took its authority back.
    AuthorityRevoked,
    /// The catalogue has not told us of a product.
    ItemUnknown,
    /// The seller registry has not told us of the seller.
    ExporterUnknown,
    /// Fulfillment does not know the consignee.
    ConsigneeUnknown,
    /// Enrollment has not told us of the authority.
    AuthorityUnknown,
}

impl HoldReason {
    /// The word on the wire.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Embargo => "EMBARGO",
            Self::DestinationNotServed => "DESTINATION_NOT_SERVED",
            Self::AddressIncomplete => "ADDRESS_INCOMPLETE",
            Self::DeniedPartyMatch => "DENIED_PARTY_MATCH",
            Self::RecipientTaxIdMissing => "RECIPIENT_TAX_ID_MISSING",
            Self::RecipientTaxIdInvalid => "RECIPIENT_TAX_ID_INVALID",
            Self::HsCodeMissing => "HS_CODE_MISSING",
            Self::ExporterEinMissing => "EXPORTER_EIN_MISSING",
            Self::FilingRejected => "FILING_REJECTED",
            Self::AuthorityRevoked => "AUTHORITY_REVOKED",
            Self::ItemUnknown => "ITEM_UNKNOWN",
            Self::ExporterUnknown => "EXPORTER_UNKNOWN",
            Self::ConsigneeUnknown => "CONSIGNEE_UNKNOWN",
            Self::AuthorityUnknown => "AUTHORITY_UNKNOWN",
        }
    }
}
