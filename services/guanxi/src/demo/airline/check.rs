//! Compares what the read model of points answers with what the story comes to, member by member.

use rust_decimal::Decimal;

use super::{
    Dataset, Story, Totals,
    load::{member, program},
};
use crate::demo::{Caller, ids::Ids, ledgers::Ledgers};

/// What was compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Check {
    /// What the story comes to.
    pub(crate) told: Totals,
    /// The points that the program's ledger says were earned.
    pub(crate) earned: Decimal,
    /// The points that it says were spent.
    pub(crate) spent: Decimal,
    /// What members hold.
    pub(crate) active: Decimal,
    /// Members whose ledger says otherwise than the story.
    pub(crate) wrong: Vec<String>,
    /// Whether the law of conservation holds for every member.
    pub(crate) conserves: bool,
}

impl Check {
    /// Whether all is as it must be.
    pub(crate) fn holds(&self) -> bool {
        self.wrong.is_empty()
            && self.conserves
            && self.earned == self.told.earned
            && self.spent == self.told.redeemed
    }
}

/// Asks the query service about one data set.
pub(crate) struct Questions<'a> {
    caller: &'a Caller,
    story: &'a Story,
    ids: Ids,
}

impl<'a> Questions<'a> {
    pub(crate) fn about(caller: &'a Caller, dataset: &'a Dataset) -> Self {
        Self {
            caller,
            story: &dataset.story,
            ids: Ids::of(&dataset.name),
        }
    }

    /// Compares everything. Waits until the read model shows what the tokens stand for.
    pub(crate) async fn check(&self, tokens: &[String]) -> anyhow::Result<Check> {
        let ledgers = Ledgers::of(self.caller, program(self.ids), tokens).await?;
        let total = ledgers.total;
        Ok(Check {
            told: self.story.totals(),
            earned: total.earned,
            spent: total.spent,
            active: total.active,
            wrong: self.wrong(&ledgers),
            conserves: ledgers.conserves,
        })
    }

    fn wrong(&self, ledgers: &Ledgers) -> Vec<String> {
        let members = self.story.members.iter();
        let wrong = members.filter_map(|(number, told)| {
            let id = member(self.ids, number).to_string();
            let found = ledgers.members.get(&id).copied().unwrap_or_default();
            let (mut earned, mut spent) = (Decimal::ZERO, Decimal::ZERO);
            for activity in &told.months {
                earned += activity.earned;
                if activity.covered {
                    spent += activity.redeemed;
                }
            }
            let right = (earned, spent) == (found.earned, found.spent);
            (!right).then(|| format!("{number}: told {earned} and {spent}, found {found:?}"))
        });
        wrong.collect()
    }
}
