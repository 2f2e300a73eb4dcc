//! Random histories that the loyalty service could have written: what is chosen at random becomes
//! the next thing that can happen to a member by then.

mod corrections;
mod naive;
mod purchases;

use guanxi_events::loyalty::points::PointsEvent;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

pub(crate) use naive::{Holds, Naive, Snapshot};

pub(crate) const MEMBERS: u128 = 4;
/// Members 1 and 2 are of this program, the others of the next.
pub(crate) const PROGRAM: Uuid = Uuid::from_u128(100);
pub(crate) const OTHER_PROGRAM: Uuid = Uuid::from_u128(101);

pub(crate) fn program_of(member: Uuid) -> Uuid {
    if member.as_u128() <= 2 {
        PROGRAM
    } else {
        OTHER_PROGRAM
    }
}

/// What is chosen for one step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice {
    what: u8,
    member: u128,
    tenths: i64,
    which: usize,
    /// Since the step before, in hours.
    wait: i64,
    /// How far it is dated back, in hours.
    back: i64,
}

/// So many choices.
pub(crate) fn choices(steps: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Choice>> {
    let choice = (
        0..14_u8,
        1..=MEMBERS,
        1..400_i64,
        any::<usize>(),
        0..30_i64,
        prop_oneof![4 => Just(0_i64), 1 => 1..90_i64],
    );
    let choice = choice.prop_map(|(what, member, tenths, which, wait, back)| Choice {
        what,
        member,
        tenths,
        which,
        wait,
        back,
    });
    proptest::collection::vec(choice, steps)
}

/// What happened to an account, and the account before and after it.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) member: Uuid,
    pub(crate) event: PointsEvent,
    pub(crate) at: Timestamp,
    pub(crate) recorded: Timestamp,
    pub(crate) before: Snapshot,
    pub(crate) after: Snapshot,
}

/// The first instant of every history.
pub(crate) fn start() -> Timestamp {
    "2024-01-31T08:00:00Z".parse().unwrap()
}

/// The history that these choices make.
pub(crate) fn history(choices: &[Choice]) -> Vec<Told> {
    let members = (1..=MEMBERS).map(Uuid::from_u128);
    let mut accounts: Vec<Naive> = members.map(|id| Naive::new(id, program_of(id))).collect();
    let mut now = start();
    let mut told = Vec::new();
    for choice in choices {
        now += choice.wait.hours();
        let at = now - choice.back.hours();
        let n = usize::try_from(choice.member).unwrap() - 1;
        // The other member of the same program.
        let other = n ^ 1;
        let to = accounts[other].id;
        let step = tell(&mut accounts[n], (at, now), |account| {
            account.step(at, *choice, to)
        });
        if let Some(PointsEvent::Sent(sent)) = step.as_ref().map(|told| &told.event) {
            let lots = accounts[n].received(&sent.lots);
            let from = accounts[n].id;
            told.extend(step);
            told.extend(tell(&mut accounts[other], (at, now), |account| {
                Some(account.receive(at, from, lots))
            }));
        } else {
            told.extend(step);
        }
    }
    told
}

/// Does something to an account, if it can be done.
fn tell(
    account: &mut Naive,
    (at, recorded): (Timestamp, Timestamp),
    step: impl FnOnce(&mut Naive) -> Option<PointsEvent>,
) -> Option<Told> {
    let before = account.snapshot();
    let event = step(account)?;
    Some(Told {
        member: account.id,
        event,
        at,
        recorded,
        before,
        after: account.snapshot(),
    })
}

impl Naive {
    fn step(&mut self, at: Timestamp, choice: Choice, other: Uuid) -> Option<PointsEvent> {
        let (points, which) = (Decimal::new(choice.tenths, 1), choice.which);
        match choice.what {
            0..=2 => Some(self.earn(at, points, which)),
            3 => self.activate(at),
            4 => self.expire(at, which),
            5 | 6 => self.spend(at, points),
            7 => self.return_some(at, points, which),
            8 | 9 => self.reverse(at, points, which),
            10 => self.restore(at, points, which),
            11 => self.settle(at),
            12 => self.adjust(at, points, which),
            _ => self.send(at, other, points),
        }
    }
}
