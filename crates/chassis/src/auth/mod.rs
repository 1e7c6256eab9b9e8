//! Who calls, and what they may call.

mod authenticator;
mod claims;
mod key;
mod principal;
mod roles;
mod taken;

pub use authenticator::{AuthArgs, Authenticator};
pub use key::SigningKey;
pub use principal::{Principal, Role, Sellers, principal};
pub(crate) use roles::Access;
pub use roles::{RoleRow, RoleTable};
