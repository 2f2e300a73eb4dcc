//! `GetPointsStatement`.

use guanxi_points::{
    ledger::{Account, LineKind, Rules},
    queries::{LineLot, Standing, StatementLine, StatementQuery, Times},
};
use guanxi_proto::query::v1::{
    AppliedEarningRules, CollectedPoints, EarningRuleShare, GetPointsStatementRequest,
    GetPointsStatementResponse, PointsAccount, PointsCause, PointsLineKind, PointsLineLot,
    PointsStanding, PointsStatementLine, RedemptionPurpose,
};
use guanxi_runtime::{Fields, instant_to_wire};
use jiff::Timestamp;
use tonic::Status;

use super::{Points, reader, wire};
use crate::{asked::Asked, days, failure, pages::Binding, request::finished, wire::money};

impl Points {
    pub(super) async fn statement(
        &self,
        asked: &Asked,
        request: GetPointsStatementRequest,
    ) -> Result<GetPointsStatementResponse, Status> {
        let binding = Binding::of(&asked.tenant, &request);
        let query = query(&request, &binding, asked)?;
        let mut connection = self.0.connection(asked, &request.after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let statement = reader(&snapshot, asked).statement(&query).await;
        let mut statement = statement.map_err(|error| failure::postgres(&error))?;
        let next = binding.next(&mut statement.lines, query.limit, |row| &row.cursor);
        let lines = statement.lines.iter().map(line);
        Ok(GetPointsStatementResponse {
            opening: Some(standing(&statement.opening)),
            lines: lines.collect::<Result<_, _>>()?,
            closing: Some(standing(&statement.closing)),
            next_page_token: next,
            positions: snapshot.positions().await?,
        })
    }
}

fn query(
    request: &GetPointsStatementRequest,
    binding: &Binding,
    asked: &Asked,
) -> Result<StatementQuery, Status> {
    let mut fields = Fields::default();
    let zone = &asked.home.zone;
    let member = fields.id("member_id", &request.member_id);
    let account = fields.choice("account", request.account, |account| {
        Some(match account {
            PointsAccount::Unspecified | PointsAccount::Reward => Account::Reward,
            PointsAccount::Tier => Account::Tier,
        })
    });
    let span = span(&mut fields, request, asked);
    let known = days::by(
        &mut fields,
        ("as_known_at", request.as_known_at.as_ref()),
        ("as_known_at_instant", request.as_known_at_instant.as_ref()),
        zone,
    );
    let page = binding.page(&mut fields, request);
    let query = (|| {
        let (limit, after) = page?;
        let (from, until) = span?;
        Some(StatementQuery {
            times: Times {
                until,
                known_until: known?,
            },
            member: member?,
            account: account?,
            from,
            after,
            limit,
        })
    })();
    finished(fields, query)
}

/// From when, and before when: by days or by instants.
fn span(
    fields: &mut Fields,
    request: &GetPointsStatementRequest,
    asked: &Asked,
) -> Option<(Option<Timestamp>, Timestamp)> {
    let zone = &asked.home.zone;
    let days = days::range(fields, "days", request.days.as_ref(), zone);
    let from = fields.optional_instant("from_instant", request.from_instant.as_ref());
    let until = fields.optional_instant("until_instant", request.until_instant.as_ref());
    if request.days.is_some() {
        for (field, given) in [
            ("from_instant", &request.from_instant),
            ("until_instant", &request.until_instant),
        ] {
            if given.is_some() {
                fields.bad(field, "is not given together with days");
            }
        }
    }
    let (days, from, until) = (days?, from?, until?);
    let from = days.from.or(from);
    let until = match days.until.or(until) {
        Some(until) => until,
        None => days::on(fields, "days", days::today(zone), zone)?.ends,
    };
    if from.is_some_and(|from| from >= until) {
        let field = if request.days.is_some() {
            "days"
        } else {
            "from_instant"
        };
        fields.bad(field, "is not before its end");
        return None;
    }
    Some((from, until))
}

fn standing(standing: &Standing) -> PointsStanding {
    PointsStanding {
        points: Some(wire::figures(&standing.figures, standing.lots)),
        conserves: standing.conserves,
    }
}

fn line(line: &StatementLine) -> Result<PointsStatementLine, Status> {
    Ok(PointsStatementLine {
        occurred_at: Some(instant_to_wire(line.cursor.at)),
        recorded_at: Some(instant_to_wire(line.recorded_at)),
        kind: kind(line.kind).into(),
        quantity: wire::points(line.quantity),
        pending: wire::points(line.pending),
        active: wire::points(line.active),
        debt: wire::points(line.debt),
        owed: wire::points(line.owed),
        lapsed: wire::points(line.lapsed),
        pending_after: wire::points(line.pending_after),
        active_after: wire::points(line.active_after),
        cause: Some(cause(line)?),
        reason: wire::text(line.reason.as_ref()),
        requested_by: wire::text(line.requested_by.as_ref()),
        approved_by: wire::text(line.approved_by.as_ref()),
        program_version: line.program_version.unwrap_or_default(),
        rules: line.rules.as_ref().map(rules),
        lots: line.lots.iter().map(lot).collect(),
        collected: line
            .collected
            .iter()
            .map(|part| CollectedPoints {
                purchase_id: part.purchase.to_string(),
                points: wire::points(part.points),
            })
            .collect(),
        event_id: line.event.to_string(),
    })
}

fn cause(line: &StatementLine) -> Result<PointsCause, Status> {
    let cause = wire::cause(&line.cause, line.shop.as_ref());
    let (purpose, value) = match &line.redeemed {
        None => (RedemptionPurpose::Unspecified, None),
        Some(redeemed) => {
            let purpose = match redeemed.purpose.as_str() {
                "payment" => RedemptionPurpose::Payment,
                "reward" => RedemptionPurpose::Reward,
                "coupon" => RedemptionPurpose::Coupon,
                _ => RedemptionPurpose::Unspecified,
            };
            (purpose, Some(money(redeemed.value, &redeemed.currency)?))
        }
    };
    Ok(PointsCause {
        purpose: purpose.into(),
        value,
        member_number: wire::text(line.member_number.as_ref()),
        ..cause
    })
}

fn kind(kind: LineKind) -> PointsLineKind {
    match kind {
        LineKind::Earned => PointsLineKind::Earned,
        LineKind::Activated => PointsLineKind::Activated,
        LineKind::Expired => PointsLineKind::Expired,
        LineKind::Spent => PointsLineKind::Spent,
        LineKind::Returned => PointsLineKind::Returned,
        LineKind::Reversed => PointsLineKind::Reversed,
        LineKind::Restored => PointsLineKind::Restored,
        LineKind::DebtSettled => PointsLineKind::DebtSettled,
        LineKind::Adjusted => PointsLineKind::Adjusted,
        LineKind::Sent => PointsLineKind::Sent,
        LineKind::Received => PointsLineKind::Received,
    }
}

/// Versions are counted from 1 and stay far below the limit.
fn version(version: u32) -> i32 {
    i32::try_from(version).unwrap_or(i32::MAX)
}

fn rules(rules: &Rules) -> AppliedEarningRules {
    AppliedEarningRules {
        version: version(rules.version),
        tier: wire::text(rules.tier.as_ref()),
        ladder_version: rules.ladder_version.map(version).unwrap_or_default(),
        factor: wire::points(rules.factor),
        capped: wire::points(rules.capped),
        rules: rules
            .shares
            .iter()
            .map(|share| EarningRuleShare {
                rule: share.rule.clone(),
                points: wire::points(share.points),
            })
            .collect(),
    }
}

fn lot(lot: &LineLot) -> PointsLineLot {
    PointsLineLot {
        lot: lot.lot,
        pending: wire::points(lot.pending),
        active: wire::points(lot.remaining),
        rules_version: lot.rules_version.unwrap_or_default(),
        tier: wire::text(lot.tier.as_ref()),
        earned_at: Some(instant_to_wire(lot.earned_at)),
        expires_at: lot.expires.flatten().map(instant_to_wire),
    }
}
