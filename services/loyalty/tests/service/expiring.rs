//! Points whose time comes while somebody spends them: they are spent or expired, never both, and
//! never neither (L-14).

use std::time::Duration;

use guanxi_events::loyalty::{
    PointsEvent, ProgramId,
    points::{EarnedBy, LotNo, PointsEarned, PointsSource, ProgramVersion},
};
use guanxi_proto::loyalty::v1 as wire;
use guanxi_served::written;
use jiff::{SignedDuration, Timestamp, ToSpan};
use tonic::Status;

use crate::{
    points::rules,
    served::{ANNA, Served, header, reason},
};

/// When tills ask, in milliseconds from the instant of expiry. Long before it and long after it there
/// is no doubt; around it there is.
const ASKED: [i64; 16] = [
    -2_000, -24, -20, -16, -12, -8, -4, -2, 0, 2, 4, 8, 12, 16, 24, 400,
];

/// A member with 100 points that expire at an instant, which no rule would say: a day ends with it.
async fn expiring(loyalty: &Served, program: &str, member: &str, expires_at: Timestamp) {
    let program: uuid::Uuid = program.parse().unwrap();
    let at = expires_at - 48.hours();
    let earned = PointsEarned {
        lot: LotNo(1),
        at,
        on: at.to_zoned(jiff::tz::TimeZone::UTC).date(),
        points: 100.into(),
        tier_points: 0.into(),
        source: PointsSource::Stated("before".into()),
        program: ProgramVersion {
            program: ProgramId(program),
            version: 1,
        },
        by: EarnedBy::Stated,
        active_at: at,
        expires_at: Some(expires_at),
    };
    let id = member.parse().unwrap();
    written(&loyalty.database, id, PointsEvent::from(earned), &[]).await;
}

async fn until(instant: Timestamp) {
    let left = instant.duration_since(Timestamp::now());
    let left = Duration::try_from(left.max(SignedDuration::ZERO)).unwrap();
    tokio::time::sleep(left).await;
}

/// A till asks for all of the 100 points.
async fn spend(till: &Served, member_id: &str) -> Result<(), Status> {
    let redeem = wire::RedeemPointsRequest {
        header: header(),
        member_id: member_id.to_owned(),
        points: "100".into(),
        purpose: wire::RedeemFor::Payment.into(),
        ..Default::default()
    };
    let mut client = till.redemptions();
    client.redeem_points(till.by(ANNA, redeem)).await.map(drop)
}

/// One till spends the points while another caller books onto the account, and so finds what has
/// expired by then; whether they were spent.
async fn race(
    till: &Served,
    other: &Served,
    member: &str,
    expires_at: Timestamp,
    asked: i64,
) -> bool {
    until(expires_at + asked.milliseconds()).await;
    let (spent, ()) = tokio::join!(spend(till, member), other.accrue(member, "5"));
    until(expires_at + 1.millisecond()).await;
    till.accrue(member, "1").await;
    let account = till.account(member).await;
    let sums = account.sums.unwrap();
    let wanted = match &spent {
        Ok(()) => ["106", "100", "0", "0"],
        Err(refused) => {
            assert_eq!(
                reason(refused),
                "NOT_ENOUGH_POINTS",
                "{asked} ms: {refused:?}"
            );
            ["106", "0", "100", "0"]
        }
    };
    let found = [&sums.earned, &sums.spent, &sums.expired, &sums.reversed];
    assert_eq!(found, wanted, "{asked} ms");
    assert_eq!(account.active, "6", "{asked} ms: what was earned since");
    spent.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn points_that_are_spent_at_the_instant_of_their_expiry_are_spent_or_expired_and_never_both()
{
    let loyalty = Served::start().await;
    let replica = loyalty.replica().await;
    let program = loyalty.opened(rules()).await;
    let mut members = Vec::new();
    for _ in ASKED {
        members.push(loyalty.joined(&program).await);
    }
    let expires_at = Timestamp::now() + 10.seconds();
    for member in &members {
        expiring(&loyalty, &program, member, expires_at).await;
    }
    let there = expires_at - 2_500.milliseconds();
    assert!(Timestamp::now() < there, "too slow to have a race at all");
    // In one replica and across two, all at once.
    let races = members.iter().zip(ASKED).enumerate();
    let races = races.map(|(round, (member, asked))| {
        let other = if round % 2 == 0 { &replica } else { &loyalty };
        race(&loyalty, other, member, expires_at, asked)
    });
    let spent = futures::future::join_all(races).await;
    assert!(
        spent[0],
        "two seconds before there is nothing to lose them to"
    );
    assert!(
        !spent[ASKED.len() - 1],
        "afterwards there is nothing to spend"
    );
}
