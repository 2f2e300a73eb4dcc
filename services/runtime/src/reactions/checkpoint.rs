//! How far a reaction has come, and what it could not answer.

use deadpool_postgres::Pool;
use guanxi_eventlog::{LogError, LogReader};
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

    /// Where to go on. A source that was restored is read from where the reaction first began, or from
    /// where what it had seen then ends, if it came back from before that: the commands' ids derive from
    /// the events', so nothing happens twice.
    pub(super) async fn begin(
        &self,
        source: &LogReader,
        incarnation: Incarnation,
        start: Position,
    ) -> Result<Position, LogError> {
        let seen = match self.followed(incarnation).await? {
            Some(life) => source.end_of_life(life).await?,
            None => start,
        };
        let client = self.pool.get().await?;
        let sql = format!(
            "insert into {0}.reactions as held
                    (name, source, incarnation, began_at, position, target_position)
             values ($1, $2, $3, $4, $4, 0)
             on conflict (name) do update
               set incarnation = $3,
                   began_at = case when held.incarnation = $3
                                   then held.began_at else least(held.began_at, $5) end,
                   position = case when held.incarnation = $3
                                   then held.position else least(held.began_at, $5) end
             returning position",
            self.schema
        );
        let row = client
            .query_one(
                &sql,
                &[
                    &self.name,
                    &source.service().name(),
                    &incarnation.0,
                    &start.0,
                    &seen.0,
                ],
            )
            .await?;
        Ok(Position(row.try_get(0)?))
    }

    /// The source's life that it has followed so far, if it is not this one.
    async fn followed(&self, life: Incarnation) -> Result<Option<Incarnation>, LogError> {
        let client = self.pool.get().await?;
        let sql = format!(
            "select incarnation from {0}.reactions where name = $1 and incarnation <> $2",
            self.schema
        );
        let row = client.query_opt(&sql, &[&self.name, &life.0]).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?.map(Incarnation))
    }

    /// Moves on and notes what could not be answered, both or neither; false when another replica
    /// was there in the meantime.
    pub(super) async fn advance(
        &self,
        source: Service,
        step: Step,
        parked: &[Parked<'_>],
    ) -> Result<bool, LogError> {
        let mut client = self.pool.get().await?;
        let transaction = client.transaction().await?;
        let sql = format!(
            "update {0}.reactions set position = $4, target_position = greatest(target_position, $5)
             where name = $1 and incarnation = $2 and position = $3",
            self.schema
        );
        let Step {
            incarnation,
            from,
            to,
            target,
        } = step;
        let moved = transaction
            .execute(
                &sql,
                &[&self.name, &incarnation.0, &from.0, &to.0, &target.0],
            )
            .await?;
        if moved != 1 {
            return Ok(false);
        }
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
            let (name, position) = (self.name, event.position.0);
            tracing::warn!(reaction = name, position, code, "a reaction was refused");
            metrics::counter!("guanxi_reactions_parked_total", "reaction" => name).increment(1);
            transaction
                .execute(
                    &sql,
                    &[&name, &source.name(), &position, &event.id.0, code, reason],
                )
                .await?;
        }
        transaction.commit().await?;
        Ok(true)
    }
}

/// One move of a checkpoint.
pub(super) struct Step {
    /// The source's life.
    pub(super) incarnation: Incarnation,
    /// Where the checkpoint stands.
    pub(super) from: Position,
    /// Where it goes.
    pub(super) to: Position,
    /// Where the effects stand in this service's own log.
    pub(super) target: Position,
}

#[cfg(test)]
mod tests;
