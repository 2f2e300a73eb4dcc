//! `ProgramService`.

use guanxi_events::loyalty::{
    ExpiryRule, MemberStatus, ProgramRules, ShortfallPolicy, SpendingRules,
};
use guanxi_proto::loyalty::v1::{
    self as wire,
    program_service_server::{ProgramService, ProgramServiceServer},
};
use guanxi_runtime::{Commands, Fields, asked, command, count_to_wire, date_to_wire, found};
use rust_decimal::Decimal;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{
    member::{status_from_wire, status_to_wire},
    points_fields::{LEAST, MOST, optional_points, points, points_or_none, points_to_wire},
};
use crate::domain::program::{Command, MAX_SCALE, OpenProgram, Program};

/// The longest return window, life and grace.
const LONGEST: u16 = 3650;
/// A point is worth at most a million.
const MAX_VALUE: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

/// `ProgramService` on the service's commands.
struct Programs {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> ProgramServiceServer<impl ProgramService> {
    ProgramServiceServer::new(Programs { commands })
}

#[tonic::async_trait]
impl ProgramService for Programs {
    async fn open_program(
        &self,
        request: Request<wire::OpenProgramRequest>,
    ) -> Result<Response<wire::OpenProgramResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn change_program(
        &self,
        request: Request<wire::ChangeProgramRequest>,
    ) -> Result<Response<wire::ChangeProgramResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_program(
        &self,
        request: Request<wire::GetProgramRequest>,
    ) -> Result<Response<wire::GetProgramResponse>, Status> {
        let id: Uuid = asked(|fields| fields.id("program_id", &request.get_ref().program_id))?;
        let (state, version) = self.commands.get::<Program, _>(&request, id).await?;
        let program = found("program", id, &state)?;
        Ok(Response::new(wire::GetProgramResponse {
            program: Some(to_wire(id, version.0, program)),
        }))
    }
}

command!(wire::OpenProgramRequest => wire::OpenProgramResponse, Program, |request, fields| {
    let id = fields.new_id("program_id", &request.program_id);
    let shop = fields.optional_text("shop", &request.shop, 60);
    let rules = rules(fields, &request.rules.unwrap_or_default());
    Some((id?, Command::Open { shop: shop?, rules: rules? }))
});

command!(wire::ChangeProgramRequest => wire::ChangeProgramResponse, Program, |request, fields| {
    let id = fields.id("program_id", &request.program_id);
    let rules = rules(fields, &request.rules.unwrap_or_default());
    Some((id?, Command::Change(rules?)))
});

fn rules(fields: &mut Fields, given: &wire::ProgramRules) -> Option<ProgramRules> {
    let name = fields.text("rules.name", &given.name, 1, 100);
    let scale = fields.whole("rules.scale", given.scale, 0, MAX_SCALE.into());
    let currency = fields.currency("rules.currency_code", &given.currency_code);
    let value = fields.decimal(
        "rules.point_value",
        &given.point_value,
        6,
        Decimal::ZERO,
        MAX_VALUE,
    );
    let from = fields.optional_date("rules.earning_from", given.earning_from.as_ref());
    let until = fields.optional_date("rules.earning_until", given.earning_until.as_ref());
    let window = fields.whole(
        "rules.return_window_days",
        given.return_window_days,
        0,
        LONGEST,
    );
    let expiry = expiry(fields, given);
    let may_earn = statuses(fields, "rules.may_earn", &given.may_earn);
    let may_spend = statuses(fields, "rules.may_spend", &given.may_spend);
    let spending = spending(fields, given);
    let shortfall = fields.choice("rules.shortfall", given.shortfall, |policy| {
        Some(match policy {
            wire::PointsShortfall::Unspecified => return None,
            wire::PointsShortfall::GoNegative => ShortfallPolicy::GoNegative,
            wire::PointsShortfall::Owe => ShortfallPolicy::Owe,
            wire::PointsShortfall::Refuse => ShortfallPolicy::Refuse,
        })
    });
    let grace = fields.whole(
        "rules.returned_grace_days",
        given.returned_grace_days,
        0,
        LONGEST,
    );
    let limit = optional_points(fields, "rules.adjustment_limit", &given.adjustment_limit);
    Some(ProgramRules {
        name: name?,
        scale: u8::try_from(scale?).ok()?,
        currency: currency?,
        point_value: value?,
        from: from?,
        until: until?,
        return_window_days: window?,
        expiry: expiry?,
        may_earn: may_earn?,
        may_spend: may_spend?,
        spending: spending?,
        shortfall: shortfall?,
        returned_grace_days: grace?,
        transfers: given.transfers,
        adjustment_limit: limit?,
    })
}

fn expiry(fields: &mut Fields, given: &wire::ProgramRules) -> Option<ExpiryRule> {
    let count = fields.whole("rules.expiry_count", given.expiry_count, 0, LONGEST);
    let kind = fields.choice("rules.expiry", given.expiry, |kind| {
        (kind != wire::PointsExpiry::Unspecified).then_some(kind)
    });
    let count = count?;
    Some(match kind? {
        wire::PointsExpiry::Unspecified => return None,
        wire::PointsExpiry::Never => ExpiryRule::Never,
        wire::PointsExpiry::Days => ExpiryRule::Days(count),
        wire::PointsExpiry::Months => ExpiryRule::Months(count),
        wire::PointsExpiry::MonthEnd => ExpiryRule::MonthEnd(count),
        wire::PointsExpiry::YearEnd => ExpiryRule::YearEnd(count),
    })
}

fn spending(fields: &mut Fields, given: &wire::ProgramRules) -> Option<SpendingRules> {
    let minimum = points_or_none(fields, "rules.minimum", &given.minimum, Decimal::ZERO);
    let step = if given.step.is_empty() {
        Some(Decimal::ONE)
    } else {
        points(fields, "rules.step", &given.step, LEAST)
    };
    let share = if given.max_share_percent.is_empty() {
        Some(Decimal::ONE_HUNDRED)
    } else {
        fields.decimal(
            "rules.max_share_percent",
            &given.max_share_percent,
            2,
            LEAST,
            Decimal::ONE_HUNDRED,
        )
    };
    Some(SpendingRules {
        minimum: minimum?.min(MOST),
        step: step?,
        max_share_percent: share?,
    })
}

fn statuses(fields: &mut Fields, field: &str, given: &[i32]) -> Option<Vec<MemberStatus>> {
    let mut statuses = Vec::with_capacity(given.len());
    for (index, status) in given.iter().enumerate() {
        let field = format!("{field}[{index}]");
        statuses.push(fields.choice(&field, *status, status_from_wire));
    }
    let mut statuses = statuses.into_iter().collect::<Option<Vec<_>>>()?;
    statuses.sort_unstable();
    statuses.dedup();
    Some(statuses)
}

fn to_wire(id: Uuid, version: i64, program: &OpenProgram) -> wire::Program {
    wire::Program {
        id: id.to_string(),
        version,
        shop: program.shop.clone().unwrap_or_default(),
        rules_version: count_to_wire(program.version),
        rules: Some(rules_to_wire(&program.rules)),
    }
}

fn rules_to_wire(rules: &ProgramRules) -> wire::ProgramRules {
    let (expiry, count) = match rules.expiry {
        ExpiryRule::Never => (wire::PointsExpiry::Never, 0),
        ExpiryRule::Days(count) => (wire::PointsExpiry::Days, count),
        ExpiryRule::Months(count) => (wire::PointsExpiry::Months, count),
        ExpiryRule::MonthEnd(count) => (wire::PointsExpiry::MonthEnd, count),
        ExpiryRule::YearEnd(count) => (wire::PointsExpiry::YearEnd, count),
    };
    let shortfall = match rules.shortfall {
        ShortfallPolicy::GoNegative => wire::PointsShortfall::GoNegative,
        ShortfallPolicy::Owe => wire::PointsShortfall::Owe,
        ShortfallPolicy::Refuse => wire::PointsShortfall::Refuse,
    };
    let statuses = |list: &[MemberStatus]| {
        list.iter()
            .map(|status| status_to_wire(*status).into())
            .collect()
    };
    wire::ProgramRules {
        name: rules.name.clone(),
        scale: rules.scale.into(),
        currency_code: rules.currency.code().to_owned(),
        point_value: points_to_wire(rules.point_value),
        earning_from: rules.from.map(date_to_wire),
        earning_until: rules.until.map(date_to_wire),
        return_window_days: rules.return_window_days.into(),
        expiry: expiry.into(),
        expiry_count: count.into(),
        may_earn: statuses(&rules.may_earn),
        may_spend: statuses(&rules.may_spend),
        minimum: points_to_wire(rules.spending.minimum),
        step: points_to_wire(rules.spending.step),
        max_share_percent: points_to_wire(rules.spending.max_share_percent),
        shortfall: shortfall.into(),
        returned_grace_days: rules.returned_grace_days.into(),
        transfers: rules.transfers,
        adjustment_limit: rules
            .adjustment_limit
            .map(points_to_wire)
            .unwrap_or_default(),
    }
}
