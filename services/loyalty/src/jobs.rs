//! The jobs of the loyalty service.

use guanxi_decider::Actor;
use guanxi_runtime::{Done, Item, Job, system_actor};

use crate::domain::member::{Command, Member, Membership};

/// Looks at a member's tier when its period has ended (L-05). The ladder that then holds decides, so
/// it is a command that reads it, not a timer that knew it before.
#[derive(Debug, Clone, Copy)]
pub struct ReviewTiers;

impl Job for ReviewTiers {
    type Decider = Member;
    type Target = Member;

    fn next(state: &Option<Membership>, _limit: usize) -> Vec<Item<Command>> {
        let due = state.iter().filter(|member| member.review.is_some());
        due.map(|member| Item {
            number: member.tier_steps,
            id: member.id.0,
            command: Command::ReviewTier,
        })
        .collect()
    }

    fn actor(_state: &Option<Membership>) -> Option<Actor> {
        system_actor("tier-review").ok()
    }

    fn report(_done: Vec<Done>) -> Command {
        Command::ReviewAsked
    }
}
