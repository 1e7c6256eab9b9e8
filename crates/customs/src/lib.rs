//! Duties, taxes, screening, export filing, one commercial invoice per shipment, and the import-fee deposit.

pub mod domain;
