//! `ops.v1`: what every service serves beside its own API.

mod audit;
mod dead_letters;
mod progress;

use std::collections::BTreeMap;
use std::sync::Arc;

use chassis::{Role, RoleRow};
use wire::ops::v1::audit_service_server::AuditServiceServer;
use wire::ops::v1::dead_letter_service_server::DeadLetterServiceServer;
use wire::ops::v1::progress_service_server::ProgressServiceServer;

use crate::audit::AnyAuditSource;
use crate::consumer::AnyHandler;
use crate::service::Core;

/// Who may call `ops.v1`: operators what changes things and what may hold personal data, auditors the proofs.
pub const OPS_ROLES: &[RoleRow] = &[
    ("/fbaexport.ops.v1.DeadLetterService/ListDeadLetters", &[Role::Operator]),
    ("/fbaexport.ops.v1.DeadLetterService/GetDeadLetter", &[Role::Operator]),
    ("/fbaexport.ops.v1.DeadLetterService/ReplayDeadLetters", &[Role::Operator]),
    ("/fbaexport.ops.v1.DeadLetterService/DropDeadLetters", &[Role::Operator]),
    ("/fbaexport.ops.v1.ProgressService/GetProgress", &[Role::Operator, Role::Auditor, Role::Service]),
    ("/fbaexport.ops.v1.AuditService/StreamFacts", &[Role::Operator, Role::Auditor]),
];

/// The services of `ops.v1`, each to be added to the server.
pub struct OpsServices {
    /// Dead letters: list, show, replay, drop.
    pub dead_letters: DeadLetterServiceServer<dead_letters::DeadLetters>,
    /// How far the service has come.
    pub progress: ProgressServiceServer<progress::Progress>,
    /// Facts about all aggregates.
    pub audit: AuditServiceServer<audit::Audit>,
}

impl OpsServices {
    pub(crate) fn new(
        core: &Core,
        handlers: BTreeMap<String, Arc<dyn AnyHandler>>,
        source: Option<Arc<dyn AnyAuditSource>>,
    ) -> Self {
        Self {
            dead_letters: DeadLetterServiceServer::new(dead_letters::DeadLetters::new(
                core.clone(),
                handlers,
            )),
            progress: ProgressServiceServer::new(progress::Progress::new(core.clone())),
            audit: AuditServiceServer::new(audit::Audit::new(core.clone(), source)),
        }
    }
}
