//! Programs, adjustments and transfers over gRPC (L-01, L-17), and what the other tests of points
//! share.

use guanxi_proto::{google_type::Money, loyalty::v1 as wire};
use tonic::{Code, Status};
use uuid::Uuid;

use crate::served::{ANNA, Caller, IMPORTER, MANAGER, STRANGER, Served, header, reason};

/// The rules of a program in which a euro is a point and shoes earn more; points are active at once
/// and never expire.
pub fn rules() -> wire::ProgramRules {
    wire::ProgramRules {
        name: "Friends".into(),
        scale: 2,
        currency_code: "EUR".into(),
        point_value: "0.01".into(),
        expiry: wire::PointsExpiry::Never.into(),
        may_earn: vec![wire::MemberStatus::Active.into()],
        may_spend: vec![wire::MemberStatus::Active.into()],
        step: "0.25".into(),
        shortfall: wire::PointsShortfall::GoNegative.into(),
        transfers: true,
        adjustment_limit: "1000".into(),
        ..Default::default()
    }
}

fn earning() -> wire::EarningRules {
    use wire::earning_rule::Formula;
    wire::EarningRules {
        rules: vec![wire::EarningRule {
            key: "base".into(),
            priority: 10,
            formula: Some(Formula::Spend(wire::SpendFormula {
                points: "1.75".into(),
                per: "1".into(),
                tier_factor: true,
            })),
            tier_points: true,
            ..Default::default()
        }],
        rounding: wire::PointsRounding::Down.into(),
        paid_by: vec![
            wire::PaymentKind::Cash.into(),
            wire::PaymentKind::Card.into(),
        ],
        ..Default::default()
    }
}

impl Served {
    /// A program of these rules, in which 1.75 points are earned for a euro.
    pub async fn opened(&self, rules: wire::ProgramRules) -> String {
        let open = wire::OpenProgramRequest {
            header: header(),
            rules: Some(rules),
            ..Default::default()
        };
        let opened = self.programs().open_program(self.by(MANAGER, open)).await;
        let id = opened.unwrap().into_inner().receipt.unwrap().id;
        let set = wire::SetEarningRulesRequest {
            header: header(),
            program_id: id.clone(),
            rules: Some(earning()),
        };
        let mut client = self.earning_rules();
        client
            .set_earning_rules(self.by(MANAGER, set))
            .await
            .unwrap();
        id
    }

    /// A new member of a program.
    pub async fn joined(&self, program_id: &str) -> String {
        let enrolment = wire::EnrolMemberRequest {
            program_id: program_id.to_owned(),
            ..self.enrolment()
        };
        self.enrol(enrolment).await.unwrap().id
    }

    /// A member's account.
    pub async fn account(&self, member_id: &str) -> wire::PointsAccount {
        let get = wire::GetPointsAccountRequest {
            member_id: member_id.to_owned(),
        };
        let got = self.points().get_points_account(self.by(ANNA, get)).await;
        got.unwrap().into_inner().account.unwrap()
    }

    /// Gives a member points, as another system states them.
    pub async fn accrue(&self, member_id: &str, points: &str) {
        let accrue = wire::AccruePointsRequest {
            header: header(),
            member_id: member_id.to_owned(),
            points: points.to_owned(),
            reference: Uuid::now_v7().to_string(),
            ..Default::default()
        };
        let accrue = self.by(MANAGER, accrue);
        self.points().accrue_points(accrue).await.unwrap();
    }

    async fn adjust(&self, who: Caller, member_id: &str, points: &str) -> Result<(), Status> {
        let adjust = wire::AdjustPointsRequest {
            header: header(),
            member_id: member_id.to_owned(),
            points: points.to_owned(),
            reason: "counted twice".into(),
            ..Default::default()
        };
        let adjusted = self.points().adjust_points(self.by(who, adjust)).await;
        adjusted.map(drop)
    }
}

pub fn euros(units: i64) -> Option<Money> {
    Some(Money {
        currency_code: "EUR".into(),
        units,
        nanos: 0,
    })
}

#[tokio::test]
async fn a_program_and_its_earning_rules_are_read_as_they_were_given() {
    let loyalty = Served::start().await;
    let given = wire::ProgramRules {
        expiry: wire::PointsExpiry::MonthEnd.into(),
        expiry_count: 12,
        return_window_days: 14,
        minimum: "100".into(),
        max_share_percent: "50".into(),
        ..rules()
    };
    let id = loyalty.opened(given.clone()).await;
    let mut programs = loyalty.programs();
    let get = || wire::GetProgramRequest {
        program_id: id.clone(),
    };
    let got = programs.get_program(loyalty.by(ANNA, get())).await;
    let program = got.unwrap().into_inner().program.unwrap();
    assert_eq!(
        (program.rules_version, program.rules),
        (1, Some(given.clone()))
    );
    let foreign = programs.get_program(loyalty.by(STRANGER, get())).await;
    assert_eq!(foreign.unwrap_err().code(), Code::NotFound);

    let change = |scale| wire::ChangeProgramRequest {
        header: header(),
        program_id: id.clone(),
        rules: Some(wire::ProgramRules {
            scale,
            step: "1".into(),
            ..given.clone()
        }),
    };
    let refused = programs
        .change_program(loyalty.by(MANAGER, change(0)))
        .await;
    assert_eq!(reason(&refused.unwrap_err()), "SCALE_LOWERED");
    let by_agent = programs.change_program(loyalty.by(ANNA, change(2))).await;
    assert_eq!(by_agent.unwrap_err().code(), Code::PermissionDenied);
    programs
        .change_program(loyalty.by(MANAGER, change(2)))
        .await
        .unwrap();
    let got = programs.get_program(loyalty.by(ANNA, get())).await;
    assert_eq!(got.unwrap().into_inner().program.unwrap().rules_version, 2);

    let asked = wire::GetEarningRulesRequest { program_id: id };
    let got = loyalty
        .earning_rules()
        .get_earning_rules(loyalty.by(ANNA, asked))
        .await;
    let got = got.unwrap().into_inner();
    assert_eq!((got.rules_version, got.rules), (1, Some(earning())));
}

