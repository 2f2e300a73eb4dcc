//! What each event makes of a purchase.

use guanxi_events::loyalty::{
    PurchaseEarned, PurchaseEvent, PurchasePaid, PurchaseRecorded, PurchaseReversed,
    points::LotLife,
};
use rust_decimal::Decimal;

use super::state::{Credit, Earning, Part, Recorded};

pub(super) fn after(state: Option<Recorded>, event: &PurchaseEvent) -> Option<Recorded> {
    if let PurchaseEvent::Recorded(recorded) = event {
        return Some(Recorded::new(recorded));
    }
    state.map(|recorded| recorded.after(event))
}

impl Recorded {
    fn new(recorded: &PurchaseRecorded) -> Self {
        Self {
            customer: recorded.customer,
            program: recorded.program,
            card: recorded.card,
            shop: recorded.shop.clone(),
            reference: recorded.reference.clone(),
            currency: recorded.currency,
            lines: recorded.lines.clone(),
            payments: recorded.payments.clone(),
            members: Vec::new(),
            parts: Vec::new(),
            credits: Vec::new(),
            earnings: Vec::new(),
        }
    }

    pub(super) fn after(mut self, event: &PurchaseEvent) -> Self {
        match event {
            PurchaseEvent::Recorded(_) => {}
            PurchaseEvent::Matched(matched) => self.members.clone_from(&matched.members),
            PurchaseEvent::Paid(paid) => self.pay(paid),
            PurchaseEvent::Unpaid(unpaid) => {
                let part = self.parts.iter_mut().find(|part| part.id == unpaid.part);
                if let Some(part) = part {
                    part.settled = false;
                }
            }
            PurchaseEvent::Earned(earned) => self.earn(earned),
            PurchaseEvent::Credited(credited) => self.credits.push(Credit {
                id: credited.credit,
                amount: credited.amount,
                lines: credited.lines.clone(),
            }),
            PurchaseEvent::CreditTakenBack(taken) => {
                self.credits.retain(|credit| credit.id != taken.credit);
            }
            PurchaseEvent::Reversed(reversed) => self.reverse(reversed),
        }
        self
    }

    fn pay(&mut self, paid: &PurchasePaid) {
        let part = Part {
            id: paid.part,
            at: paid.at,
            on: paid.on,
            total: paid.total,
            paid: paid.total - paid.credited - paid.kept_back,
            returned: paid.returned,
            settled: true,
        };
        match self.parts.iter_mut().find(|there| there.id == paid.part) {
            // It earned by what was paid at first; what was credited since takes its share back.
            Some(there) => there.settled = true,
            None => self.parts.push(part),
        }
    }

    fn earn(&mut self, earned: &PurchaseEarned) {
        self.earnings.push(Earning {
            part: earned.part,
            member: earned.member,
            program: earned.program,
            lot: earned.lot,
            points: earned.points,
            tier_points: earned.tier_points,
            by_line: earned.by_line.clone(),
            active_at: earned.active_at,
            life: LotLife {
                earned_at: earned.at,
                expires_at: earned.expires_at,
            },
            reversed: Decimal::ZERO,
            lapsed: Decimal::ZERO,
            tier_reversed: Decimal::ZERO,
            spend_reversed: Decimal::ZERO,
        });
    }

    fn reverse(&mut self, reversed: &PurchaseReversed) {
        let mut earnings = self.earnings.iter_mut();
        let own = |earning: &&mut Earning| {
            earning.part == reversed.part && earning.member == reversed.member
        };
        if let Some(earning) = earnings.find(own) {
            earning.reversed += reversed.points;
            earning.lapsed += reversed.lapsed;
            earning.tier_reversed += reversed.tier_points;
            earning.spend_reversed += reversed.spend;
        }
    }
}
