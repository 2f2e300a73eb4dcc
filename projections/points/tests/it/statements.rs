//! Statements: every line explains itself, and leads from one balance to the next (L-20).

use std::collections::BTreeMap;

use guanxi_events::loyalty::points::PointsActivated;
use guanxi_points::{
    ledger::{Account, CauseKind, LineKind},
    queries::{
        LotState, LotsQuery, Reader, Redeemed, Statement, StatementLine, StatementQuery, Times,
    },
};
use guanxi_projection::Build;
use iso_currency::Currency;
use jiff::{Timestamp, ToSpan};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    a_month::{MEMBER, PURCHASE, at, built, earned},
    history::{PROGRAM, choices, history, program_of, start},
    story::{dec, part, rules, tenant},
    world::World,
};

fn query(account: Account, from: Option<Timestamp>, until: Timestamp) -> StatementQuery {
    StatementQuery {
        times: Times {
            until,
            known_until: None,
        },
        member: MEMBER,
        account,
        from,
        after: None,
        limit: 100,
    }
}

async fn ask(world: &World, build: &Build, name: &str, query: &StatementQuery) -> Statement {
    let mut client = world.client().await;
    let transaction = client.transaction().await.unwrap();
    let tenant = tenant(name);
    let reader = Reader::new(&transaction, build, &tenant);
    reader.statement(query).await.unwrap()
}

type Row = (LineKind, Decimal, Decimal, Decimal);

fn rows(statement: &Statement) -> Vec<Row> {
    let lines = statement.lines.iter();
    lines
        .map(|line| {
            (
                line.kind,
                line.quantity,
                line.pending_after,
                line.active_after,
            )
        })
        .collect()
}

fn row(kind: LineKind, points: [&str; 3]) -> Row {
    let [quantity, pending, active] = points.map(dec);
    (kind, quantity, pending, active)
}

#[tokio::test]
async fn a_statement_goes_from_one_balance_to_the_other() {
    let (world, build) = built().await;
    let whole = ask(
        &world,
        &build,
        "acme",
        &query(Account::Reward, None, at(31)),
    )
    .await;
    assert_eq!(
        rows(&whole),
        [
            row(LineKind::Earned, ["70", "70", "0"]),
            row(LineKind::Activated, ["70", "0", "70"]),
            row(LineKind::Spent, ["-60", "0", "10"]),
            row(LineKind::Returned, ["10", "0", "20"]),
            row(LineKind::Reversed, ["-25", "0", "-5"]),
            row(LineKind::Adjusted, ["50", "0", "45"]),
            row(LineKind::DebtSettled, ["-15", "0", "35"]),
            row(LineKind::Expired, ["-35", "0", "0"]),
        ]
    );
    assert_eq!(whole.opening, Default::default());
    let closing = &whole.closing.figures;
    assert_eq!((closing.earned, closing.reversed), (dec("70"), dec("35")));
    assert_eq!((closing.spent, closing.expired), (dec("50"), dec("35")));
    assert!(whole.closing.conserves);

    // From the instant of a line on, until just before that of another.
    let some = ask(
        &world,
        &build,
        "acme",
        &query(Account::Reward, Some(at(5)), at(10)),
    )
    .await;
    assert_eq!(rows(&some), rows(&whole)[2..5]);
    assert_eq!(some.opening.figures.active, dec("70"));
    assert_eq!(some.closing.figures.active, dec("-5"));
    assert_eq!(
        (some.closing.figures.debt, some.closing.lots),
        (dec("5"), Decimal::ZERO)
    );
    assert_eq!(some.closing.figures.owed, dec("10"));
    assert!(some.opening.conserves && some.closing.conserves);

    let tier = ask(&world, &build, "acme", &query(Account::Tier, None, at(31))).await;
    assert_eq!(
        rows(&tier),
        [
            row(LineKind::Earned, ["40", "0", "40"]),
            row(LineKind::Reversed, ["-20", "0", "20"]),
        ]
    );
    assert!(tier.closing.conserves);
}

