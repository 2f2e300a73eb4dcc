//! A member's history in batches over gRPC: in order, in its own time, refused item by item.

use guanxi_proto::loyalty::v1::{self as wire, history_item::What};
use tonic::Code;
use uuid::Uuid;

use crate::{
    points::rules,
    served::{ANNA, IMPORTER, MANAGER, Served, header, reason},
};

fn at(text: &str) -> Option<prost_types::Timestamp> {
    let at: jiff::Timestamp = text.parse().unwrap();
    Some(prost_types::Timestamp {
        seconds: at.as_second(),
        nanos: 0,
    })
}

fn earned(on: &str, points: &str) -> wire::HistoryItem {
    wire::HistoryItem {
        at: at(on),
        reference: on[..7].to_owned(),
        what: Some(What::Earned(wire::EarnedElsewhere {
            points: points.to_owned(),
            tier_points: String::new(),
        })),
    }
}

fn spent(on: &str, points: &str) -> wire::HistoryItem {
    wire::HistoryItem {
        what: Some(What::Spent(points.to_owned())),
        ..earned(on, "0")
    }
}

fn batch(member_id: &str, items: Vec<wire::HistoryItem>) -> wire::BookPointsHistoryRequest {
    wire::BookPointsHistoryRequest {
        header: header(),
        batch_id: Uuid::now_v7().to_string(),
        member_id: member_id.to_owned(),
        source: "flights".into(),
        items,
        more_follows: false,
    }
}

#[tokio::test]
async fn what_would_overdraw_is_named_the_rest_stands_and_a_repeat_gets_the_same_answer() {
    let loyalty = Served::start().await;
    let program = loyalty.opened(rules()).await;
    let member = loyalty.joined(&program).await;
    let items = vec![
        spent("2017-03-31T00:00:00Z", "50.25"),
        earned("2017-01-31T00:00:00Z", "100.50"),
        spent("2017-04-30T00:00:00Z", "60.25"),
        spent("2017-05-31T00:00:00Z", "50.25"),
    ];
    let book = batch(&member, items);
    let mut points = loyalty.points();
    let first = points
        .book_points_history(loyalty.by(IMPORTER, book.clone()))
        .await;
    let first = first.unwrap().into_inner();
    assert_eq!(first.booked, 3);
    let refused = &first.refused[0];
    assert_eq!(
        (refused.index, refused.code.as_str()),
        (2, "NOT_ENOUGH_POINTS")
    );
    assert_eq!(
        (refused.points.as_str(), refused.active.as_str()),
        ("60.25", "50.25")
    );
    let again = points
        .book_points_history(loyalty.by(IMPORTER, book.clone()))
        .await;
    assert_eq!(again.unwrap().into_inner(), first);
    let account = loyalty.account(&member).await;
    assert_eq!(
        (account.active, account.sums.unwrap().spent),
        ("0".into(), "100.5".into())
    );

    let anew = wire::BookPointsHistoryRequest {
        header: header(),
        ..book.clone()
    };
    let anew = points.book_points_history(loyalty.by(IMPORTER, anew)).await;
    assert_eq!(reason(&anew.unwrap_err()), "BATCH_BOOKED");
    let late = batch(&member, book.items);
    let late = points.book_points_history(loyalty.by(MANAGER, late)).await;
    assert_eq!(reason(&late.unwrap_err()), "BACKDATED_TOO_FAR");
    let by_agent = points
        .book_points_history(loyalty.by(ANNA, batch(&member, Vec::new())))
        .await;
    assert_eq!(by_agent.unwrap_err().code(), Code::PermissionDenied);
}

#[tokio::test]
async fn points_are_spent_in_the_year_in_which_they_were_good_across_batches() {
    let loyalty = Served::start().await;
    let yearly = wire::ProgramRules {
        expiry: wire::PointsExpiry::YearEnd.into(),
        ..rules()
    };
    let program = loyalty.opened(yearly).await;
    let member = loyalty.joined(&program).await;
    let first = wire::BookPointsHistoryRequest {
        more_follows: true,
        ..batch(&member, vec![earned("2018-02-01T00:00:00Z", "100")])
    };
    let mut points = loyalty.points();
    points
        .book_points_history(loyalty.by(IMPORTER, first))
        .await
        .unwrap();
    assert_eq!(loyalty.account(&member).await.active, "100", "it is held");
    let items = vec![
        spent("2018-06-01T00:00:00Z", "30"),
        spent("2019-01-01T00:00:00Z", "70"),
    ];
    let second = points
        .book_points_history(loyalty.by(IMPORTER, batch(&member, items)))
        .await;
    let second = second.unwrap().into_inner();
    assert_eq!(second.booked, 1);
    assert_eq!(second.refused[0].active, "0", "they expired as 2018 ended");
    let sums = loyalty.account(&member).await.sums.unwrap();
    assert_eq!((sums.spent.as_str(), sums.expired.as_str()), ("30", "70"));
}
