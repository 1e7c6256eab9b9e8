//! Who takes part in the programme, what they authorised and what they excluded.

mod domain;
mod store;
