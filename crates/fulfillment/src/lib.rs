//! Fulfillment: takes export orders, reserves stock, routes shipments to centers and carriers and follows every
//! shipment to the door. The process manager of the programme; see `README.md`.

pub mod domain;
