//! Against real servers: started as local processes unless `FBA_BACKING=containers` says otherwise.
#![allow(clippy::unwrap_used)]

mod databases;
mod lifetime;
mod servers;