#[tokio::test]
async fn every_line_names_its_cause_its_rules_and_its_lots() {
    let (world, build) = built().await;
    let whole = ask(
        &world,
        &build,
        "acme",
        &query(Account::Reward, None, at(31)),
    )
    .await;
    let [
        earned,
        activated,
        spent,
        returned,
        reversed,
        adjusted,
        settled,
        expired,
    ] = &whole.lines[..]
    else {
        panic!("{whole:#?}")
    };
    let rules = earned.rules.as_ref().unwrap();
    assert_eq!((rules.version, rules.ladder_version), (4, Some(2)));
    assert_eq!(rules.tier.as_deref(), Some("gold"));
    assert_eq!((rules.factor, rules.capped), (dec("1.5"), dec("3.5")));
    let shares: Vec<_> = rules
        .shares
        .iter()
        .map(|s| (s.rule.as_str(), s.points))
        .collect();
    assert_eq!(shares, [("spend", dec("40")), ("gold", dec("33.5"))]);
    assert_eq!(earned.program_version, Some(2));
    for line in [earned, reversed] {
        assert_eq!(line.cause.kind, CauseKind::Purchase);
        assert_eq!(line.cause.id, Some(PURCHASE));
        assert_eq!(line.cause.reference.as_deref(), Some("T-1001"));
        assert_eq!(line.shop.as_deref(), Some("harbour"));
    }
    assert_eq!(activated.cause.kind, CauseKind::Time);
    for line in [spent, returned] {
        assert_eq!(line.cause.kind, CauseKind::Redemption);
        assert_eq!(line.cause.reference.as_deref(), Some("R-77"));
        let redeemed = Redeemed {
            purpose: "payment".into(),
            value: dec("1.5"),
            currency: "EUR".into(),
        };
        assert_eq!(line.redeemed, Some(redeemed));
    }
    assert_eq!(adjusted.reason.as_deref(), Some("goodwill"));
    assert_eq!(adjusted.requested_by.as_deref(), Some("ann"));
    assert_eq!(adjusted.approved_by.as_deref(), Some("bob"));
    let collected: Vec<_> = settled
        .collected
        .iter()
        .map(|c| (c.purchase, c.points))
        .collect();
    assert_eq!(collected, [(PURCHASE, dec("10"))]);
    assert_eq!((settled.debt, settled.owed), (dec("-5"), dec("-10")));

    let lots = |line: &StatementLine| -> Vec<_> {
        let lots = line.lots.iter();
        lots.map(|lot| (lot.lot, lot.pending, lot.remaining))
            .collect()
    };
    assert_eq!(lots(activated), [(1, dec("-70"), dec("70"))]);
    assert_eq!(lots(reversed), [(1, dec("0"), dec("-20"))]);
    assert_eq!(lots(expired), [(2, dec("0"), dec("-35"))]);
    // What is taken back says by which rules, in which tier it had been earned.
    let taken = &reversed.lots[0];
    assert_eq!(
        (taken.rules_version, taken.tier.as_deref()),
        (Some(4), Some("gold"))
    );
}

#[tokio::test]
async fn pages_of_a_statement_hold_each_line_once_with_the_same_balances() {
    let (world, build) = built().await;
    let mut query = query(Account::Reward, None, at(31));
    let whole = ask(&world, &build, "acme", &query).await;
    query.limit = 3;
    let mut lines = Vec::new();
    loop {
        let page = ask(&world, &build, "acme", &query).await;
        assert_eq!(page.closing, whole.closing);
        let Some(last) = page.lines.last() else { break };
        query.after = Some(last.cursor);
        lines.extend(page.lines);
    }
    assert_eq!(lines, whole.lines);
}

#[tokio::test]
async fn another_tenants_member_of_the_same_id_has_nothing() {
    let (world, build) = built().await;
    let theirs = ask(
        &world,
        &build,
        "bolt",
        &query(Account::Reward, None, at(31)),
    )
    .await;
    assert_eq!(theirs, Statement::default());
}

