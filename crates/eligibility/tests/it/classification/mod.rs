//! HS codes: suggested, confirmed, looked up, and what a confirmed one changes.

mod calls;
mod confirmed;
mod refused;
mod suggested;
