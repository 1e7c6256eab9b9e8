//! Which role may call which method. What is not listed is denied.

use std::collections::HashMap;
use std::sync::Arc;

use wire::ErrorReason;

use super::{Principal, Role};
use crate::Error;

/// A method's path, `/package.Service/Method`, and the roles that may call it.
pub type RoleRow = (&'static str, &'static [Role]);

/// Services that anyone may call: they tell nothing about the business.
const OPEN_SERVICES: [&str; 2] = ["/grpc.health.v1.Health/", "/grpc.reflection.v1.ServerReflection/"];

/// The role table of a service.
#[derive(Clone, Debug, Default)]
pub struct RoleTable(Arc<HashMap<&'static str, &'static [Role]>>);

/// Who may call a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anyone, without a token.
    Open,
    /// Principals of these roles.
    Roles(&'static str, &'static [Role]),
    /// Nobody: the path is not in the table.
    Denied,
}

impl RoleTable {
    /// A table of these rows.
    #[must_use]
    pub fn new(rows: &[RoleRow]) -> Self {
        Self(Arc::new(rows.iter().copied().collect()))
    }

    /// The table with more rows, e.g. those of the `ops` services.
    #[must_use]
    pub fn with(self, rows: &[RoleRow]) -> Self {
        let mut table = Arc::unwrap_or_clone(self.0);
        table.extend(rows.iter().copied());
        Self(Arc::new(table))
    }

    /// All paths of the table.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    pub(crate) fn access(&self, path: &str) -> Access {
        if OPEN_SERVICES.iter().any(|service| path.starts_with(service)) {
            return Access::Open;
        }
        self.0.get_key_value(path).map_or(Access::Denied, |(path, roles)| Access::Roles(path, roles))
    }
}

impl Access {
    /// Refuses a principal that may not call `path`.
    pub(crate) fn admit(self, path: &str, principal: &Principal) -> Result<(), Error> {
        let allowed = match self {
            Self::Open => return Ok(()),
            Self::Roles(_, roles) => roles,
            Self::Denied => &[],
        };
        if allowed.contains(&principal.role) {
            return Ok(());
        }
        let remedy = match allowed {
            [] => "no role may: check the method's name".to_owned(),
            roles => {
                format!("allowed: {}", roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(", "))
            }
        };
        Err(Error::new(
            ErrorReason::RoleNotAllowed,
            format!("role {} may not call {path} ({remedy})", principal.role),
        ))
    }
}
