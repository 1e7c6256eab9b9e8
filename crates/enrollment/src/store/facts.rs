//! What the audit is told: one fact for each seller.

use std::collections::HashMap;

use futures::TryStreamExt;
use messaging::{AuditSource, FactSink};
use sqlx::PgConnection;
use wire::ops::v1::Fact;

/// The facts of this service.
pub(crate) struct Facts;

impl AuditSource for Facts {
    async fn facts(&self, db: &mut PgConnection, sink: &mut FactSink) -> anyhow::Result<()> {
        let mut rows = sqlx::query!(
            r#"SELECT s.seller_id, s.state, s.settings_version, s.authority_id, s.product_exclusion_count,
                      cardinality(string_to_array(s.excluded_countries, '|')) AS "countries!",
                      (SELECT count(*) FROM authority_ledger l
                        WHERE l.seller_id = s.seller_id AND l.entry = 'GRANTED') AS "authorities!"
                 FROM sellers s"#
        )
        .fetch(db);
        while let Some(row) = rows.try_next().await? {
            let units = [
                ("authorities", row.authorities),
                ("excluded_countries", row.countries.into()),
                ("product_exclusions", row.product_exclusion_count),
            ];
            sink.push(Fact {
                kind: "enrollment".to_owned(),
                id: row.seller_id,
                version: row.settings_version,
                state: row.state,
                r#final: false,
                units: units.map(|(name, count)| (name.to_owned(), count)).into(),
                amounts: HashMap::new(),
                refs: row
                    .authority_id
                    .map(|id| ("authority_id".to_owned(), id.to_string()))
                    .into_iter()
                    .collect(),
            })
            .await?;
        }
        Ok(())
    }
}
