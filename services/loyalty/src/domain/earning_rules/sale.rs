//! What one sale earns by the rules: computed once, from what was really paid (L-12).

use guanxi_events::loyalty::{
    EarningFormula, EarningRule, PointsRounding, TierKey, points::RulePoints,
};
use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

use super::Rules;

/// A sale as the rules see it. Amounts are in the program's currency.
#[derive(Debug, Clone)]
pub struct Sale<'a> {
    /// The business day.
    pub on: Date,
    /// The shop.
    pub shop: Option<&'a str>,
    /// What was really paid of each line, with the line's category. A sale without lines has one.
    pub lines: Vec<(Option<&'a str>, Decimal)>,
    /// The member's tier.
    pub tier: Option<&'a TierKey>,
    /// The tier's earning factor.
    pub factor: Decimal,
    /// Whether it is the member's first purchase that earns.
    pub first: bool,
}

/// What it earns, before caps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Earns {
    /// Reward points, rounded.
    pub points: Decimal,
    /// Tier points, rounded.
    pub tier_points: Decimal,
    /// What each rule that was applied added, unrounded.
    pub rules: Vec<RulePoints>,
    /// The reward points of each line, unrounded.
    pub by_line: Vec<Decimal>,
}

/// Thirds add up again at this many places, and are then rounded as the rules say.
pub(crate) const PLACES: u32 = 12;

/// What the sale earns, at the program's scale.
pub fn earns(rules: &Rules, sale: &Sale<'_>, scale: u32) -> Earns {
    let mut reward = vec![Decimal::ZERO; sale.lines.len()];
    let mut tier = reward.clone();
    let mut applied = Vec::new();
    for rule in &rules.rules {
        let Some(lines) = holds_for(rule, sale) else {
            continue;
        };
        let added = add(&rule.formula, sale, &lines, &mut reward);
        if rule.tier_points {
            add(&rule.formula, sale, &lines, &mut tier);
        }
        applied.push(RulePoints {
            rule: rule.key.clone(),
            points: added.round_dp(PLACES).normalize(),
        });
        if rule.last {
            break;
        }
    }
    let total = |lines: &[Decimal]| rounded(lines.iter().sum(), rules.rounding, scale);
    Earns {
        points: total(&reward),
        tier_points: total(&tier),
        rules: applied,
        by_line: reward
            .iter()
            .map(|points| points.round_dp(PLACES).normalize())
            .collect(),
    }
}

/// The lines for which a rule holds; none when it does not hold at all.
fn holds_for(rule: &EarningRule, sale: &Sale<'_>) -> Option<Vec<usize>> {
    let when = &rule.conditions;
    let named = |list: &[String], one: Option<&str>| {
        list.is_empty() || one.is_some_and(|one| list.iter().any(|named| named == one))
    };
    let in_tier = |tier: &TierKey| when.tiers.contains(tier);
    let paid: Decimal = sale.lines.iter().map(|(_, amount)| *amount).sum();
    let weekday = u8::try_from(sale.on.weekday().to_monday_one_offset()).unwrap_or_default();
    let holds = named(&when.shops, sale.shop)
        && (when.tiers.is_empty() || sale.tier.is_some_and(in_tier))
        && (when.weekdays.is_empty() || when.weekdays.contains(&weekday))
        && (!when.first_purchase || sale.first)
        && when.minimum.is_none_or(|minimum| paid >= minimum)
        && when.from.is_none_or(|from| from <= sale.on)
        && when.until.is_none_or(|until| sale.on <= until);
    let lines = sale.lines.iter().enumerate();
    let lines: Vec<usize> = lines
        .filter(|(_, (category, _))| named(&when.categories, *category))
        .map(|(index, _)| index)
        .collect();
    let basis = basis(sale, &lines);
    (holds && basis > Decimal::ZERO).then_some(lines)
}

fn basis(sale: &Sale<'_>, lines: &[usize]) -> Decimal {
    let amounts = lines.iter().filter_map(|line| sale.lines.get(*line));
    amounts.map(|(_, amount)| *amount).sum()
}

/// Adds what the formula gives to each of the lines, and says how much that was.
fn add(
    formula: &EarningFormula,
    sale: &Sale<'_>,
    lines: &[usize],
    points: &mut [Decimal],
) -> Decimal {
    let basis = basis(sale, lines);
    let mut added = Decimal::ZERO;
    for line in lines {
        let (Some((_, amount)), Some(sum)) = (sale.lines.get(*line), points.get_mut(*line)) else {
            continue;
        };
        let more = match formula {
            EarningFormula::Spend {
                points,
                per,
                tier_factor,
            } => {
                let factor = if *tier_factor {
                    sale.factor
                } else {
                    Decimal::ONE
                };
                share(amount.saturating_mul(*points).saturating_mul(factor), *per)
            }
            EarningFormula::Bonus { points } => share(points.saturating_mul(*amount), basis),
            EarningFormula::Multiply { by } => sum.saturating_mul(*by - Decimal::ONE),
        };
        *sum = sum.saturating_add(more);
        added = added.saturating_add(more);
    }
    added
}

fn share(of: Decimal, by: Decimal) -> Decimal {
    of.checked_div(by).unwrap_or_default()
}

/// Rounded to the scale; never below zero.
fn rounded(points: Decimal, rounding: PointsRounding, scale: u32) -> Decimal {
    let strategy = match rounding {
        PointsRounding::Down => RoundingStrategy::ToZero,
        PointsRounding::HalfUp => RoundingStrategy::MidpointAwayFromZero,
        PointsRounding::Up => RoundingStrategy::AwayFromZero,
    };
    points
        .round_dp(PLACES)
        .max(Decimal::ZERO)
        .round_dp_with_strategy(scale, strategy)
        .normalize()
}
