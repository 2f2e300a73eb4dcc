//! What the wholesaler's customers earned by the reaction to their paid orders, and what returns and
//! bounces took back: compared with a plain calculation, member by member.

mod reckoning;

use std::fmt;

use rust_decimal::Decimal;

pub(super) use reckoning::{Reckoned, reckon};

use super::{
    CASH, Dataset, Story,
    load::{member, program},
};
use crate::{
    demo::{
        Caller,
        ids::Ids,
        ledgers::{Ledger, Ledgers},
    },
    output,
};

/// How many wrong members are named.
const NAMED: usize = 20;

/// What was compared.
pub(super) struct Check {
    /// What all members together must have.
    pub(super) expected: Reckoned,
    /// What the read model adds up.
    found: Ledger,
    /// How many members have points.
    members: usize,
    /// Those whose ledgers say otherwise.
    pub(super) wrong: Vec<Difference>,
    conserves: bool,
}

/// A member whose ledger is not what the story comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    /// The customer's key in the file; the id of a member whom the story does not know.
    pub(super) member: String,
    pub(super) expected: Reckoned,
    pub(super) found: Ledger,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (expected, found) = (&self.expected, &self.found);
        write!(
            f,
            "member {}: expected {} earned, {} taken back, {} held; found {}, {}, {} and {} spent",
            self.member,
            output::money(expected.earned),
            output::money(expected.taken_back),
            output::money(expected.held()),
            output::money(found.earned),
            output::money(found.reversed),
            output::money(held(found)),
            output::money(found.spent),
        )
    }
}

impl Reckoned {
    fn held(&self) -> Decimal {
        self.earned - self.taken_back
    }

    /// Whether a ledger says the same; nobody spends.
    fn is(&self, found: &Ledger) -> bool {
        (self.earned, self.taken_back) == (found.earned, found.reversed)
            && self.held() == held(found)
            && found.spent.is_zero()
    }
}

/// What a member has, whether it can be spent already or not.
fn held(ledger: &Ledger) -> Decimal {
    ledger.pending + ledger.active
}

impl Check {
    /// Compares a story with the ledgers of its program.
    pub(super) fn of(story: &Story, ids: Ids, mut ledgers: Ledgers) -> Self {
        let mut expected = Reckoned::default();
        let members = ledgers.members.len();
        let mut wrong = Vec::new();
        for (key, buyer) in story.buyers.iter().filter(|(key, _)| ***key != *CASH) {
            let own = reckon(&buyer.steps);
            expected.earned += own.earned;
            expected.taken_back += own.taken_back;
            let found = ledgers.members.remove(&member(ids, key).to_string());
            let found = found.unwrap_or_default();
            if !own.is(&found) {
                wrong.push(Difference {
                    member: key.to_string(),
                    expected: own,
                    found,
                });
            }
        }
        let unknown = ledgers.members.into_iter().map(|(id, found)| Difference {
            member: id,
            expected: Reckoned::default(),
            found,
        });
        wrong.extend(unknown);
        Self {
            expected,
            found: ledgers.total,
            members,
            wrong,
            conserves: ledgers.conserves,
        }
    }

    /// Whether every member has exactly what the story comes to.
    pub(super) fn holds(&self) -> bool {
        self.wrong.is_empty() && self.expected.is(&self.found) && self.conserves
    }
}

/// Asks for the members' points and prints what they come to, beside the plain calculation; whether
/// they are right.
///
/// # Errors
/// When the query service does not answer.
pub(super) async fn show(
    caller: &Caller,
    wholesaler: &Dataset,
    tokens: &[String],
) -> anyhow::Result<bool> {
    let ids = Ids::of(&wholesaler.name);
    // The tokens are those of sales and of customers: waited for by the reactions that answer them.
    let ledgers = Ledgers::of(caller, program(ids), tokens).await?;
    let check = Check::of(&wholesaler.story, ids, ledgers);
    report(&check)?;
    Ok(check.holds())
}

fn report(check: &Check) -> anyhow::Result<()> {
    let (expected, found) = (&check.expected, &check.found);
    let mut table = output::table(&["points", "#by the story", "#by the ledgers", ""]);
    for (what, expected, found) in [
        ("earned by paid invoices", expected.earned, found.earned),
        (
            "taken back by returns and bounces",
            expected.taken_back,
            found.reversed,
        ),
        ("held", expected.held(), held(found)),
    ] {
        table.add_row([
            what.to_owned(),
            output::money(expected),
            output::money(found),
            output::verdict(expected == found).to_owned(),
        ]);
    }
    output::line(format!("\n{table}"))?;
    output::line(format!(
        "{} members have points; each member's ledger as the story says: {}; conservation holds for \
         every member: {}",
        output::grouped(check.members as u64),
        output::verdict(check.wrong.is_empty()),
        output::verdict(check.conserves),
    ))?;
    for wrong in check.wrong.iter().take(NAMED) {
        output::line(format!("  {wrong}"))?;
    }
    if check.wrong.len() > NAMED {
        let more = check.wrong.len() - NAMED;
        output::line(format!("  and {} more", output::grouped(more as u64)))?;
    }
    Ok(())
}
