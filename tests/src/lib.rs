//! Tests of the system as a whole. Each folder beside this one is one test binary:
//! `architecture.rs` (dependency directions and invariants), `contracts/` (wire formats), `scenarios/` (all services).
