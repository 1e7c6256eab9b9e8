//! HS codes: suggested, told, confirmed, looked up, and what a confirmed one changes.

pub(crate) mod calls;
mod confirmed;
mod refused;
mod suggested;
mod told;
