//! The rules of the pipelines: names and order of their stages, by version.

use std::collections::BTreeMap;

use guanxi_events::{
    DecodeError, DomainEvent, Recorded,
    sales::{PipelineDefinition, PipelineEvent},
};
use guanxi_projection::Write;
use tokio_postgres::Error;
use uuid::Uuid;

/// The versions of a batch.
#[derive(Default)]
pub(crate) struct Pipelines(BTreeMap<(String, Uuid, i32), PipelineDefinition>);

impl Pipelines {
    /// Takes one event of a pipeline.
    pub(crate) fn take(&mut self, event: &Recorded) -> Result<(), DecodeError> {
        let (version, definition) = match PipelineEvent::decode(&event.event_type, &event.data)? {
            PipelineEvent::Created(created) => (1, created.definition),
            PipelineEvent::Changed(changed) => (changed.version, changed.definition),
        };
        let version = i32::try_from(version).unwrap_or(i32::MAX);
        let key = (
            event.stream.tenant.as_str().to_owned(),
            event.stream.id,
            version,
        );
        self.0.insert(key, definition);
        Ok(())
    }

    /// Writes them. They are rare, so one statement a version is few enough.
    pub(crate) async fn store(&self, write: &Write<'_>) -> Result<(), Error> {
        for ((tenant, id, version), definition) in &self.0 {
            let sql = "insert into pipelines as p (tenant, id, version, name)
                       values ($1, $2, $3, $4)
                       on conflict (tenant, id) do update
                          set version = excluded.version, name = excluded.name
                        where p.version < excluded.version";
            write
                .execute(sql, &[tenant, id, version, &definition.name])
                .await?;
            let stages = &definition.stages;
            let keys: Vec<&str> = stages.iter().map(|stage| stage.key.as_str()).collect();
            let names: Vec<&str> = stages.iter().map(|stage| stage.name.as_str()).collect();
            let probabilities: Vec<i16> = stages.iter().map(|s| s.probability.into()).collect();
            let archived: Vec<bool> = stages.iter().map(|stage| stage.archived).collect();
            let rotting: Vec<Option<i32>> = stages
                .iter()
                .map(|s| s.rotting_days.map(i32::from))
                .collect();
            let sql = "insert into stages
                              (tenant, pipeline, version, ordinal, stage, name, probability,
                               archived, rotting_days)
                       select $1, $2, $3, s.ordinal::smallint, s.stage, s.name, s.probability,
                              s.archived, s.rotting_days
                         from unnest($4::text[], $5::text[], $6::smallint[], $7::boolean[],
                                     $8::int[])
                              with ordinality
                              as s (stage, name, probability, archived, rotting_days, ordinal)
                           on conflict do nothing";
            let params: [&(dyn tokio_postgres::types::ToSql + Sync); 8] = [
                tenant,
                id,
                version,
                &keys,
                &names,
                &probabilities,
                &archived,
                &rotting,
            ];
            write.execute(sql, &params).await?;
        }
        Ok(())
    }
}
