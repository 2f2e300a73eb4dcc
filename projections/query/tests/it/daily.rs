//! The figures of days over gRPC and for analysts.

use guanxi_events::Service;
use guanxi_proto::{
    google_type::Date,
    query::v1::{DailyFigureKind, GetDailyFiguresRequest},
    types::v1::DateRange,
};
use guanxi_runtime::Role;
use tonic::Code;

use crate::{
    accounts,
    analysts::Analysts,
    points_accounts::{CLUB, SHOP},
    server::{Server, bad_fields},
    tickets,
};

fn on(month: i32, day: i32) -> Option<Date> {
    Some(Date {
        year: 2024,
        month,
        day,
    })
}

fn days(first: Option<Date>, last: Option<Date>) -> Option<DateRange> {
    Some(DateRange { first, last })
}

#[tokio::test]
async fn figures_of_two_logs_stand_on_their_days_and_tokens_of_both_are_waited_for() {
    let mut server = Server::new().await;
    accounts::write(&mut server.world, "acme").await;
    tickets::write(&mut server.world, "acme").await;
    let after = vec![
        server.written_to(Service::Service).await,
        server.written_to(Service::Sales).await,
    ];
    let request = GetDailyFiguresRequest {
        after,
        days: days(on(1, 1), on(2, 1)),
        figures: vec![
            DailyFigureKind::Received.into(),
            DailyFigureKind::TicketsOpened.into(),
            DailyFigureKind::TicketsResolved.into(),
        ],
        ..GetDailyFiguresRequest::default()
    };
    let asked = server.ask(request.clone());
    let answer = server
        .dashboards
        .get_daily_figures(asked)
        .await
        .unwrap()
        .into_inner();
    let mut found = Vec::new();
    for day in &answer.days {
        let date = day.day.unwrap();
        for figure in &day.figures {
            let units = figure.amount.as_ref().map_or(0, |money| money.units);
            found.push((
                date.month,
                date.day,
                figure.figure(),
                figure.detail.as_str(),
                units,
            ));
        }
    }
    assert_eq!(
        found,
        [
            (1, 1, DailyFigureKind::TicketsOpened, "complaint", 0),
            (1, 1, DailyFigureKind::TicketsOpened, "question", 0),
            (1, 2, DailyFigureKind::TicketsResolved, "complaint", 0),
            (1, 20, DailyFigureKind::Received, "", 250),
            (2, 1, DailyFigureKind::Received, "", 70),
        ]
    );
    let received = answer
        .sum
        .iter()
        .find(|sum| sum.figure() == DailyFigureKind::Received);
    let received = received.unwrap();
    assert_eq!(
        (received.count, received.amount.as_ref().unwrap().units),
        (2, 320)
    );
    assert_eq!((answer.first, answer.last), (on(1, 1), on(2, 1)));
    let logs: Vec<&str> = answer.positions.iter().map(|at| at.log.as_str()).collect();
    assert_eq!(logs.len(), 4, "{logs:?}");

    // Ann looks after the customer; Bob resolved the ticket.
    let asked = server.ask(GetDailyFiguresRequest {
        owners: vec!["bob".into()],
        ..request.clone()
    });
    let answer = server
        .dashboards
        .get_daily_figures(asked)
        .await
        .unwrap()
        .into_inner();
    let sums: Vec<_> = answer
        .sum
        .iter()
        .map(|sum| (sum.figure(), sum.count))
        .collect();
    assert_eq!(sums, [(DailyFigureKind::TicketsResolved, 1)]);

    let asked = server.ask_as("bolt", Role::Admin, request.clone());
    let answer = server
        .dashboards
        .get_daily_figures(asked)
        .await
        .unwrap()
        .into_inner();
    assert!(answer.days.is_empty() && answer.sum.is_empty());
    let status = server
        .dashboards
        .get_daily_figures(tonic::Request::new(request))
        .await;
    assert_eq!(status.unwrap_err().code(), Code::Unauthenticated);
}

#[tokio::test]
async fn every_bad_field_is_named_at_once() {
    let mut server = Server::new().await;
    for (days, wanted) in [
        (days(on(2, 30), None), vec!["days.first"]),
        (days(on(2, 2), on(2, 1)), vec!["days"]),
        (
            days(
                Some(Date {
                    year: 2000,
                    month: 1,
                    day: 1,
                }),
                on(1, 1),
            ),
            vec!["days"],
        ),
    ] {
        let request = server.ask(GetDailyFiguresRequest {
            after: vec![],
            days,
            owners: vec!["ann".into(); 201],
            figures: vec![1, 0, 999],
        });
        let status = server
            .dashboards
            .get_daily_figures(request)
            .await
            .unwrap_err();
        let mut fields = bad_fields(&status);
        fields.sort();
        let mut all: Vec<String> = wanted.into_iter().map(str::to_owned).collect();
        all.extend(["figures[1]", "figures[2]", "owners"].map(str::to_owned));
        assert_eq!(fields, all);
    }
}

#[tokio::test]
async fn analysts_see_their_tenants_figures_on_the_days_of_their_time_zone() {
    let analysts = Analysts::new().await;
    let acme = analysts.log_in(&analysts.acme).await.unwrap();
    let sql = "select concat_ws('|', day, figure, owner, detail, currency, count, amount)
                 from analytics.daily_kpis
                where day between '2024-01-01' and '2024-01-31' order by day, figure, detail";
    let rows = acme.query(sql, &[]).await.unwrap();
    let rows: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    // Members and points by their program: two of the club's, one of the shop's.
    assert_eq!(
        rows,
        [
            format!("2024-01-01|members_enrolled||{CLUB}||2|0"),
            format!("2024-01-01|members_enrolled||{SHOP}||1|0"),
            "2024-01-01|tickets_opened||complaint||1|0".to_owned(),
            "2024-01-01|tickets_opened||question||1|0".to_owned(),
            "2024-01-02|tickets_resolved|bob|complaint||1|0".to_owned(),
            format!("2024-01-03|points_earned||{CLUB}||1|70.5"),
            format!("2024-01-05|points_earned||{CLUB}||1|33"),
            format!("2024-01-05|points_earned||{SHOP}||1|7"),
            "2024-01-10|invoiced|||EUR|1|1000".to_owned(),
            "2024-01-20|received|ann||EUR|1|250".to_owned(),
        ]
    );
    let superuser = analysts.world.database.connect().await.unwrap();
    let rows = superuser
        .query("select * from analytics.daily_kpis", &[])
        .await
        .unwrap();
    assert!(rows.is_empty());
}
