//! The system's contracts in Rust: messages, gRPC clients and servers generated from `proto/`, the
//! descriptor set behind reflection, and the conversions between kernel values and wire messages.
//!
//! Modules mirror the packages: `fbaexport.orders.events.v1` is [`orders::events::v1`].

pub mod convert;
mod event;
mod reason;

pub use convert::WireError;
pub use event::{Event, Inspection, PACKAGES, inspect};
pub use prost;
pub use reason::{ErrorReason, REASON_DOMAIN};

/// Encoded `FileDescriptorSet` of all schemas, for reflection and for decoding records by name.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

macro_rules! packages {
    ($($area:ident { $($kind:tt),+ })+) => { $(
        #[allow(missing_docs, clippy::all, unreachable_pub)]
        pub mod $area { $( packages!(@module $area $kind); )+ }
    )+ };
    (@module $area:ident v1) => {
        pub mod v1 { include!(concat!(env!("OUT_DIR"), "/fbaexport.", stringify!($area), ".v1.rs")); }
    };
    (@module $area:ident events) => {
        pub mod events {
            pub mod v1 { include!(concat!(env!("OUT_DIR"), "/fbaexport.", stringify!($area), ".events.v1.rs")); }
        }
    };
    (@module $area:ident state) => {
        pub mod state {
            pub mod v1 { include!(concat!(env!("OUT_DIR"), "/fbaexport.", stringify!($area), ".state.v1.rs")); }
        }
    };
    (@module $area:ident work) => {
        pub mod work {
            pub mod v1 { include!(concat!(env!("OUT_DIR"), "/fbaexport.", stringify!($area), ".work.v1.rs")); }
        }
    };
}

packages! {
    common { v1 }
    ops { v1 }
    clock { events }
    sellers { events }
    catalog { events }
    orders { events }
    payments { events }
    warehouse { events }
    carrier { events }
    brokerage { events }
    rates { events }
    enrollment { v1, events, state }
    eligibility { v1, events, state, work }
    fulfillment { v1, events }
    customs { v1, events }
    returns { v1, events }
}
