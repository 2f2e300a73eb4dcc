//! The tenant's rules for receivables: how small a rest is written off with an allocation (S-24).
//! One versioned rule a tenant.

use std::collections::BTreeSet;

use guanxi_decider::{Context, Decider, Decision, FieldViolation, Refusal};
use guanxi_events::sales::{ReceivablesPolicyEvent, ReceivablesPolicySet, ReceivablesRules};
use iso_currency::Currency;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The decider of a tenant's policy. Its id is
/// [`RECEIVABLES_POLICY`](guanxi_events::sales::RECEIVABLES_POLICY).
#[derive(Debug)]
pub struct ReceivablesPolicy;

/// The rules that hold now. Before any were set: no tolerance in any currency, version 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// 1 when rules were first set, one more with each change.
    pub version: u32,
    /// What holds now; its tolerances are sorted by currency.
    pub rules: ReceivablesRules,
}

/// What can be asked of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Replace the rules.
    Set(ReceivablesRules),
}

impl Decider for ReceivablesPolicy {
    type State = Policy;
    type Command = Command;
    type Event = ReceivablesPolicyEvent;

    const SNAPSHOT: u16 = 1;

    fn decide(
        policy: &Policy,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<ReceivablesPolicyEvent>, Refusal> {
        let Command::Set(rules) = command;
        let rules = checked(rules)?;
        if rules == policy.rules {
            return Ok(Decision::nothing());
        }
        let set = ReceivablesPolicySet {
            version: policy.version.saturating_add(1),
            rules,
        };
        Ok(Decision::event(set).occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(_policy: Policy, event: &ReceivablesPolicyEvent) -> Policy {
        let ReceivablesPolicyEvent::Set(set) = event;
        Policy {
            version: set.version,
            rules: set.rules.clone(),
        }
    }
}

/// The largest rest that is written off with an allocation in this currency; 0 where the rules name
/// none.
pub fn tolerance(rules: &ReceivablesRules, currency: Currency) -> Decimal {
    let named = rules.tolerances.iter().find(|t| t.currency == currency);
    named.map_or(Decimal::ZERO, |tolerance| tolerance.amount)
}

/// The rules with their tolerances by currency, at most one for each.
fn checked(rules: &ReceivablesRules) -> Result<ReceivablesRules, Refusal> {
    let mut seen = BTreeSet::new();
    let mut violations = Vec::new();
    for (index, tolerance) in rules.tolerances.iter().enumerate() {
        let field = || format!("rules.tolerances[{index}]");
        if !seen.insert(tolerance.currency) {
            let description = format!("{} is there twice", tolerance.currency.code());
            violations.push(FieldViolation {
                field: field(),
                description,
            });
        }
        if tolerance.amount < Decimal::ZERO {
            violations.push(FieldViolation {
                field: field(),
                description: format!("{tolerance} is below 0"),
            });
        }
    }
    if !violations.is_empty() {
        return Err(Refusal::invalid(violations));
    }
    let mut rules = rules.clone();
    rules.tolerances.sort_by_key(|tolerance| tolerance.currency);
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use guanxi_decider::testing::Scenario;
    use guanxi_events::{Money, sales::RECEIVABLES_POLICY};
    use proptest::prelude::*;

    use super::*;

    fn rules(tolerances: &[(&str, Currency)]) -> ReceivablesRules {
        let money = |(amount, currency): &(&str, Currency)| Money {
            amount: amount.parse().unwrap(),
            currency: *currency,
        };
        ReceivablesRules {
            tolerances: tolerances.iter().map(money).collect(),
        }
    }

    fn set(version: u32, rules: ReceivablesRules) -> ReceivablesPolicyEvent {
        ReceivablesPolicySet { version, rules }.into()
    }

    fn scenario() -> Scenario<ReceivablesPolicy> {
        Scenario::new(RECEIVABLES_POLICY)
    }

    #[test]
    fn rules_are_set_and_each_change_makes_a_new_version() {
        let first = rules(&[("0.50", Currency::EUR)]);
        let second = rules(&[("1", Currency::EUR), ("100", Currency::JPY)]);
        scenario()
            .when(Command::Set(first.clone()))
            .then([set(1, first.clone())]);
        scenario()
            .given([set(1, first)])
            .when(Command::Set(second.clone()))
            .then([set(2, second)]);
    }

    #[test]
    fn the_same_rules_again_change_nothing_whatever_their_order() {
        let two = rules(&[("1", Currency::EUR), ("100", Currency::JPY)]);
        let turned = rules(&[("100", Currency::JPY), ("1", Currency::EUR)]);
        scenario()
            .given([set(1, two)])
            .when(Command::Set(turned))
            .then_nothing();
        scenario()
            .when(Command::Set(ReceivablesRules::default()))
            .then_nothing();
    }

    #[test]
    fn a_currency_has_one_tolerance_of_0_or_more() {
        let twice = rules(&[
            ("1", Currency::EUR),
            ("-0.01", Currency::JPY),
            ("2", Currency::EUR),
        ]);
        scenario()
            .when(Command::Set(twice))
            .then_invalid(["rules.tolerances[1]", "rules.tolerances[2]"]);
    }

    #[test]
    fn a_currency_that_is_not_named_has_no_tolerance() {
        let rules = rules(&[("0.50", Currency::EUR)]);
        assert_eq!(tolerance(&rules, Currency::EUR).to_string(), "0.50");
        assert_eq!(tolerance(&rules, Currency::USD), Decimal::ZERO);
    }

    proptest! {
        #[test]
        fn what_was_set_is_what_holds_whatever_the_order(
            tolerances in prop::collection::btree_map(
                prop_oneof![
                    Just(Currency::EUR), Just(Currency::USD), Just(Currency::JPY), Just(Currency::KWD)
                ],
                0_i64..10_000,
                0..4,
            ).prop_flat_map(|map| Just(map.into_iter().collect::<Vec<_>>()).prop_shuffle())
        ) {
            let money = |(currency, amount): &(Currency, i64)| Money {
                amount: (*amount).into(),
                currency: *currency,
            };
            let rules = ReceivablesRules { tolerances: tolerances.iter().map(money).collect() };
            let held = scenario().when(Command::Set(rules)).state().rules;
            for (currency, amount) in &tolerances {
                prop_assert_eq!(tolerance(&held, *currency), Decimal::from(*amount));
            }
            prop_assert_eq!(held.tolerances.len(), tolerances.len());
        }
    }
}
