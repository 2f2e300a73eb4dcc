//! How far a reaction has come, and what it could not answer.

use deadpool_postgres::Pool;
use guanxi_eventlog::LogError;
use guanxi_events::{Incarnation, Position, Service};

use super::Parked;

/// The row of one reaction in its own service's log schema.
pub(super) struct Checkpoint<'a> {
    pool: &'a Pool,
    name: &'static str,
    schema: String,
}

impl<'a> Checkpoint<'a> {
    pub(super) fn new(pool: &'a Pool, name: &'static str, own: Service) -> Self {
        Self {
            pool,
            name,
            schema: format!("log_{own}"),
        }
    }

    /// Where to go on. A source that was restored is read from the beginning: the commands' ids
    /// derive from the events', so nothing happens twice.
    pub(super) async fn begin(
        &self,
        source: Service,
        incarnation: Incarnation,
        start: Position,
    ) -> Result<Position, LogError> {
        let client = self.pool.get().await?;
        let sql = format!(
            "insert into {0}.reactions as held (name, source, incarnation, position, target_position)
             values ($1, $2, $3, $4, 0)
             on conflict (name) do update
               set incarnation = $3,
                   position = case when held.incarnation = $3 then held.position else 0 end
             returning position",
            self.schema
        );
        let row = client
            .query_one(
                &sql,
                &[&self.name, &source.name(), &incarnation.0, &start.0],
            )
            .await?;
        Ok(Position(row.try_get(0)?))
    }

    /// Moves on, unless another replica was there in the meantime.
    pub(super) async fn advance(
        &self,
        incarnation: Incarnation,
        from: Position,
        to: Position,
        target: Position,
    ) -> Result<bool, LogError> {
        let client = self.pool.get().await?;
        let sql = format!(
            "update {0}.reactions set position = $4, target_position = greatest(target_position, $5)
             where name = $1 and incarnation = $2 and position = $3",
            self.schema
        );
        let moved = client
            .execute(
                &sql,
                &[&self.name, &incarnation.0, &from.0, &to.0, &target.0],
            )
            .await?;
        Ok(moved == 1)
    }

    /// Notes what could not be answered.
    pub(super) async fn park(
        &self,
        source: Service,
        parked: &[Parked<'_>],
    ) -> Result<(), LogError> {
        if parked.is_empty() {
            return Ok(());
        }
        let client = self.pool.get().await?;
        let sql = format!(
            "insert into {0}.parked_reactions (name, source, position, event_id, code, reason)
             values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
            self.schema
        );
        for Parked {
            event,
            code,
            reason,
        } in parked
        {
            tracing::warn!(
                reaction = self.name,
                position = event.position.0,
                code,
                "a reaction was refused"
            );
            metrics::counter!("guanxi_reactions_parked_total", "reaction" => self.name)
                .increment(1);
            client
                .execute(
                    &sql,
                    &[
                        &self.name,
                        &source.name(),
                        &event.position.0,
                        &event.id.0,
                        code,
                        reason,
                    ],
                )
                .await?;
        }
        Ok(())
    }
}
