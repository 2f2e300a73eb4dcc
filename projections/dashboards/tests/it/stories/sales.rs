//! Opportunities, orders, invoices, payments, returns.

use guanxi_dashboards::Figure;
use guanxi_events::CustomerCopied;
use guanxi_events::sales::account::{Booked, ItemNo, PaymentReceived};
use guanxi_events::sales::{
    AccountEvent, Billed, CustomerCopyEvent, InvoiceCancelled, InvoiceEvent, InvoiceIssued,
    LineQuantity, OpportunityAssigned, OpportunityDetails, OpportunityEvent, OpportunityLost,
    OpportunityOpened, OpportunityReopened, OpportunityWon, OrderConfirmed, OrderEvent,
    OrderLinesChanged, OrderPlaced, PaymentMethod, PipelineVersion, RefundAs, ReturnEvent,
    ReturnLine, ReturnReceived, ReturnRequested, StageEntry, TaxTotal,
};
use iso_currency::Currency;
use rand::RngExt;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Teller, line, person, tax, usd};
use crate::oracle::When;

impl Teller<'_> {
    pub(super) async fn opportunity(&mut self) {
        let (at, mut who) = (self.at(), self.person());
        let worth = self.cents();
        let entry = |at| StageEntry {
            stage: "closing".parse().unwrap(),
            probability: 50,
            at,
            by: person("ann"),
        };
        let pipeline = PipelineVersion {
            id: Uuid::from_u128(7).into(),
            version: 1,
        };
        let opened = OpportunityOpened {
            pipeline,
            entry: entry(at),
            details: OpportunityDetails {
                title: "deal".into(),
                amount: Some(usd(worth)),
                ..OpportunityDetails::default()
            },
            owner: person(who),
            team: None,
            lines: vec![],
        };
        self.tell::<OpportunityEvent>(opened, at).await;
        self.worth(
            Figure::OpportunitiesOpened,
            When::At(at),
            who,
            (worth, "USD"),
        );
        if self.chance() {
            let assigned = OpportunityAssigned {
                owner: person("cid"),
                team: None,
                from_owner: person(who),
                from_team: None,
            };
            self.tell::<OpportunityEvent>(assigned, at).await;
            who = "cid";
        }
        for _ in 0..self.rng.random_range(0..3) {
            let at = self.at();
            let won = self.chance();
            let brought = self.cents();
            if won {
                let event = OpportunityWon {
                    pipeline,
                    entry: entry(at),
                    amount: usd(brought),
                    reason: "price".into(),
                };
                self.tell::<OpportunityEvent>(event, at).await;
            } else {
                let details = OpportunityDetails {
                    title: "deal".into(),
                    amount: Some(usd(brought)),
                    ..OpportunityDetails::default()
                };
                let changed = guanxi_events::sales::OpportunityChanged { details };
                self.tell::<OpportunityEvent>(changed, at).await;
                let reason = "budget".to_owned();
                let event = OpportunityLost {
                    pipeline,
                    entry: entry(at),
                    reason,
                };
                self.tell::<OpportunityEvent>(event, at).await;
            }
            if self.chance() {
                let figure = if won {
                    Figure::OpportunitiesWon
                } else {
                    Figure::OpportunitiesLost
                };
                self.worth(figure, When::At(at), who, (brought, "USD"));
                return;
            }
            let reopened = OpportunityReopened {
                pipeline,
                entry: entry(at),
                reason: "again".into(),
            };
            self.tell::<OpportunityEvent>(reopened, at).await;
        }
    }

    pub(super) async fn order(&mut self) {
        let (who, told_at) = (self.person(), self.at());
        let mut worth = self.cents();
        let placed = OrderPlaced {
            customer: Uuid::from_u128(self.id).into(),
            currency: Currency::EUR,
            prices_include_tax: false,
            lines: vec![line(worth)],
            owner: person(who),
            team: None,
            terms: None,
            over_delivery_percent: Decimal::ZERO,
            reference: None,
        };
        self.tell::<OrderEvent>(placed, told_at).await;
        if self.chance() {
            return;
        }
        let at = self.at();
        self.tell::<OrderEvent>(OrderConfirmed {}, at).await;
        if self.chance() {
            worth = self.cents();
            let lines = vec![line(worth)];
            self.tell::<OrderEvent>(OrderLinesChanged { lines }, told_at)
                .await;
        }
        // A tenth of it is tax.
        let much = (worth + tax(worth), "EUR");
        self.worth(Figure::OrdersConfirmed, When::At(at), who, much);
    }

    pub(super) async fn invoice(&mut self) {
        let (who, on, told_at) = (self.person(), self.day(), self.at());
        let net = self.cents();
        let total = TaxTotal {
            rate: Decimal::TEN,
            net,
            tax: tax(net),
        };
        let issued = InvoiceIssued {
            customer: Uuid::from_u128(self.id).into(),
            subject: Billed::Lines(vec![]),
            on,
            billing: None,
            currency: Currency::EUR,
            totals: vec![total],
            terms: None,
            plan: None,
            owner: Some(person(who)),
            team: None,
            credit: None,
            granted: None,
        };
        self.tell::<InvoiceEvent>(issued, told_at).await;
        let much = (net + tax(net), "EUR");
        self.worth(Figure::Invoiced, When::On(on), who, much);
        if self.chance() {
            let day = self.day();
            let voided = InvoiceCancelled {
                customer: Uuid::from_u128(self.id).into(),
                on: day,
                reason: "wrong".into(),
            };
            self.tell::<InvoiceEvent>(voided, told_at).await;
            self.worth(Figure::InvoicesVoided, When::On(day), who, much);
        }
    }

    pub(super) async fn payment(&mut self) {
        let told_at = self.at();
        let mut owner = "";
        for n in 0..self.rng.random_range(1..3_u128) {
            if self.chance() {
                owner = self.person();
                let copied = CustomerCopied {
                    name: "Silk Road".into(),
                    owner: Some(person(owner)),
                    ..CustomerCopied::default()
                };
                self.tell::<CustomerCopyEvent>(copied, told_at).await;
            }
            let (on, amount) = (self.day(), self.cents());
            let received = PaymentReceived {
                payment: Uuid::from_u128(self.id * 10 + n).into(),
                item: ItemNo(1),
                on,
                currency: Currency::CNY,
                rate: None,
                booked: Booked {
                    amount,
                    base: amount,
                },
                method: PaymentMethod::BankTransfer,
                reference: None,
                order: None,
            };
            self.tell::<AccountEvent>(received, told_at).await;
            self.worth(Figure::Received, When::On(on), owner, (amount, "CNY"));
        }
    }

    pub(super) async fn goods(&mut self) {
        let (who, told_at) = (self.person(), self.at());
        let reasons = ["broken", "too small"];
        let lines = (1..).zip(reasons).map(|(line, reason)| ReturnLine {
            line,
            quantity: Decimal::ONE,
            reason: reason.into(),
        });
        let requested = ReturnRequested {
            order: Uuid::from_u128(self.id).into(),
            customer: Uuid::from_u128(self.id).into(),
            lines: lines.collect(),
            refund: RefundAs::CreditNote,
            by: person(who),
        };
        self.tell::<ReturnEvent>(requested, told_at).await;
        let at = self.at();
        for (line, reason) in (1..).zip(reasons) {
            if self.chance() {
                let quantity = Decimal::ONE;
                let lines = vec![LineQuantity { line, quantity }];
                self.tell::<ReturnEvent>(ReturnReceived { lines }, at).await;
                self.count(Figure::GoodsReturned, When::At(at), who, reason);
            }
        }
    }
}
