//! Adjustments, and transfers between members.

use guanxi_events::loyalty::{
    MemberId,
    points::{
        AdjustmentNo, LotLife, LotNo, LotPart, PointsAdjusted, PointsEvent, PointsReceived,
        PointsSent, PointsSource, ReceivedLot,
    },
};
use jiff::{Timestamp, ToSpan};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::Naive;

impl Naive {
    /// Some are given, or some that are there are taken; tier points either way.
    pub(crate) fn adjust(
        &mut self,
        at: Timestamp,
        points: Decimal,
        which: usize,
    ) -> Option<PointsEvent> {
        self.adjustments += 1;
        let adjustment = AdjustmentNo(self.adjustments);
        let tier_points = if which.is_multiple_of(5) {
            Decimal::ONE
        } else {
            Decimal::ZERO
        };
        let (points, lots, lot) = match which % 3 {
            0 => {
                let points = self.at_most(points)?;
                (-points, self.take(points, |_| true), None)
            }
            1 => {
                let no = self.next_lot();
                let life = LotLife {
                    earned_at: at,
                    expires_at: Some(at + 500.hours()),
                };
                self.put(no, no, PointsSource::Adjustment(adjustment), life);
                self.lots.get_mut(&no)?.remaining += points;
                (points, vec![], Some(no))
            }
            _ => (Decimal::ZERO, vec![], None),
        };
        if points.is_zero() && tier_points.is_zero() {
            return None;
        }
        self.counters.adjusted += points;
        self.tier[1] += tier_points;
        Some(
            PointsAdjusted {
                adjustment,
                at,
                points,
                tier_points,
                reason: "goodwill".into(),
                by: "ann".parse().unwrap(),
                approved_by: None,
                program: self.version(),
                lot: lot.map(LotNo),
                expires_at: lot.map(|_| at + 500.hours()),
                lots,
            }
            .into(),
        )
    }

    pub(crate) fn send(&mut self, at: Timestamp, to: Uuid, points: Decimal) -> Option<PointsEvent> {
        let points = self.at_most(points)?;
        let lots = self.take(points, |_| true);
        self.counters.transferred_out += points;
        Some(
            PointsSent {
                at,
                to: MemberId::from(to),
                points,
                lots,
                reason: None,
            }
            .into(),
        )
    }

    /// What comes to the other member, with the lives that it had here.
    pub(crate) fn received(&self, sent: &[LotPart]) -> Vec<ReceivedLot> {
        let sent = sent.iter().map(|part| ReceivedLot {
            lot: part.lot,
            points: part.points,
            life: self.lots[&part.lot.0].life,
        });
        sent.collect()
    }

    pub(crate) fn receive(
        &mut self,
        at: Timestamp,
        from: Uuid,
        mut lots: Vec<ReceivedLot>,
    ) -> PointsEvent {
        let from = MemberId::from(from);
        for part in &mut lots {
            let no = self.next_lot();
            self.put(no, no, PointsSource::Transfer(from), part.life);
            self.lots.get_mut(&no).unwrap().remaining += part.points;
            self.counters.transferred_in += part.points;
            part.lot = LotNo(no);
        }
        PointsReceived {
            at,
            from,
            points: lots.iter().map(|part| part.points).sum(),
            lots,
        }
        .into()
    }
}
