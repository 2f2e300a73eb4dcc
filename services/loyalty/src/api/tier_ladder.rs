//! `TierLadderService`.

use guanxi_events::loyalty::{
    Downgrade, Fall, Privileges, Tier, TierLadderDefinition, TierMeasure, TierWindow,
};
use guanxi_proto::loyalty::v1::{
    self as wire,
    tier_ladder_service_server::{TierLadderService, TierLadderServiceServer},
};
use guanxi_runtime::{Commands, Fields, asked, command, count_to_wire, each, found};
use rust_decimal::Decimal;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::domain::tier_ladder::{Command, Ladder, TierLadder};

/// A ladder has at most this many tiers.
const MOST_TIERS: usize = 20;
/// The longest rolling windows. A member's memory reaches as far
/// ([`Totals::DAYS_KEPT`](crate::domain::member::Totals::DAYS_KEPT)).
const MOST_DAYS: u16 = 730;
const MOST_MONTHS: u16 = 24;
const MOST_GRACE: u16 = 180;
/// The largest total that a tier takes: 10¹⁵.
const MOST: Decimal = Decimal::from_parts(2_764_472_320, 232_830, 0, false, 0);

/// `TierLadderService` on the service's commands.
struct TierLadders {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> TierLadderServiceServer<impl TierLadderService> {
    TierLadderServiceServer::new(TierLadders { commands })
}

#[tonic::async_trait]
impl TierLadderService for TierLadders {
    async fn define_tier_ladder(
        &self,
        request: Request<wire::DefineTierLadderRequest>,
    ) -> Result<Response<wire::DefineTierLadderResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_tier_ladder(
        &self,
        request: Request<wire::GetTierLadderRequest>,
    ) -> Result<Response<wire::GetTierLadderResponse>, Status> {
        let id: Uuid = asked(|fields| fields.id("program_id", &request.get_ref().program_id))?;
        let (state, version) = self.commands.get::<TierLadder, _>(&request, id).await?;
        let ladder = found("tier ladder", id, &state)?;
        Ok(Response::new(wire::GetTierLadderResponse {
            tier_ladder: Some(to_wire(id, version.0, ladder)),
        }))
    }
}

command!(wire::DefineTierLadderRequest => wire::DefineTierLadderResponse, TierLadder,
|request, fields| {
    let id = fields.id("program_id", &request.program_id);
    let definition = definition(fields, &request.definition.unwrap_or_default());
    Some((id?, Command::Define(definition?)))
});

fn definition(
    fields: &mut Fields,
    given: &wire::TierLadderDefinition,
) -> Option<TierLadderDefinition> {
    let measure = fields.choice("definition.measure", given.measure, |measure| {
        Some(match measure {
            wire::TierMeasure::Unspecified => return None,
            wire::TierMeasure::TierPoints => TierMeasure::TierPoints,
            wire::TierMeasure::Spend => TierMeasure::Spend,
            wire::TierMeasure::Orders => TierMeasure::Orders,
            wire::TierMeasure::Referrals => TierMeasure::Referrals,
        })
    });
    let window = window(fields, given);
    if given.tiers.is_empty() {
        fields.bad("definition.tiers", "must have one tier at least");
    }
    let tiers = each(fields, "definition.tiers", &given.tiers, MOST_TIERS, tier);
    let fall = fields.choice("definition.downgrade", given.downgrade, |downgrade| {
        Some(match downgrade {
            wire::TierDowngrade::Unspecified => None,
            wire::TierDowngrade::OneStep => Some(Fall::OneStep),
            wire::TierDowngrade::ToBalance => Some(Fall::ToBalance),
        })
    });
    let grace_days = fields.whole("definition.grace_days", given.grace_days, 0, MOST_GRACE);
    if fall == Some(None) && given.grace_days > 0 {
        fields.bad(
            "definition.grace_days",
            "means nothing where no tier is lost",
        );
    }
    let grace_days = grace_days?;
    Some(TierLadderDefinition {
        measure: measure?,
        window: window?,
        tiers: tiers?,
        downgrade: fall?.map(|fall| Downgrade { fall, grace_days }),
    })
}

fn window(fields: &mut Fields, given: &wire::TierLadderDefinition) -> Option<TierWindow> {
    let kind = fields.choice("definition.window", given.window, |window| {
        (window != wire::TierWindow::Unspecified).then_some(window)
    })?;
    let (least, most) = match kind {
        wire::TierWindow::RollingDays => (1, MOST_DAYS),
        wire::TierWindow::RollingMonths => (1, MOST_MONTHS),
        _ => (0, 0),
    };
    let length = fields.whole("definition.window_length", given.window_length, least, most)?;
    match kind {
        wire::TierWindow::Unspecified => None,
        wire::TierWindow::CalendarYear => Some(TierWindow::CalendarYear),
        wire::TierWindow::RollingDays => Some(TierWindow::RollingDays(length)),
        wire::TierWindow::RollingMonths => Some(TierWindow::RollingMonths(length)),
        wire::TierWindow::LifeTime => Some(TierWindow::LifeTime),
    }
}

fn tier(fields: &mut Fields, path: &str, tier: &wire::Tier) -> Option<Tier> {
    let key = fields.parsed(&format!("{path}.key"), &tier.key);
    let name = fields.text(&format!("{path}.name"), &tier.name, 1, 100);
    let field = format!("{path}.threshold");
    let threshold = fields.decimal(&field, &tier.threshold, 2, Decimal::ZERO, MOST);
    let factor = or(
        fields,
        &format!("{path}.earning_factor"),
        &tier.earning_factor,
        Decimal::ONE,
    );
    let discount = or(
        fields,
        &format!("{path}.discount_percent"),
        &tier.discount_percent,
        Decimal::ZERO,
    );
    let gift = fields.optional_text(&format!("{path}.birthday_gift"), &tier.birthday_gift, 200);
    Some(Tier {
        key: key?,
        name: name?,
        threshold: threshold?,
        privileges: Privileges {
            earning_factor: factor?,
            discount_percent: discount?,
            birthday_gift: gift?,
        },
    })
}

/// A number from 0 to 100, or what stands for an empty one.
fn or(fields: &mut Fields, field: &str, text: &str, unsaid: Decimal) -> Option<Decimal> {
    if text.is_empty() {
        return Some(unsaid);
    }
    fields.decimal(field, text, 4, Decimal::ZERO, Decimal::ONE_HUNDRED)
}

fn to_wire(program: Uuid, version: i64, ladder: &Ladder) -> wire::TierLadder {
    let definition = &ladder.definition;
    let (window, length) = match definition.window {
        TierWindow::CalendarYear => (wire::TierWindow::CalendarYear, 0),
        TierWindow::RollingDays(days) => (wire::TierWindow::RollingDays, days),
        TierWindow::RollingMonths(months) => (wire::TierWindow::RollingMonths, months),
        TierWindow::LifeTime => (wire::TierWindow::LifeTime, 0),
    };
    let measure = match definition.measure {
        TierMeasure::TierPoints => wire::TierMeasure::TierPoints,
        TierMeasure::Spend => wire::TierMeasure::Spend,
        TierMeasure::Orders => wire::TierMeasure::Orders,
        TierMeasure::Referrals => wire::TierMeasure::Referrals,
    };
    let downgrade = match definition.downgrade.map(|downgrade| downgrade.fall) {
        None => wire::TierDowngrade::Unspecified,
        Some(Fall::OneStep) => wire::TierDowngrade::OneStep,
        Some(Fall::ToBalance) => wire::TierDowngrade::ToBalance,
    };
    wire::TierLadder {
        program_id: program.to_string(),
        version,
        ladder_version: count_to_wire(ladder.version),
        definition: Some(wire::TierLadderDefinition {
            measure: measure.into(),
            window: window.into(),
            window_length: length.into(),
            tiers: definition.tiers.iter().map(tier_to_wire).collect(),
            downgrade: downgrade.into(),
            grace_days: definition.downgrade.map_or(0, |d| d.grace_days).into(),
        }),
    }
}

fn tier_to_wire(tier: &Tier) -> wire::Tier {
    let privileges = &tier.privileges;
    wire::Tier {
        key: tier.key.to_string(),
        name: tier.name.clone(),
        threshold: tier.threshold.normalize().to_string(),
        earning_factor: privileges.earning_factor.normalize().to_string(),
        discount_percent: privileges.discount_percent.normalize().to_string(),
        birthday_gift: privileges.birthday_gift.clone().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use guanxi_runtime::CommandRequest;

    use super::*;

    fn ladder() -> wire::TierLadderDefinition {
        let tier = |key: &str, threshold: &str, factor: &str| wire::Tier {
            key: key.into(),
            name: format!("{key} 级"),
            threshold: threshold.into(),
            earning_factor: factor.into(),
            discount_percent: "2.5".into(),
            birthday_gift: "cake".into(),
        };
        wire::TierLadderDefinition {
            measure: wire::TierMeasure::Spend.into(),
            window: wire::TierWindow::RollingMonths.into(),
            window_length: 12,
            tiers: vec![tier("silver", "0", "1"), tier("gold", "1000.5", "1.5")],
            downgrade: wire::TierDowngrade::OneStep.into(),
            grace_days: 30,
        }
    }

    fn request(definition: wire::TierLadderDefinition) -> wire::DefineTierLadderRequest {
        wire::DefineTierLadderRequest {
            header: None,
            program_id: Uuid::from_u128(1).to_string(),
            definition: Some(definition),
        }
    }

    #[test]
    fn a_ladder_comes_back_as_it_was_given() {
        assert_eq!(MOST, Decimal::from(10_i64.pow(15)));
        let (id, command) = request(ladder()).parse(&mut Fields::default()).unwrap();
        let Command::Define(definition) = command;
        let version = 3;
        let read = to_wire(
            id,
            7,
            &Ladder {
                version,
                definition,
            },
        );
        assert_eq!((read.version, read.ladder_version), (7, 3));
        assert_eq!(read.definition, Some(ladder()));
    }

    #[test]
    fn every_bad_field_is_named() {
        let bad = wire::TierLadderDefinition {
            measure: 0,
            window: wire::TierWindow::CalendarYear.into(),
            window_length: 12,
            tiers: vec![wire::Tier {
                key: "Gold".into(),
                name: String::new(),
                threshold: "-1".into(),
                earning_factor: "101".into(),
                discount_percent: "1.00001".into(),
                birthday_gift: "x".repeat(201),
            }],
            downgrade: 9,
            grace_days: 181,
        };
        let mut fields = Fields::default();
        assert!(request(bad).parse(&mut fields).is_none());
        let violations = fields.finish().unwrap_err().violations;
        let named: Vec<_> = violations.iter().map(|v| v.field.as_str()).collect();
        let tier = |field: &str| format!("definition.tiers[0].{field}");
        let mut wanted = vec![
            "definition.measure".to_owned(),
            "definition.window_length".into(),
        ];
        wanted.extend(
            [
                "key",
                "name",
                "threshold",
                "earning_factor",
                "discount_percent",
                "birthday_gift",
            ]
            .map(tier),
        );
        wanted.extend([
            "definition.downgrade".into(),
            "definition.grace_days".into(),
        ]);
        assert_eq!(named, wanted);
    }
}
