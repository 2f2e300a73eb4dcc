//! Loads the story through the services: each step is one command or a few, dated when it happened.

mod articles;
mod buyers;
mod debts;
mod members;
mod money;
mod notes;
mod orders;
mod steps;

use std::time::Instant;

use guanxi_proto::{sales::v1::SaleLineInput, types::v1::CommandHeader};
use guanxi_runtime::Token;
use jiff::{civil::DateTime, tz::TimeZone};
use uuid::Uuid;

use super::{CASH, Dataset, Line, Story};
use crate::demo::{
    Caller,
    ids::Ids,
    load::{Loaded, further},
    wire,
};

/// The team that everything counts for.
const TEAM: &str = "Online retail";

/// What loading needs everywhere.
struct Loading<'a> {
    caller: &'a Caller,
    story: &'a Story,
    ids: Ids,
    zone: TimeZone,
}

/// Loads everything. What was loaded before is answered as it was then, and nothing happens twice.
pub(crate) async fn load(
    caller: &Caller,
    dataset: &Dataset,
    zone: TimeZone,
) -> anyhow::Result<Loaded> {
    let loading = Loading {
        caller,
        story: &dataset.story,
        ids: Ids::of(&dataset.name),
        zone,
    };
    let begun = Instant::now();
    let registered = buyers::load(&loading).await?;
    members::load(&loading).await?;
    let mut last = articles::load(&loading).await?;
    last = further(last, steps::load(&loading).await?);
    last = further(last, debts::load(&loading, last).await?);
    Ok(Loaded {
        commands: dataset.commands(),
        took: begun.elapsed(),
        tokens: [registered, last]
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
        // All but the cash customer are members.
        let members = story.buyers.keys().filter(|key| ***key != *CASH).count();
        let things = story.buyers.len() + members + story.articles.len();
        things as u64
            + members::RULES
            + articles::TERMS
            + steps::commands(story)
            + debts::commands(story)
    }
}

pub(super) use members::{member, program};

/// The id of a customer.
pub(super) fn customer(ids: Ids, key: &str) -> Uuid {
    ids.of_thing("customer", key)
}

impl Loading<'_> {
    /// The id of a thing by its kind and key.
    fn id(&self, kind: &str, key: &str) -> Uuid {
        self.ids.of_thing(kind, key)
    }

    /// The id of the terms by which all but the cash customer pay.
    fn terms(&self) -> Uuid {
        self.id("payment terms", "30 days net")
    }

    /// What is done to a thing, at a time of the wholesaler's day.
    fn header(
        &self,
        thing: Uuid,
        deed: &str,
        at: DateTime,
    ) -> anyhow::Result<Option<CommandHeader>> {
        let command = self.ids.of_command(thing, deed);
        wire::header_at(command, at, &self.zone).map(Some)
    }

    /// When all that was there before the first document came to be.
    fn opening(&self) -> DateTime {
        self.story.first_day.at(0, 0, 0, 0)
    }

    /// The lines of a document.
    fn lines(&self, lines: &[Line]) -> Vec<SaleLineInput> {
        let lines = lines.iter().map(|line| {
            let product = line.article.as_deref();
            let product = product.map(|code| self.id("article", code).to_string());
            SaleLineInput {
                product_id: product.unwrap_or_default(),
                text: line.text.to_string(),
                quantity: line.quantity.to_string(),
                unit_price: line.price.to_string(),
                ..SaleLineInput::default()
            }
        });
        lines.collect()
    }
}

/// The token of a step of several commands is that of its last.
type Done = anyhow::Result<Option<Token>>;
