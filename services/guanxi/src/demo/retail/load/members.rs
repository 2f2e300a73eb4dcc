//! The wholesaler's program: every customer with a name is a member, and what is paid earns.

use anyhow::Context;
use guanxi_proto::loyalty::v1::{
    EarningRule, EarningRules, EnrolMemberRequest, MemberStatus, OpenProgramRequest, PaymentKind,
    PointsExpiry, PointsRounding, PointsShortfall, ProgramRules, SetEarningRulesRequest,
    SpendFormula, earning_rule::Formula, earning_rules_service_client::EarningRulesServiceClient,
    member_service_client::MemberServiceClient, program_service_client::ProgramServiceClient,
};
use uuid::Uuid;

use super::{Loading, customer};
use crate::demo::{
    ids::Ids,
    load::{abreast, bar, finish, token},
    retail::CASH,
};

/// The commands that open the program and say what earns.
pub(super) const RULES: u64 = 2;

/// The id of the program.
pub(in crate::demo::retail) fn program(ids: Ids) -> Uuid {
    ids.of_thing("program", "points")
}

/// The id of the member who a customer is.
pub(in crate::demo::retail) fn member(ids: Ids, key: &str) -> Uuid {
    ids.of_thing("member", key)
}

/// Opens the program, says what earns, and enrols the customers.
pub(super) async fn load(loading: &Loading<'_>) -> anyhow::Result<()> {
    open(loading).await?;
    earn(loading).await?;
    let members = || loading.story.buyers.keys().filter(|key| ***key != *CASH);
    let bar = bar("members", members().count() as u64);
    let client = MemberServiceClient::new(loading.caller.loyalty.clone());
    abreast(members(), &bar, async |key: &std::sync::Arc<str>| {
        let id = member(loading.ids, key);
        let message = EnrolMemberRequest {
            header: loading.header(id, "enrol", loading.opening())?,
            member_id: id.to_string(),
            program_id: program(loading.ids).to_string(),
            customer_id: customer(loading.ids, key).to_string(),
            active: true,
            ..EnrolMemberRequest::default()
        };
        let call = async |request| client.clone().enrol_member(request).await;
        let answer = loading.caller.send(message, call).await;
        let receipt = answer.with_context(|| format!("enrol {key}"))?.receipt;
        Ok((token(receipt), 1))
    })
    .await?;
    finish(&bar)
}

/// A point a pound, to the penny; what comes back within 30 days takes them back before they count.
/// They live for ever, for the year that is told is long over.
async fn open(loading: &Loading<'_>) -> anyhow::Result<()> {
    let id = program(loading.ids);
    let all = || {
        let statuses = [MemberStatus::New, MemberStatus::Active];
        statuses.map(i32::from).to_vec()
    };
    let message = OpenProgramRequest {
        header: loading.header(id, "open", loading.opening())?,
        program_id: id.to_string(),
        shop: "retail".to_owned(),
        rules: Some(ProgramRules {
            name: "Online retail".to_owned(),
            scale: 2,
            currency_code: "GBP".to_owned(),
            point_value: "0.01".to_owned(),
            return_window_days: 30,
            expiry: PointsExpiry::Never.into(),
            may_earn: all(),
            may_spend: all(),
            shortfall: PointsShortfall::Owe.into(),
            ..ProgramRules::default()
        }),
    };
    let client = ProgramServiceClient::new(loading.caller.loyalty.clone());
    let call = async |request| client.clone().open_program(request).await;
    loading.caller.send(message, call).await?;
    Ok(())
}

async fn earn(loading: &Loading<'_>) -> anyhow::Result<()> {
    let id = program(loading.ids);
    let kinds = [
        PaymentKind::Cash,
        PaymentKind::Card,
        PaymentKind::StoredValue,
    ];
    let message = SetEarningRulesRequest {
        header: loading.header(id, "earn", loading.opening())?,
        program_id: id.to_string(),
        rules: Some(EarningRules {
            rules: vec![EarningRule {
                key: "a-point-a-pound".to_owned(),
                priority: 1,
                formula: Some(Formula::Spend(SpendFormula {
                    points: "1".to_owned(),
                    per: "1".to_owned(),
                    tier_factor: false,
                })),
                ..EarningRule::default()
            }],
            rounding: PointsRounding::HalfUp.into(),
            paid_by: kinds.map(i32::from).to_vec(),
            ..EarningRules::default()
        }),
    };
    let client = EarningRulesServiceClient::new(loading.caller.loyalty.clone());
    let call = async |request| client.clone().set_earning_rules(request).await;
    loading.caller.send(message, call).await?;
    Ok(())
}
