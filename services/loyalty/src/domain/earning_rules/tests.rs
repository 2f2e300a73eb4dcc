//! The earning rules as tests.

use guanxi_decider::testing::Scenario;
use guanxi_events::loyalty::{EarningConditions, ProgramEvent, ProgramId, ProgramOpened, TierKey};
use uuid::Uuid;

use super::{
    sale::{Sale, earns},
    *,
};
use crate::domain::in_memory::dec;

const PROGRAM: ProgramId = ProgramId(Uuid::from_u128(1));

fn rule(key: &str, priority: u16, formula: EarningFormula) -> EarningRule {
    EarningRule {
        key: key.into(),
        priority,
        formula,
        conditions: EarningConditions::default(),
        last: false,
        tier_points: false,
    }
}

fn spend(points: &str, per: &str) -> EarningFormula {
    EarningFormula::Spend {
        points: dec(points),
        per: dec(per),
        tier_factor: true,
    }
}

fn rules(list: Vec<EarningRule>) -> Rules {
    Rules {
        version: 1,
        rules: list,
        ..Rules::default()
    }
}

fn sale<'a>(lines: &[(Option<&'a str>, &str)]) -> Sale<'a> {
    let lines = lines
        .iter()
        .map(|(category, amount)| (*category, dec(amount)));
    Sale {
        on: "2026-03-01".parse().unwrap(),
        shop: Some("north"),
        lines: lines.collect(),
        tier: None,
        factor: Decimal::ONE,
        first: false,
    }
}

fn scenario() -> Scenario<EarningRules> {
    let rules = crate::domain::in_memory::rules();
    let opened = ProgramEvent::from(ProgramOpened { shop: None, rules });
    Scenario::new(PROGRAM).reading::<Program>(PROGRAM, [opened])
}

#[test]
fn rules_are_kept_by_priority_and_each_change_makes_a_version() {
    let given = rules(vec![
        rule("second", 20, EarningFormula::Bonus { points: dec("5") }),
        rule("first", 10, spend("1", "1")),
    ]);
    let set = scenario().when(Command::Set(given.clone())).state();
    assert_eq!(set.version, 1);
    assert_eq!(set.rules[0].key, "first");
    let event = EarningRulesEvent::from(EarningRulesSet {
        version: 1,
        rules: set.rules,
        rounding: set.rounding,
        paid_by: set.paid_by,
        caps: set.caps,
    });
    scenario()
        .given([event])
        .when(Command::Set(given))
        .then_nothing();
    Scenario::<EarningRules>::new(PROGRAM)
        .when(Command::Set(Rules::default()))
        .then_refused("NOT_FOUND");
}

#[test]
fn keys_and_priorities_are_each_rules_own_and_numbers_above_zero() {
    let mut odd = rule("one", 1, spend("0", "1"));
    odd.conditions.weekdays = vec![8];
    scenario()
        .when(Command::Set(rules(vec![
            rule("one", 1, spend("1", "1")),
            odd,
        ])))
        .then_invalid([
            "rules[1].key",
            "rules[1].priority",
            "rules[1].formula",
            "rules[1].conditions.weekdays",
        ]);
}

#[test]
fn a_sale_of_40_earns_70_at_one_and_three_quarters() {
    let held = rules(vec![rule("base", 1, spend("1.75", "1"))]);
    let earned = earns(&held, &sale(&[(None, "40")]), 0);
    assert_eq!(earned.points, dec("70"));
    assert_eq!(earned.rules[0].points, dec("70"));
}

#[test]
fn thirds_of_lines_add_up_before_the_sale_is_rounded_once() {
    let held = rules(vec![rule("base", 1, spend("1", "3"))]);
    let whole = earns(&held, &sale(&[(None, "1"), (None, "1"), (None, "1")]), 0);
    assert_eq!(
        whole.points,
        Decimal::ONE,
        "and not 0, which each of them is"
    );
    let mut up = held.clone();
    up.rounding = PointsRounding::Up;
    assert_eq!(earns(&up, &sale(&[(None, "4")]), 0).points, dec("2"));
    up.rounding = PointsRounding::HalfUp;
    assert_eq!(earns(&up, &sale(&[(None, "4")]), 2).points, dec("1.33"));
    assert_eq!(earns(&up, &sale(&[(None, "1.5")]), 0).points, dec("1"));
}

#[test]
fn factor_bonus_and_multiplication_follow_each_other_by_priority() {
    let held = rules(vec![
        rule("base", 10, spend("1", "1")),
        rule("double", 20, EarningFormula::Multiply { by: dec("2") }),
        rule("bonus", 30, EarningFormula::Bonus { points: dec("50") }),
    ]);
    let gold = Sale {
        factor: dec("1.5"),
        ..sale(&[(None, "100")])
    };
    let earned = earns(&held, &gold, 0);
    assert_eq!(earned.points, dec("350"));
    let by_rule: Vec<_> = earned.rules.iter().map(|rule| rule.points).collect();
    assert_eq!(by_rule, [dec("150"), dec("150"), dec("50")]);
}

#[test]
fn a_rule_that_is_the_last_stops_what_would_follow() {
    let mut only = rule("only", 1, spend("3", "1"));
    only.last = true;
    only.tier_points = true;
    let held = rules(vec![only, rule("base", 2, spend("1", "1"))]);
    let earned = earns(&held, &sale(&[(None, "10")]), 0);
    assert_eq!((earned.points, earned.tier_points), (dec("30"), dec("30")));
    assert_eq!(earned.rules.len(), 1);
}

#[test]
fn a_category_earns_for_its_own_lines_only() {
    let mut shoes = rule("shoes", 2, spend("2", "1"));
    shoes.conditions.categories = vec!["shoes".into()];
    let held = rules(vec![rule("base", 1, spend("1", "1")), shoes]);
    let earned = earns(
        &held,
        &sale(&[(Some("shoes"), "10"), (Some("hats"), "5")]),
        0,
    );
    assert_eq!(earned.points, dec("35"));
    assert_eq!(earned.by_line, [dec("30"), dec("5")]);
}

#[test]
fn a_rule_holds_only_when_all_that_it_names_is_so() {
    let tier: TierKey = "gold".parse().unwrap();
    let full = EarningConditions {
        shops: vec!["north".into()],
        tiers: vec![tier.clone()],
        weekdays: vec![7],
        first_purchase: true,
        minimum: Some(dec("10")),
        from: Some("2026-03-01".parse().unwrap()),
        until: Some("2026-03-01".parse().unwrap()),
        categories: Vec::new(),
    };
    let mut one = rule("sunday", 1, spend("1", "1"));
    one.conditions = full;
    let held = rules(vec![one]);
    let right = || Sale {
        tier: Some(&tier),
        first: true,
        ..sale(&[(None, "10")])
    };
    let points = |sale: &Sale<'_>| earns(&held, sale, 0).points;
    assert_eq!(points(&right()), dec("10"), "1 March 2026 is a Sunday");
    let wrong = [
        Sale {
            shop: Some("south"),
            ..right()
        },
        Sale {
            shop: None,
            ..right()
        },
        Sale {
            tier: None,
            ..right()
        },
        Sale {
            first: false,
            ..right()
        },
        Sale {
            on: "2026-03-08".parse().unwrap(),
            ..right()
        },
        Sale {
            on: "2026-02-28".parse().unwrap(),
            ..right()
        },
        Sale {
            lines: vec![(None, dec("9.99"))],
            ..right()
        },
    ];
    for sale in &wrong {
        assert_eq!(points(sale), Decimal::ZERO, "{sale:?}");
    }
}