#[tokio::test]
async fn an_adjustment_above_the_limit_waits_for_somebody_else() {
    let loyalty = Served::start().await;
    let program = loyalty.opened(rules()).await;
    let member = loyalty.joined(&program).await;
    loyalty.adjust(MANAGER, &member, "1000").await.unwrap();
    loyalty.adjust(MANAGER, &member, "1000.01").await.unwrap();
    let account = loyalty.account(&member).await;
    assert_eq!(account.active, "1000", "the second waits");
    assert_eq!(account.waiting[0].points, "1000.01");
    assert_eq!(account.waiting[0].requested_by, "mara");

    let approve = || wire::ApproveAdjustmentRequest {
        header: header(),
        member_id: member.clone(),
        adjustment: account.waiting[0].adjustment,
    };
    let mut points = loyalty.points();
    let own = points
        .approve_adjustment(loyalty.by(MANAGER, approve()))
        .await;
    assert_eq!(reason(&own.unwrap_err()), "NOT_BY_WHO_ASKED");
    points
        .approve_adjustment(loyalty.by(IMPORTER, approve()))
        .await
        .unwrap();
    let after = loyalty.account(&member).await;
    assert_eq!((after.active.as_str(), after.waiting.len()), ("2000.01", 0));
    let twice = points
        .approve_adjustment(loyalty.by(IMPORTER, approve()))
        .await;
    assert_eq!(reason(&twice.unwrap_err()), "ADJUSTMENT_NOT_WAITING");

    let too_much = loyalty.adjust(IMPORTER, &member, "-1000").await;
    too_much.unwrap();
    loyalty.adjust(IMPORTER, &member, "-1000").await.unwrap();
    let too_much = loyalty
        .adjust(IMPORTER, &member, "-0.02")
        .await
        .unwrap_err();
    assert_eq!(reason(&too_much), "NOT_ENOUGH_POINTS");
    let by_agent = loyalty.adjust(ANNA, &member, "1").await.unwrap_err();
    assert_eq!(by_agent.code(), Code::PermissionDenied);
}

#[tokio::test]
async fn points_go_to_another_member_both_or_neither() {
    let loyalty = Served::start().await;
    let program = loyalty.opened(rules()).await;
    let (from, to) = (
        loyalty.joined(&program).await,
        loyalty.joined(&program).await,
    );
    loyalty.accrue(&from, "12.5").await;
    let transfer = |points: &str| wire::TransferPointsRequest {
        header: header(),
        member_id: from.clone(),
        to_member_id: to.clone(),
        points: points.to_owned(),
        reason: "a present".into(),
    };
    let mut points = loyalty.points();
    let sent = points
        .transfer_points(loyalty.by(ANNA, transfer("7.5")))
        .await;
    sent.unwrap();
    let more = points
        .transfer_points(loyalty.by(ANNA, transfer("5.01")))
        .await;
    assert_eq!(reason(&more.unwrap_err()), "NOT_ENOUGH_POINTS");
    let (left, there) = (loyalty.account(&from).await, loyalty.account(&to).await);
    assert_eq!((left.active.as_str(), there.active.as_str()), ("5", "7.5"));
    assert_eq!(left.sums.unwrap().sent, there.sums.unwrap().received);

    let strict = loyalty
        .opened(wire::ProgramRules {
            transfers: false,
            ..rules()
        })
        .await;
    let other = loyalty.joined(&strict).await;
    let across = wire::TransferPointsRequest {
        to_member_id: other.clone(),
        ..transfer("1")
    };
    let across = points.transfer_points(loyalty.by(ANNA, across)).await;
    assert_eq!(reason(&across.unwrap_err()), "PROGRAMS_DIFFER");
    let not_there = wire::TransferPointsRequest {
        member_id: other,
        ..transfer("1")
    };
    let not_there = points.transfer_points(loyalty.by(ANNA, not_there)).await;
    assert_eq!(reason(&not_there.unwrap_err()), "TRANSFERS_NOT_ALLOWED");
}

#[tokio::test]
async fn what_another_system_states_is_booked_once() {
    let loyalty = Served::start().await;
    let program = loyalty.opened(rules()).await;
    let member = loyalty.joined(&program).await;
    let accrue = || wire::AccruePointsRequest {
        header: header(),
        member_id: member.clone(),
        points: "20".into(),
        tier_points: "5".into(),
        reference: "review 17".into(),
    };
    let mut points = loyalty.points();
    points
        .accrue_points(loyalty.by(MANAGER, accrue()))
        .await
        .unwrap();
    let again = points.accrue_points(loyalty.by(MANAGER, accrue())).await;
    assert_eq!(reason(&again.unwrap_err()), "REFERENCE_BOOKED");
    let account = loyalty.account(&member).await;
    assert_eq!(
        (account.active.as_str(), account.tier_points.as_str()),
        ("20", "5")
    );
    let totals = loyalty.member(&member).await.life_time.unwrap();
    assert_eq!(totals.tier_points, "5");
}
