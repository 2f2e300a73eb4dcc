//! What analysts see of points is what the query service answers.

use guanxi_proto::query::v1::{
    GetPointsBalancesRequest, GetPointsLiabilityRequest, GetPointsStatementRequest,
};
use tokio_postgres::Client;

use crate::{
    analysts::Analysts,
    points::{balances, with_points},
    points_accounts::ANN,
    receivables::some,
};

async fn seen(client: &Client, sql: &str) -> Vec<String> {
    let rows = client.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// The figures of the law of conservation, in its order.
const FIGURES: &str = "trim_scale(earned), trim_scale(adjusted), trim_scale(transferred_in),
    trim_scale(pending), trim_scale(active), trim_scale(spent), trim_scale(settled),
    trim_scale(transferred_out), trim_scale(expired), trim_scale(reversed), trim_scale(debt)";

#[tokio::test]
async fn balances_are_those_of_the_query_service_now_and_at_any_instant() {
    let (mut server, after) = with_points().await;
    let mut wanted = Vec::new();
    let instants = ["2024-02-01T12:00:00Z", "2024-03-05T00:00:00Z"];
    for instant in [None, Some(instants[0]), Some(instants[1])] {
        let at: Option<jiff::Timestamp> = instant.map(|at| at.parse().unwrap());
        let request = GetPointsBalancesRequest {
            after: after.clone(),
            as_of_instant: at.map(guanxi_runtime::instant_to_wire),
            ..GetPointsBalancesRequest::default()
        };
        let answer = balances(&mut server, request).await;
        let rows = answer.balances.iter().map(|balance| {
            let p = balance.points.as_ref().unwrap();
            let figures = [
                &p.earned,
                &p.adjusted,
                &p.transferred_in,
                &p.pending,
                &p.active,
                &p.spent,
                &p.settled,
                &p.transferred_out,
                &p.expired,
                &p.reversed,
                &p.debt,
            ];
            let figures = figures.map(String::as_str).join("|");
            format!(
                "{}|{figures}|{}",
                balance.member_number,
                &balance.conserves.to_string()[..1]
            )
        });
        wanted.push(rows.collect::<Vec<String>>());
    }
    assert_ne!(wanted[0], wanted[1]);
    let analysts = Analysts::of(server.world).await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let row = format!("concat_ws('|', member_number, {FIGURES}, conserves)");
    let sql = format!("select {row} from analytics.points_balances order by member_number");
    assert_eq!(seen(&acme, &sql).await, wanted[0]);
    for (instant, wanted) in instants.iter().zip(&wanted[1..]) {
        let sql = format!(
            "select {row} from analytics.points_balances_at('{instant}') order by member_number"
        );
        assert_eq!(&seen(&acme, &sql).await, wanted, "{instant}");
    }
    let sql = "select count(*)::text
                 from analytics.points_balances_at(now(), '2024-01-01')";
    assert_eq!(seen(&acme, sql).await, ["0"], "nothing was known by then");
    let sql = "select concat_ws('|', tier, trim_scale(tier_points), trim_scale(lots), customer,
                                program)
                 from analytics.points_balances where member_number = 'MB-000001'";
    assert_eq!(
        seen(&acme, sql).await,
        ["gold|30|0|acme customer 1|club of acme"]
    );
}

#[tokio::test]
async fn the_ledger_has_the_lines_of_the_statement_and_adds_up_to_the_balances() {
    let (mut server, after) = with_points().await;
    let request = server.ask(GetPointsStatementRequest {
        after,
        member_id: ANN.to_string(),
        ..GetPointsStatementRequest::default()
    });
    let statement = server.points.get_points_statement(request).await.unwrap();
    let lines = statement.into_inner().lines;
    let wanted: Vec<String> = lines
        .iter()
        .map(|line| {
            let cause = line.cause.as_ref().unwrap();
            let lots: Vec<String> = line
                .lots
                .iter()
                .map(|lot| format!("{}:{}", lot.lot, lot.active))
                .collect();
            let rules = line.rules.as_ref().map_or(0, |rules| rules.version);
            [
                line.quantity.clone(),
                line.active.clone(),
                line.debt.clone(),
                cause.id.clone(),
                cause.reference.clone(),
                rules.to_string(),
                lots.join(","),
                line.event_id.clone(),
            ]
            .join("|")
        })
        .collect();
    let analysts = Analysts::of(server.world).await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let sql = format!(
        "select concat(trim_scale(quantity), '|', trim_scale(active), '|', trim_scale(debt), '|',
                       cause_id, '|', reference, '|', coalesce(rules_version, 0), '|',
                       (select string_agg(concat(lot->>'lot', ':', lot->>'active'), ',')
                          from jsonb_array_elements(lots) lot), '|', event_id)
           from analytics.points_ledger
          where member_id = '{ANN}' and account = 'reward'
          order by occurred_at, version"
    );
    assert_eq!(seen(&acme, &sql).await, wanted);
    let sql = "select member_number
                 from analytics.points_balances b
                where (b.earned, b.active, b.pending, b.reversed, b.debt) is distinct from
                      (select (sum(l.earned), sum(l.active), sum(l.pending), sum(l.reversed),
                              sum(l.debt))
                         from analytics.points_ledger l
                        where l.member_id = b.member_id and l.account = 'reward')";
    let sql = sql.replace("select (sum(", "select row(sum(");
    assert!(seen(&acme, &sql).await.is_empty());
}

#[tokio::test]
async fn lots_hold_what_balances_say_and_the_liability_is_the_query_services() {
    let (mut server, after) = with_points().await;
    let request = server.ask(GetPointsLiabilityRequest {
        after,
        ..GetPointsLiabilityRequest::default()
    });
    let answer = server.points.get_points_liability(request).await.unwrap();
    let programs = answer.into_inner().programs;
    let wanted: Vec<String> = programs
        .iter()
        .map(|program| {
            let value = some(program.outstanding_value.as_ref());
            let debt = some(program.debt_value.as_ref());
            let currency = &program.debt_value.as_ref().unwrap().currency_code;
            format!(
                "{}|{}|{value}|{debt}|{currency}",
                program.program_name, program.active
            )
        })
        .collect();
    let analysts = Analysts::of(server.world).await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let sql = "select concat_ws('|', program, trim_scale(active), trim_scale(outstanding_value),
                                trim_scale(debt_value), currency)
                 from analytics.points_liability order by program_id";
    assert_eq!(seen(&acme, sql).await, wanted);
    let sql = "select member_number
                 from analytics.points_balances b
                where (b.lots, b.pending) <>
                      (select sum(l.remaining), sum(l.pending)
                         from analytics.points_lots l where l.member_id = b.member_id)";
    assert!(seen(&acme, sql).await.is_empty());
    let sql = "select concat_ws('|', member_number, lot, state, source, reference, rules_version)
                 from analytics.points_lots order by member_number, lot";
    assert_eq!(
        seen(&acme, sql).await,
        [
            "MB-000001|1|used|purchase|receipt of acme|3",
            "MB-000001|2|used|member",
            "MB-000002|1|pending|stated|history of acme",
            "MB-000002|2|active|adjustment|1",
            "MB-000003|1|active|stated|history of acme",
        ]
    );
}
