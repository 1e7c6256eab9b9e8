//! What the schemas say about the mounted services: reflection, and the proof that every method has its role row.

use std::collections::BTreeSet;

use anyhow::Context;
use prost::Message;
use prost_types::FileDescriptorSet;
use tonic_reflection::server::v1::{ServerReflection, ServerReflectionServer};

use crate::RoleTable;

/// Reflection over the mounted services.
pub(super) fn reflection(
    mounted: &[&'static str],
) -> anyhow::Result<ServerReflectionServer<impl ServerReflection>> {
    let builder = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(wire::DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .with_service_name("grpc.health.v1.Health")
        .with_service_name("grpc.reflection.v1.ServerReflection");
    let builder = mounted.iter().fold(builder, |builder, name| builder.with_service_name(*name));
    builder.build_v1().context("the schemas cannot be reflected")
}

/// Every method of a mounted service has a row, and every row names such a method.
pub(super) fn check(mounted: &[&'static str], roles: &RoleTable) -> anyhow::Result<()> {
    let methods = methods_of(mounted)?;
    let rows: BTreeSet<String> = roles.paths().map(str::to_owned).collect();
    let without_row: Vec<_> = methods.difference(&rows).collect();
    anyhow::ensure!(
        without_row.is_empty(),
        "the role table has no row for {without_row:?}: add one for each"
    );
    let without_method: Vec<_> = rows.difference(&methods).collect();
    anyhow::ensure!(
        without_method.is_empty(),
        "the role table names {without_method:?}, which is not served"
    );
    Ok(())
}

fn methods_of(mounted: &[&'static str]) -> anyhow::Result<BTreeSet<String>> {
    let schemas = FileDescriptorSet::decode(wire::DESCRIPTORS).context("the schemas cannot be decoded")?;
    let mut paths = BTreeSet::new();
    for file in &schemas.file {
        for service in &file.service {
            let name = format!("{}.{}", file.package(), service.name());
            if mounted.contains(&name.as_str()) {
                paths.extend(service.method.iter().map(|method| format!("/{name}/{}", method.name())));
            }
        }
    }
    Ok(paths)
}
