//! Money that goes out, and money that does not come after all.

use guanxi_events::{
    Money,
    sales::{
        PaymentId, PaymentMethod, RefundId,
        account::{
            CreditFigures, PaymentBounced, PaymentReinstated, RefundReturned, Refunded, TakenBack,
        },
    },
};
use rand::{RngExt, rngs::StdRng};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{BASE, Worth, account::Account, day, documents::item, one};

fn nothing() -> CreditFigures {
    let zero = Money {
        amount: Decimal::ZERO,
        currency: BASE,
    };
    CreditFigures {
        limit: None,
        exposure: zero,
        adds: zero,
    }
}

impl Account {
    pub(super) fn bounce(&mut self, rng: &mut StdRng) {
        let there = self.payments.iter().filter(|(_, gone)| gone.is_none());
        let there: Vec<Uuid> = there.map(|(id, _)| *id).collect();
        let Some(id) = one(rng, &there) else { return };
        let no = self.items_of(id)[0];
        let on = self.date(rng, self.earliest_end(no));
        self.free(rng, no, on, TakenBack::Bounced);
        self.all_gone(no);
        self.payments.insert(id, Some(on));
        self.tell(PaymentBounced {
            payment: PaymentId(id),
            on: day(on),
            reason: "no funds".into(),
            credit: nothing(),
        });
    }

    pub(super) fn reinstate(&mut self, rng: &mut StdRng) {
        let gone = self.payments.iter();
        let gone: Vec<(Uuid, i32)> = gone
            .filter_map(|(id, gone)| Some((*id, (*gone)?)))
            .collect();
        let Some((id, on)) = one(rng, &gone) else {
            return;
        };
        let no = self.items_of(id)[0];
        let item = self.items.get_mut(&no).unwrap();
        item.open = item.posted;
        item.gone = false;
        self.payments.insert(id, None);
        self.tell(PaymentReinstated {
            payment: PaymentId(id),
            on: day(on),
            reason: "the bank was wrong".into(),
        });
    }

    pub(super) fn refund(&mut self, rng: &mut StdRng) {
        let Some(from) = one(rng, &self.open(true)) else {
            return;
        };
        let on = self.date(rng, self.earliest(from));
        let (currency, open) = (self.items[&from].currency, self.items[&from].open);
        let worth = self.take(from, rng.random_range(1..=open.cents));
        let id = self.new_document();
        let no = self.new_item(item(Some(id), false, on, currency, worth));
        self.refunds.insert(id, None);
        self.tell(Refunded {
            refund: RefundId(id),
            item: no,
            on: day(on),
            currency,
            booked: worth.booked(),
            method: PaymentMethod::BankTransfer,
            reference: None,
        });
        self.take(no.0, worth.cents);
        self.allocate((from, no.0), on, (worth, worth), [Worth::default(); 3]);
    }

    pub(super) fn return_refund(&mut self, rng: &mut StdRng) {
        let there = self.refunds.iter().filter(|(_, gone)| gone.is_none());
        let there: Vec<Uuid> = there.map(|(id, _)| *id).collect();
        let Some(id) = one(rng, &there) else { return };
        let no = self.items_of(id)[0];
        if self.is_given_up(no) {
            return;
        }
        let on = self.date(rng, self.earliest_end(no));
        self.free(rng, no, on, TakenBack::Returned);
        self.all_gone(no);
        self.refunds.insert(id, Some(on));
        self.tell(RefundReturned {
            refund: RefundId(id),
            on: day(on),
            reason: "no such account".into(),
        });
    }
}
