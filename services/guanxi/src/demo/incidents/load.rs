//! Loads the story through the services: each step is one command, dated when it happened.

mod desk;
mod tickets;

use std::time::Instant;

use guanxi_proto::types::v1::CommandHeader;
use jiff::{civil::DateTime, tz::TimeZone};
use uuid::Uuid;

use super::{Dataset, Story};
use crate::demo::{Caller, ids::Ids, load::Loaded, wire};

/// What loading needs everywhere.
struct Loading<'a> {
    caller: &'a Caller,
    story: &'a Story,
    ids: Ids,
}

/// Loads everything. What was loaded before is answered as it was then, and nothing happens twice.
pub(crate) async fn load(caller: &Caller, dataset: &Dataset) -> anyhow::Result<Loaded> {
    let loading = Loading {
        caller,
        story: &dataset.story,
        ids: Ids::of(&dataset.name),
    };
    let begun = Instant::now();
    let callers = desk::callers(&loading).await?;
    desk::rules(&loading).await?;
    desk::queues(&loading).await?;
    let tickets = tickets::load(&loading).await?;
    Ok(Loaded {
        commands: dataset.commands(),
        took: begun.elapsed(),
        tokens: [callers, tickets]
            .into_iter()
            .flatten()
            .map(|token| token.encode())
            .collect(),
    })
}

impl Dataset {
    /// How many commands load it.
    pub(crate) fn commands(&self) -> u64 {
        let story = &self.story;
        let things = story.callers.len() + story.queues.len();
        things as u64 + desk::RULES + tickets::commands(story)
    }
}

/// The id of a queue; that of the tickets of no group is a queue as well.
pub(super) fn queue(ids: Ids, name: &str) -> Uuid {
    ids.of_thing("queue", name)
}

impl Loading<'_> {
    /// What is done to a thing, at a time of the desk's clock.
    fn header(
        &self,
        thing: Uuid,
        deed: &str,
        at: DateTime,
    ) -> anyhow::Result<Option<CommandHeader>> {
        let command = self.ids.of_command(thing, deed);
        wire::header_at(command, at, &TimeZone::UTC).map(Some)
    }

    /// When the desk opened: all that was there before the first ticket came to be then.
    fn opening(&self) -> DateTime {
        let first = self
            .story
            .tickets
            .iter()
            .map(|ticket| ticket.opened_at)
            .min();
        let midnight = first.map(|first| first.date().at(0, 0, 0, 0));
        midnight.unwrap_or_default()
    }

    /// The customer that a caller is.
    fn customer(&self, caller: &str) -> Uuid {
        self.ids.of_thing("caller", caller)
    }

    /// The person that a resolver is: `Resolver 17` is `resolver-17`.
    fn person(name: &str) -> String {
        name.to_lowercase().replace(' ', "-")
    }
}
