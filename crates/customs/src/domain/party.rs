//! Who exports, who receives, and under which authority we sign.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::{Address, AuthorityId, Country, SellerId, TaxId};
use serde::{Deserialize, Serialize};

use super::table::{self, TableError};

/// A seller as the exporter on documents: a business, so nothing here is personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exporter {
    /// The seller.
    pub seller_id: SellerId,
    /// Registered name.
    pub legal_name: String,
    /// Street lines.
    pub lines: Vec<String>,
    /// City.
    pub city: String,
    /// State or region; may be empty.
    pub region: String,
    /// Postal code; may be empty.
    pub postal_code: String,
    /// Country of registration.
    pub country: Country,
    /// Phone; may be empty.
    pub phone: String,
    /// E-mail; may be empty.
    pub email: String,
    /// US employer identification number; a filing needs it.
    pub ein: Option<String>,
}

/// A seller's authority to sign export documents on its behalf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Authority {
    /// Its record.
    pub authority_id: AuthorityId,
    /// Who granted it.
    pub seller_id: SellerId,
    /// The terms it was granted under.
    pub terms_version: String,
    /// When it was granted.
    pub granted: Timestamp,
    /// When it was explicitly taken back. Disabling the programme does not: accepted orders finish.
    pub revoked: Option<Timestamp>,
}

/// Who receives a shipment: personal data, as it was screened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recipient {
    /// Name and address.
    pub address: Address,
    /// Tax or personal id.
    pub tax_id: Option<TaxId>,
}

/// The person of the programme whose typed name stands under documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signatory {
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Company.
    pub company: String,
}

/// Signatories by day.
pub(crate) struct Signatories(Vec<(kernel::Effective, Signatory)>);

impl Signatories {
    /// The table that ships with the product.
    ///
    /// # Errors
    /// When a row cannot be read.
    pub(crate) fn load() -> Result<Self, TableError> {
        let rows = include_str!("../../../../data/customs/signatories.csv");
        let rows = table::read("signatories.csv", rows, |row| {
            let signatory = Signatory {
                name: row.text("name")?.to_owned(),
                title: row.text("title")?.to_owned(),
                company: row.text("company")?.to_owned(),
            };
            Ok((row.effective()?, signatory))
        })?;
        Ok(Self(rows))
    }

    /// Who signs on a day.
    #[must_use]
    pub(crate) fn at(&self, date: Date) -> Option<&Signatory> {
        self.0.iter().find(|(effective, _)| effective.contains(date)).map(|(_, signatory)| signatory)
    }
}
