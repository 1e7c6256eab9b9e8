//! The Kubernetes manifests against the programs they run: every variable, port, probe, version and topic they name is one
//! that exists. The overlays are rendered by `kubectl kustomize`; without kubectl the tests say that they looked at nothing.
#![allow(clippy::unwrap_used)]

mod overlay;
mod settings;
mod shape;
mod topics;