#[tokio::test]
async fn lots_tell_what_was_left_of_them_at_any_instant() {
    let (world, build) = built().await;
    let mut client = world.client().await;
    let transaction = client.transaction().await.unwrap();
    let tenant = tenant("acme");
    let reader = Reader::new(&transaction, &build, &tenant);
    let mut seen = BTreeMap::new();
    for day in [2, 4, 7, 9, 12, 16] {
        let query = LotsQuery {
            times: Times {
                until: at(day),
                known_until: None,
            },
            member: MEMBER,
            states: vec![],
            after: None,
            limit: 10,
        };
        let lots = reader.lots(&query).await.unwrap().into_iter();
        let lots = lots.map(|lot| (lot.cursor.lot, lot.state, lot.pending + lot.remaining));
        seen.insert(day, lots.collect::<Vec<_>>());
    }
    let wanted = [
        (2, vec![(1, LotState::Pending, dec("70"))]),
        (4, vec![(1, LotState::Active, dec("70"))]),
        (7, vec![(1, LotState::Active, dec("20"))]),
        (9, vec![(1, LotState::Used, dec("0"))]),
        // The second expires before the first.
        (
            12,
            vec![
                (2, LotState::Active, dec("35")),
                (1, LotState::Used, dec("0")),
            ],
        ),
        (
            16,
            vec![
                (2, LotState::Expired, dec("0")),
                (1, LotState::Used, dec("0")),
            ],
        ),
    ];
    assert_eq!(seen, BTreeMap::from(wanted));
}

#[tokio::test]
async fn points_of_nobody_are_set_aside_and_the_others_go_on() {
    let mut world = World::new().await;
    let club = rules("club", "0.01", Currency::EUR);
    world
        .open_program(("acme", PROGRAM), None, club, at(1))
        .await;
    world
        .points(("acme", Uuid::from_u128(9)), earned(), at(1))
        .await;
    world.enrol(("acme", MEMBER), PROGRAM, at(1)).await;
    world.points(("acme", MEMBER), earned(), at(1)).await;
    // There is no lot 7.
    let lots = vec![part(7, "1")];
    let activated = PointsActivated { at: at(2), lots };
    world.points(("acme", MEMBER), activated, at(2)).await;
    let build = world.points_model(100).await;
    let client = world.client().await;
    let sql = "select key from projections.parked order by position";
    let parked = client.query(sql, &[]).await.unwrap();
    let parked: Vec<String> = parked.iter().map(|row| row.get(0)).collect();
    let key = |n: u128| format!("acme/{}", Uuid::from_u128(n));
    assert_eq!(parked, [key(9), key(1)]);
    let whole = ask(
        &world,
        &build,
        "acme",
        &query(Account::Reward, None, at(31)),
    )
    .await;
    assert_eq!(rows(&whole), [row(LineKind::Earned, ["70", "70", "0"])]);
}

#[tokio::test]
async fn the_statement_of_a_random_history_leads_to_the_balance_line_by_line() {
    let mut runner = TestRunner::default();
    let chosen = choices(80..120).new_tree(&mut runner).unwrap().current();
    let history = history(&chosen);
    let mut world = World::new().await;
    world
        .enrol(("acme", MEMBER), program_of(MEMBER), start())
        .await;
    for told in history.iter().filter(|told| told.member == MEMBER) {
        world
            .points(("acme", MEMBER), told.event.clone(), told.at)
            .await;
    }
    let build = world.points_model(100).await;
    let end = start() + 10_000.hours();
    let whole = ask(&world, &build, "acme", &query(Account::Reward, None, end)).await;
    let (mut pending, mut active) = (Decimal::ZERO, Decimal::ZERO);
    for line in &whole.lines {
        (pending, active) = (pending + line.pending, active + line.active);
        assert_eq!(
            (line.pending_after, line.active_after),
            (pending, active),
            "{chosen:?}"
        );
        let lots: Decimal = line.lots.iter().map(|lot| lot.remaining).sum();
        assert_eq!(lots - line.debt, line.active, "{chosen:?}");
        // Between any two lines another statement may begin, and it goes on where this one stands.
        let from = line.cursor.at;
        let rest = ask(
            &world,
            &build,
            "acme",
            &query(Account::Reward, Some(from), end),
        )
        .await;
        assert_eq!(rest.closing, whole.closing);
        assert!(rest.opening.conserves, "{chosen:?}");
    }
    let figures = &whole.closing.figures;
    assert_eq!((figures.pending, figures.active), (pending, active));
}
