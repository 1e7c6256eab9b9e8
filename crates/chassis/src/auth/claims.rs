//! What our tokens say.

use kernel::SellerId;
use serde::{Deserialize, Serialize};

use super::{Principal, Role, Sellers};

/// `aud` of every token for this system.
pub(super) const AUDIENCE: &str = "fba-export";
/// `sellers` of a principal that may act for every seller.
const EVERY_SELLER: &str = "*";

/// The claims of a token (RFC 7519), with `role` and `sellers` of our own.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) sub: String,
    pub(super) iss: String,
    pub(super) aud: String,
    /// Seconds since the Unix epoch, machine time.
    pub(super) exp: u64,
    role: String,
    sellers: SellersClaim,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum SellersClaim {
    Word(String),
    List(Vec<SellerId>),
}

impl Claims {
    pub(super) fn new(principal: &Principal, issuer: &str, exp: u64) -> Self {
        Self {
            sub: principal.subject.clone(),
            iss: issuer.to_owned(),
            aud: AUDIENCE.to_owned(),
            exp,
            role: principal.role.name().to_owned(),
            sellers: match &principal.sellers {
                Sellers::All => SellersClaim::Word(EVERY_SELLER.to_owned()),
                Sellers::Only(sellers) => SellersClaim::List(sellers.iter().copied().collect()),
            },
        }
    }

    pub(super) fn principal(self) -> Result<Principal, String> {
        if self.sub.is_empty() {
            return Err("sub is empty".to_owned());
        }
        let role: Role = self.role.parse()?;
        let sellers = match self.sellers {
            SellersClaim::Word(word) if word == EVERY_SELLER => Sellers::All,
            SellersClaim::Word(_) => return Err("sellers is neither \"*\" nor a list".to_owned()),
            SellersClaim::List(sellers) => Sellers::Only(sellers.into_iter().collect()),
        };
        Ok(Principal { subject: self.sub, role, sellers })
    }
}
