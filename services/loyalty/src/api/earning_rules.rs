//! `EarningRulesService`.

use guanxi_events::{
    StreamVersion,
    loyalty::{EarningCaps, EarningConditions, EarningFormula, EarningRule, PointsRounding},
};
use guanxi_proto::loyalty::v1::{
    self as wire, earning_rule,
    earning_rules_service_server::{EarningRulesService, EarningRulesServiceServer},
};
use guanxi_runtime::{Commands, Fields, asked, command, count_to_wire, date_to_wire, each, found};
use rust_decimal::Decimal;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{
    payments::{kind_from_wire, kind_to_wire},
    points_fields::{LEAST, MOST, optional_points, points, points_to_wire},
};
use crate::domain::{
    earning_rules::{Command, EarningRules, Rules},
    program::Program,
};

/// A program has at most this many rules.
const MOST_RULES: usize = 100;
/// A rule names at most this many shops or categories.
const MOST_NAMES: usize = 100;
/// Factors and rates have at most this many places, and are at least so much.
const PLACES: u32 = 4;
const SMALLEST: Decimal = Decimal::from_parts(1, 0, 0, false, PLACES);

/// `EarningRulesService` on the service's commands.
struct EarningRulesRpcs {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> EarningRulesServiceServer<impl EarningRulesService> {
    EarningRulesServiceServer::new(EarningRulesRpcs { commands })
}

#[tonic::async_trait]
impl EarningRulesService for EarningRulesRpcs {
    async fn set_earning_rules(
        &self,
        request: Request<wire::SetEarningRulesRequest>,
    ) -> Result<Response<wire::SetEarningRulesResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_earning_rules(
        &self,
        request: Request<wire::GetEarningRulesRequest>,
    ) -> Result<Response<wire::GetEarningRulesResponse>, Status> {
        let id: Uuid = asked(|fields| fields.id("program_id", &request.get_ref().program_id))?;
        let (rules, version) = self.commands.get::<EarningRules, _>(&request, id).await?;
        if version == StreamVersion::NONE {
            let (program, _) = self.commands.get::<Program, _>(&request, id).await?;
            found("program", id, &program)?;
        }
        Ok(Response::new(wire::GetEarningRulesResponse {
            version: version.0,
            rules_version: count_to_wire(rules.version),
            rules: Some(to_wire(&rules)),
        }))
    }
}

command!(wire::SetEarningRulesRequest => wire::SetEarningRulesResponse, EarningRules,
|request, fields| {
    let id = fields.id("program_id", &request.program_id);
    let rules = rules(fields, &request.rules.unwrap_or_default());
    Some((id?, Command::Set(rules?)))
});

fn rules(fields: &mut Fields, given: &wire::EarningRules) -> Option<Rules> {
    let rules = each(fields, "rules.rules", &given.rules, MOST_RULES, rule);
    let rounding = fields.choice("rules.rounding", given.rounding, |rounding| {
        Some(match rounding {
            wire::PointsRounding::Unspecified => return None,
            wire::PointsRounding::Down => PointsRounding::Down,
            wire::PointsRounding::HalfUp => PointsRounding::HalfUp,
            wire::PointsRounding::Up => PointsRounding::Up,
        })
    });
    let paid_by = each(
        fields,
        "rules.paid_by",
        &given.paid_by,
        10,
        |fields, path, kind| fields.choice(path, *kind, kind_from_wire),
    );
    let per_day = optional_points(fields, "rules.cap_per_day", &given.cap_per_day);
    let per_month = optional_points(fields, "rules.cap_per_month", &given.cap_per_month);
    let per_member = optional_points(fields, "rules.cap_per_member", &given.cap_per_member);
    Some(Rules {
        version: 0,
        rules: rules?,
        rounding: rounding?,
        paid_by: paid_by?,
        caps: EarningCaps {
            per_day: per_day?,
            per_month: per_month?,
            per_member: per_member?,
        },
    })
}

fn rule(fields: &mut Fields, path: &str, given: &wire::EarningRule) -> Option<EarningRule> {
    let key = fields.text(&format!("{path}.key"), &given.key, 1, 40);
    let priority = fields.whole(&format!("{path}.priority"), given.priority, 0, u16::MAX);
    let formula = formula(fields, path, given.formula.as_ref());
    let conditions = conditions(fields, path, given);
    Some(EarningRule {
        key: key?,
        priority: priority?,
        formula: formula?,
        conditions: conditions?,
        last: given.last,
        tier_points: given.tier_points,
    })
}

fn formula(
    fields: &mut Fields,
    path: &str,
    given: Option<&earning_rule::Formula>,
) -> Option<EarningFormula> {
    match given {
        None => {
            fields.bad(
                format!("{path}.spend"),
                "it, bonus or multiply must be given",
            );
            None
        }
        Some(earning_rule::Formula::Spend(spend)) => {
            let rate = |fields: &mut Fields, name: &str, text: &str| {
                fields.decimal(
                    &format!("{path}.spend.{name}"),
                    text,
                    PLACES,
                    SMALLEST,
                    MOST,
                )
            };
            let points = rate(fields, "points", &spend.points);
            let per = rate(fields, "per", &spend.per);
            Some(EarningFormula::Spend {
                points: points?,
                per: per?,
                tier_factor: spend.tier_factor,
            })
        }
        Some(earning_rule::Formula::Bonus(bonus)) => {
            let points = points(fields, &format!("{path}.bonus"), bonus, LEAST)?;
            Some(EarningFormula::Bonus { points })
        }
        Some(earning_rule::Formula::Multiply(by)) => {
            let field = format!("{path}.multiply");
            let most = Decimal::from(1000);
            let by = fields.decimal(&field, by, PLACES, SMALLEST, most)?;
            Some(EarningFormula::Multiply { by })
        }
    }
}

fn conditions(
    fields: &mut Fields,
    path: &str,
    given: &wire::EarningRule,
) -> Option<EarningConditions> {
    let names = |fields: &mut Fields, name: &str, list: &[String]| {
        let path = format!("{path}.{name}");
        each(fields, &path, list, MOST_NAMES, |fields, path, name| {
            fields.text(path, name, 1, 60)
        })
    };
    let shops = names(fields, "shops", &given.shops);
    let categories = names(fields, "categories", &given.categories);
    let tiers = format!("{path}.tiers");
    let tiers = each(fields, &tiers, &given.tiers, 20, |fields, path, tier| {
        fields.parsed(path, tier)
    });
    let weekdays = format!("{path}.weekdays");
    let weekdays = each(
        fields,
        &weekdays,
        &given.weekdays,
        7,
        |fields, path, day| {
            let day = fields.whole(path, *day, 1, 7)?;
            u8::try_from(day).ok()
        },
    );
    let minimum = optional_points(fields, &format!("{path}.minimum"), &given.minimum);
    let from = fields.optional_date(&format!("{path}.first_day"), given.first_day.as_ref());
    let until = fields.optional_date(&format!("{path}.last_day"), given.last_day.as_ref());
    Some(EarningConditions {
        shops: shops?,
        categories: categories?,
        tiers: tiers?,
        weekdays: weekdays?,
        first_purchase: given.first_purchase,
        minimum: minimum?,
        from: from?,
        until: until?,
    })
}

fn to_wire(rules: &Rules) -> wire::EarningRules {
    let rounding = match rules.rounding {
        PointsRounding::Down => wire::PointsRounding::Down,
        PointsRounding::HalfUp => wire::PointsRounding::HalfUp,
        PointsRounding::Up => wire::PointsRounding::Up,
    };
    let cap = |cap: Option<Decimal>| cap.map(points_to_wire).unwrap_or_default();
    wire::EarningRules {
        rules: rules.rules.iter().map(rule_to_wire).collect(),
        rounding: rounding.into(),
        paid_by: rules
            .paid_by
            .iter()
            .map(|kind| kind_to_wire(*kind).into())
            .collect(),
        cap_per_day: cap(rules.caps.per_day),
        cap_per_month: cap(rules.caps.per_month),
        cap_per_member: cap(rules.caps.per_member),
    }
}

fn rule_to_wire(rule: &EarningRule) -> wire::EarningRule {
    let formula = match &rule.formula {
        EarningFormula::Spend {
            points,
            per,
            tier_factor,
        } => earning_rule::Formula::Spend(wire::SpendFormula {
            points: points_to_wire(*points),
            per: points_to_wire(*per),
            tier_factor: *tier_factor,
        }),
        EarningFormula::Bonus { points } => earning_rule::Formula::Bonus(points_to_wire(*points)),
        EarningFormula::Multiply { by } => earning_rule::Formula::Multiply(points_to_wire(*by)),
    };
    let when = &rule.conditions;
    wire::EarningRule {
        key: rule.key.clone(),
        priority: rule.priority.into(),
        formula: Some(formula),
        tier_points: rule.tier_points,
        last: rule.last,
        shops: when.shops.clone(),
        categories: when.categories.clone(),
        tiers: when.tiers.iter().map(ToString::to_string).collect(),
        weekdays: when.weekdays.iter().map(|day| i32::from(*day)).collect(),
        first_purchase: when.first_purchase,
        minimum: when.minimum.map(points_to_wire).unwrap_or_default(),
        first_day: when.from.map(date_to_wire),
        last_day: when.until.map(date_to_wire),
    }
}
