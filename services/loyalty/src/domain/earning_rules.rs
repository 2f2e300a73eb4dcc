//! Earning rules: a versioned list for each program, with explicit priorities (L-12). The id is the
//! program's.

use std::collections::BTreeSet;

use guanxi_decider::{Context, Decider, Decision, FieldViolation, Reads, Refusal};
use guanxi_events::loyalty::{
    EarningCaps, EarningFormula, EarningRule, EarningRulesEvent, EarningRulesSet, PaymentKind,
    PointsRounding,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::program::Program;

pub mod sale;
#[cfg(test)]
mod tests;

/// The decider of a program's earning rules.
#[derive(Debug)]
pub struct EarningRules;

/// What holds now; nothing earns before rules were set, version 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// 1 when rules were first set, one more with each change.
    pub version: u32,
    /// By priority.
    pub rules: Vec<EarningRule>,
    /// How a purchase's points are rounded, once.
    pub rounding: PointsRounding,
    /// What was paid in these ways earns.
    pub paid_by: Vec<PaymentKind>,
    /// How many can be earned.
    pub caps: EarningCaps,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            version: 0,
            rules: Vec::new(),
            rounding: PointsRounding::Down,
            paid_by: Vec::new(),
            caps: EarningCaps::default(),
        }
    }
}

/// What can be asked of earning rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Replace them, whole; the version is ignored.
    Set(Rules),
}

impl Decider for EarningRules {
    type State = Rules;
    type Command = Command;
    type Event = EarningRulesEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(_state: &Rules, _command: &Command) -> Reads {
        Reads::none().and_namesake::<Program>()
    }

    fn decide(
        state: &Rules,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<EarningRulesEvent>, Refusal> {
        let Command::Set(rules) = command;
        if context.read::<Program>(context.id)?.is_none() {
            return Err(Refusal::not_found("program", context.id));
        }
        let rules = checked(rules, state.version)?;
        if rules == *state {
            return Ok(Decision::nothing());
        }
        let set = EarningRulesSet {
            version: state.version.saturating_add(1),
            rules: rules.rules,
            rounding: rules.rounding,
            paid_by: rules.paid_by,
            caps: rules.caps,
        };
        Ok(Decision::event(set).occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(_state: Rules, event: &EarningRulesEvent) -> Rules {
        let EarningRulesEvent::Set(set) = event;
        Rules {
            version: set.version,
            rules: set.rules.clone(),
            rounding: set.rounding,
            paid_by: set.paid_by.clone(),
            caps: set.caps,
        }
    }
}

/// The rules by priority, each key and priority once, each number above 0.
fn checked(rules: &Rules, version: u32) -> Result<Rules, Refusal> {
    let (mut keys, mut priorities) = (BTreeSet::new(), BTreeSet::new());
    let mut violations = Vec::new();
    let mut bad = |field: String, description: &str| {
        violations.push(FieldViolation {
            field,
            description: description.to_owned(),
        });
    };
    for (index, rule) in rules.rules.iter().enumerate() {
        let field = |name: &str| format!("rules[{index}].{name}");
        if !keys.insert(&rule.key) {
            bad(field("key"), "another rule has this key");
        }
        if !priorities.insert(rule.priority) {
            bad(field("priority"), "another rule has this priority");
        }
        let positive = match rule.formula {
            EarningFormula::Spend { points, per, .. } => {
                points > Decimal::ZERO && per > Decimal::ZERO
            }
            EarningFormula::Bonus { points: number } | EarningFormula::Multiply { by: number } => {
                number > Decimal::ZERO
            }
        };
        if !positive {
            bad(field("formula"), "each of its numbers is above 0");
        }
        let when = &rule.conditions;
        if when.weekdays.iter().any(|day| !(1..=7).contains(day)) {
            bad(field("conditions.weekdays"), "days are 1 (Monday) to 7");
        }
        if when
            .from
            .zip(when.until)
            .is_some_and(|(from, until)| until < from)
        {
            bad(field("conditions.until"), "is before the first day");
        }
    }
    if !violations.is_empty() {
        return Err(Refusal::invalid(violations));
    }
    let mut rules = Rules {
        version,
        ..rules.clone()
    };
    rules.rules.sort_by_key(|rule| rule.priority);
    rules.paid_by.sort_unstable();
    rules.paid_by.dedup();
    Ok(rules)
}
