//! Members and their points.

use guanxi_dashboards::Figure;
use guanxi_events::loyalty::points::{
    EarnedBy, LotNo, PointsEarned, PointsSource, PointsSpent, ProgramVersion,
};
use guanxi_events::loyalty::{ContactKeys, MemberEnrolled, MemberEvent, MemberStatus, PointsEvent};
use jiff::Timestamp;
use rand::RngExt;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::Teller;
use crate::oracle::When;

impl Teller<'_> {
    pub(super) async fn member(&mut self) {
        let (on, told_at) = (self.day(), self.at());
        let program = Uuid::from_u128(self.rng.random_range(1..3));
        let detail = program.to_string();
        let enrolled = MemberEnrolled {
            member: Uuid::from_u128(self.id).into(),
            program: program.into(),
            customer: None,
            status: MemberStatus::Active,
            on,
            shop: None,
            referrer: None,
            keys: ContactKeys::default(),
        };
        self.tell::<MemberEvent>(enrolled, told_at).await;
        self.count(Figure::MembersEnrolled, When::On(on), "", &detail);
        let version = ProgramVersion {
            program: program.into(),
            version: 1,
        };
        for lot in 1..=self.rng.random_range(1..4) {
            let (at, points) = (self.at(), self.cents());
            let earned = PointsEarned {
                lot: LotNo(lot),
                at,
                on,
                points,
                tier_points: Decimal::ZERO,
                source: PointsSource::Stated("till".into()),
                program: version,
                by: EarnedBy::Stated,
                active_at: at,
                expires_at: None,
            };
            self.tell::<PointsEvent>(earned, told_at).await;
            self.points(Figure::PointsEarned, at, points, &detail);
            let (at, points) = (self.at(), self.cents());
            let spent = PointsSpent {
                at,
                redemption: Uuid::from_u128(1).into(),
                points,
                lots: vec![],
                reference: None,
            };
            self.tell::<PointsEvent>(spent, told_at).await;
            self.points(Figure::PointsSpent, at, points, &detail);
        }
    }

    fn points(&mut self, figure: Figure, at: Timestamp, points: Decimal, program: &str) {
        self.worth(figure, When::At(at), "", (points, ""));
        self.things.last_mut().unwrap().detail = program.to_owned();
    }
}
