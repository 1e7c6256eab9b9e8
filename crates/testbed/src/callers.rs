//! Callers of the service under test.

use chassis::{Channel, ClientArgs, ClientChannel, Principal, Role, Sellers, Service, TokenSource};

use crate::Running;

impl<S: Service> Running<S> {
    /// A channel of this caller.
    pub fn channel(&self, principal: Principal) -> Channel {
        let token = TokenSource::Minted(self.key.clone(), principal);
        ClientChannel::connect(ClientArgs::new(&self.url, token)).unwrap()
    }

    /// A channel of somebody in this role who may act for every seller: `operator:test`.
    pub fn caller(&self, role: Role) -> Channel {
        self.channel(Principal::new(format!("{role}:test"), role))
    }

    /// A channel of this seller, who may act for itself alone: `seller:A1SELLER00001`.
    pub fn seller(&self, seller: &str) -> Channel {
        let sellers = Sellers::Only([seller.parse().unwrap()].into());
        self.channel(Principal { subject: format!("seller:{seller}"), role: Role::Seller, sellers })
    }
}
