//! Histories that concern one read model each: what happens to one thing in its life, as its service
//! tells it, in several commands.

mod opportunities;
mod points;
mod receivables;
mod tale;
mod tickets;

use std::collections::VecDeque;

use futures::{StreamExt, TryStreamExt, stream};
use guanxi_eventlog::{Append, EventLog};
use guanxi_events::Service;

use tale::Tale;

/// Whose lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lives {
    /// Sales opportunities, from the first word to the order.
    Opportunities,
    /// Customers' accounts: invoices, payments, what is used for what.
    Receivables,
    /// Members and their points: earned, activated, spent, expired.
    Points,
    /// Tickets: asked, answered, resolved, rated.
    Tickets,
}

/// Lives that go on at the same time. What follows in one then lies thousands of events behind, in
/// another batch, as it does in earnest: a fold finds its rows in the tables, not in its hands.
const ABREAST: u64 = 2_000;
/// Commands on the way to the log.
const IN_FLIGHT: usize = 512;

impl Lives {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Opportunities,
        Self::Receivables,
        Self::Points,
        Self::Tickets,
    ];

    /// In whose log they are.
    pub const fn service(self) -> Service {
        match self {
            Self::Opportunities | Self::Receivables => Service::Sales,
            Self::Points => Service::Loyalty,
            Self::Tickets => Service::Service,
        }
    }

    /// What all of them take for granted: a pipeline, a program, a queue.
    fn ground(self) -> anyhow::Result<Vec<Append>> {
        let mut tale = Tale::new()?;
        match self {
            Self::Opportunities => opportunities::ground(&mut tale)?,
            Self::Receivables => {}
            Self::Points => points::ground(&mut tale)?,
            Self::Tickets => tickets::ground(&mut tale)?,
        }
        Ok(tale.commands())
    }

    /// The commands of one life, in order.
    fn life(self) -> anyhow::Result<Vec<Append>> {
        let mut tale = Tale::new()?;
        match self {
            Self::Opportunities => opportunities::life(&mut tale)?,
            Self::Receivables => receivables::life(&mut tale)?,
            Self::Points => points::life(&mut tale)?,
            Self::Tickets => tickets::life(&mut tale)?,
        }
        Ok(tale.commands())
    }

    /// Writes whole lives to an empty log until they are so many events; how many they are in fact.
    ///
    /// # Errors
    /// When an append fails.
    pub async fn fill(self, log: &EventLog, events: u64) -> anyhow::Result<u64> {
        let begun = self.begin(log).await?;
        Ok(begun + self.go_on(log, events.saturating_sub(begun)).await?)
    }

    /// Writes what all lives take for granted; how many events that is.
    ///
    /// # Errors
    /// When an append fails, as it does where it stands already.
    pub async fn begin(self, log: &EventLog) -> anyhow::Result<u64> {
        append(log, self.ground()?).await
    }

    /// Writes whole lives to a log where that stands, until they are so many events; how many they
    /// are in fact.
    ///
    /// # Errors
    /// When an append fails.
    pub async fn go_on(self, log: &EventLog, events: u64) -> anyhow::Result<u64> {
        let mut written = 0;
        while written < events {
            // As many as are wanted still, by what one is.
            let one = self.life()?;
            let wanted = (events - written).div_ceil(events_in(&one).max(1));
            let mut lives = vec![VecDeque::from(one)];
            for _ in 1..wanted.min(ABREAST) {
                lives.push(self.life()?.into());
            }
            while !lives.is_empty() {
                let next = lives.iter_mut().filter_map(VecDeque::pop_front).collect();
                written += append(log, next).await?;
                lives.retain(|life| !life.is_empty());
            }
        }
        Ok(written)
    }
}

/// Appends them at once, in any order; how many events they are.
async fn append(log: &EventLog, commands: Vec<Append>) -> anyhow::Result<u64> {
    let events = events_in(&commands);
    stream::iter(commands)
        .map(|command| log.append(command))
        .buffer_unordered(IN_FLIGHT)
        .try_for_each(|_| futures::future::ready(Ok(())))
        .await?;
    Ok(events)
}

fn events_in(commands: &[Append]) -> u64 {
    let writes = commands.iter().flat_map(|command| &command.writes);
    writes.map(|write| write.events.len() as u64).sum()
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, sync::Arc};

    use guanxi_events::{EventId, Position, Recorded, StreamKey, StreamVersion};
    use guanxi_projection::Projection;
    use jiff::Timestamp;

    use super::*;

    fn model(lives: Lives) -> Arc<dyn Projection> {
        match lives {
            Lives::Opportunities => Arc::new(guanxi_funnels::Funnels),
            Lives::Receivables => Arc::new(guanxi_receivables::Receivables),
            Lives::Points => Arc::new(guanxi_points::Points),
            Lives::Tickets => Arc::new(guanxi_service_figures::Service),
        }
    }

    #[test]
    fn every_event_of_a_life_concerns_its_read_model() {
        for lives in Lives::ALL {
            let model = model(lives);
            for command in [lives.ground().unwrap(), lives.life().unwrap()].concat() {
                for write in command.writes {
                    for event in write.events {
                        let kind = event.event_type.to_string();
                        let recorded = Recorded {
                            position: Position(1),
                            stream: write.stream.clone(),
                            version: StreamVersion(1),
                            id: EventId::new(),
                            event_type: event.event_type,
                            occurred_at: event.occurred_at,
                            recorded_at: Timestamp::now(),
                            data: event.data,
                            meta: event.meta,
                            numbers: [].into(),
                        };
                        assert!(model.key(&recorded).is_some(), "{lives:?}: {kind}");
                    }
                }
            }
        }
    }

    #[test]
    fn each_command_of_a_life_goes_on_where_the_one_before_it_ended() {
        for lives in Lives::ALL {
            let life = lives.life().unwrap();
            assert!(
                life.len() > 2,
                "{lives:?} is over in {} commands",
                life.len()
            );
            let mut versions: HashMap<StreamKey, StreamVersion> = HashMap::new();
            for write in life.into_iter().flat_map(|command| command.writes) {
                let version = versions.entry(write.stream).or_default();
                assert_eq!(write.expected, *version, "{lives:?}");
                *version = version.after(write.events.len());
            }
        }
    }
}
