//! Which images serve.

use crate::environment;
use crate::server::Kind;

/// The images for a server, in the order they are looked for. The last one is pulled where none is there.
///
/// `FBA_POSTGRES_IMAGE` and `FBA_KAFKA_IMAGE` name another one, which is then the only one. Any image will do that has
/// `sh`, the server's programs where these have them, and for PostgreSQL a user `postgres`.
pub(crate) fn candidates(kind: Kind) -> Vec<String> {
    let (variable, images) = match kind {
        Kind::Postgres => ("FBA_POSTGRES_IMAGE", ["fba-export/postgres:15", "postgres:15-bookworm"]),
        Kind::Kafka => ("FBA_KAFKA_IMAGE", ["fba-export/kafka:4.3.1", "apache/kafka:4.3.1"]),
    };
    match environment::variable(variable) {
        Some(image) => vec![image],
        None => images.map(str::to_owned).to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_images_carry_the_version_the_jars_have() {
        let version = crate::local::kafka_version();
        assert!(candidates(Kind::Kafka).iter().all(|image| image.ends_with(&format!(":{version}"))));
    }
}
