//! A program's tier ladder (会员级别): the tiers, what they take and what they are good for, and
//! when one is lost, as a versioned rule (L-05). Its id is the program's.

use std::collections::BTreeSet;

use guanxi_decider::{Context, Decider, Decision, FieldViolation, Reads, Refusal};
use guanxi_events::loyalty::{
    Privileges, ProgramId, Tier, TierKey, TierLadderDefined, TierLadderDefinition, TierLadderEvent,
    TierLadderVersion,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::program::{self, Program};

#[cfg(test)]
mod tests;
mod window;

pub use window::{first_day, period_end};

/// The decider of a tier ladder.
#[derive(Debug)]
pub struct TierLadder;

/// A ladder that exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    /// 1 when it was defined, one more with each change.
    pub version: u32,
    /// What holds now; the tiers from the lowest up.
    pub definition: TierLadderDefinition,
}

/// What can be asked of a ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Define it, or replace it by a new version.
    Define(TierLadderDefinition),
}

impl Decider for TierLadder {
    type State = Option<Ladder>;
    type Command = Command;
    type Event = TierLadderEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(_state: &Self::State, _command: &Command) -> Reads {
        Reads::none().and_namesake::<Program>()
    }

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<TierLadderEvent>, Refusal> {
        let Command::Define(definition) = command;
        program::known(ProgramId(context.id), context)?;
        sound(definition)?;
        let version = match state {
            Some(ladder) if ladder.definition == *definition => return Ok(Decision::nothing()),
            Some(ladder) => ladder.version.saturating_add(1),
            None => 1,
        };
        let defined = TierLadderDefined {
            version,
            definition: definition.clone(),
        };
        Ok(Decision::event(defined).occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(_state: Self::State, event: &TierLadderEvent) -> Self::State {
        let TierLadderEvent::Defined(defined) = event;
        Some(Ladder {
            version: defined.version,
            definition: defined.definition.clone(),
        })
    }
}

impl Ladder {
    /// This ladder as events name it.
    pub fn named(&self, program: ProgramId) -> TierLadderVersion {
        TierLadderVersion {
            program,
            version: self.version,
        }
    }

    /// A tier by its key.
    pub fn tier(&self, key: &TierKey) -> Option<&Tier> {
        self.definition.tiers.iter().find(|tier| tier.key == *key)
    }

    /// The place of a tier, the lowest being 0; none for no tier and for one that it does not have.
    pub fn rank(&self, key: Option<&TierKey>) -> Option<usize> {
        let key = key?;
        self.definition
            .tiers
            .iter()
            .position(|tier| tier.key == *key)
    }

    /// The tier at a place.
    pub fn at(&self, rank: Option<usize>) -> Option<&TierKey> {
        Some(&self.definition.tiers.get(rank?)?.key)
    }

    /// The place of the highest tier that a total is enough for. Less than nothing counts as nothing:
    /// the tier that takes nothing is every member's.
    pub fn reached(&self, total: Decimal) -> Option<usize> {
        let total = total.max(Decimal::ZERO);
        self.definition
            .tiers
            .iter()
            .rposition(|tier| tier.threshold <= total)
    }

    /// What a member of the tier enjoys; nothing without one, or in one that it does not have.
    pub fn privileges(&self, tier: Option<&TierKey>) -> Privileges {
        tier.and_then(|key| self.tier(key)).map_or_else(
            || Privileges {
                earning_factor: Decimal::ONE,
                discount_percent: Decimal::ZERO,
                birthday_gift: None,
            },
            |tier| tier.privileges.clone(),
        )
    }
}

/// The tiers rise, and what is taken away is taken away at the end of some period.
fn sound(definition: &TierLadderDefinition) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    let mut violations = Vec::new();
    let mut below: Option<Decimal> = None;
    for (index, tier) in definition.tiers.iter().enumerate() {
        if !seen.insert(&tier.key) {
            violations.push(FieldViolation {
                field: format!("definition.tiers[{index}].key"),
                description: format!("{} is there twice", tier.key),
            });
        }
        if let Some(below) = below.filter(|below| *below >= tier.threshold) {
            violations.push(FieldViolation {
                field: format!("definition.tiers[{index}].threshold"),
                description: format!("{} is not above {below}, the tier's before", tier.threshold),
            });
        }
        below = Some(tier.threshold);
    }
    if !violations.is_empty() {
        return Err(Refusal::invalid(violations));
    }
    let Some(downgrade) = definition.downgrade else {
        return Ok(());
    };
    let Some(days) = window::shortest(definition.window) else {
        return Err(Refusal::precondition(
            "DOWNGRADE_WITHOUT_PERIOD",
            "what counts for life has no period's end at which a tier could be lost",
        ));
    };
    if u32::from(downgrade.grace_days) >= days {
        return Err(Refusal::precondition(
            "GRACE_TOO_LONG",
            format!(
                "{} days of grace are not shorter than the period, which may have {days} days",
                downgrade.grace_days
            ),
        )
        .figure("grace_days", downgrade.grace_days)
        .figure("period_days", days));
    }
    Ok(())
}
