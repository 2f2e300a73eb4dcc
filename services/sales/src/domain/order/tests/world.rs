//! An order with its customer's account, to which things happen one after the other: commands of
//! its own, and what invoices, credit notes and returns write.

use guanxi_decider::{Actor, Home, testing::Outcome};
use guanxi_events::DomainEvent;
use guanxi_events::sales::{
    AccountEvent, CreditNoteId, OrderBilled, OrderCredited, OrderGoodsReturned, OrderId,
    OrderReturnAsked, OrderReturnDropped, OrderUnbilled, OrderUncredited, ReturnId,
    account::CommitmentSet,
};

use super::*;
use crate::domain::account::{Account, Ledger};

/// What happened so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    pub(crate) order: Vec<OrderEvent>,
    pub(crate) account: Vec<AccountEvent>,
    /// Whether who asks manages.
    pub(crate) managing: bool,
}

impl World {
    /// A confirmed order of these lines.
    pub(crate) fn confirmed(lines: Vec<SaleLineInput>) -> Self {
        Self::default()
            .after(Command::Place(Box::new(place(lines))))
            .after(confirm())
    }

    /// A confirmed order that may be over-delivered.
    pub(crate) fn tolerant(lines: Vec<SaleLineInput>, percent: &str) -> Self {
        let place = Place {
            over_delivery_percent: dec(percent),
            confirm: true,
            ..place(lines)
        };
        Self::default().after(Command::Place(Box::new(place)))
    }

    pub(crate) fn managed(self) -> Self {
        Self {
            managing: true,
            ..self
        }
    }

    pub(crate) fn sale(&self) -> Sale {
        self.order.iter().fold(None, Order::evolve).unwrap()
    }

    pub(crate) fn ledger(&self) -> Ledger {
        self.account.iter().fold(Ledger::default(), Account::evolve)
    }

    pub(crate) fn status(&self) -> Status {
        self.sale().status()
    }

    /// What the customer's account says that the order will still be billed.
    pub(crate) fn committed(&self) -> Decimal {
        let ledger = self.ledger();
        let commitment = ledger.commitments.get(&OrderId(ORDER));
        commitment.map_or(Decimal::ZERO, |commitment| commitment.unbilled.amount)
    }

    pub(crate) fn ask(&self, command: Command) -> Outcome<Order> {
        let scenario = scenario()
            .given(self.order.clone())
            .reading::<Account>(CUSTOMER, self.account.clone());
        if self.managing {
            scenario.by_manager().when(command)
        } else {
            scenario.when(command)
        }
    }

    /// It is done.
    #[track_caller]
    pub(crate) fn after(mut self, command: Command) -> Self {
        let decision = self.ask(command).decision();
        let written = decision.elsewhere_of::<AccountEvent>();
        self.account
            .extend(written.into_iter().map(|(_, event)| event));
        self.order
            .extend(decision.events.into_iter().map(|(event, _)| event));
        self
    }

    /// What the surroundings of another aggregate's decision are.
    pub(crate) fn context(&self) -> Context {
        let actor = Actor {
            person: "anna".parse().unwrap(),
            may_backdate: false,
            manages: self.managing,
        };
        let tenant = "acme".parse().unwrap();
        let mut context = Context::new(tenant, Uuid::nil(), actor, now(), Home::default());
        let ledger = std::sync::Arc::new(self.ledger());
        context.add(AccountEvent::CATEGORY, CUSTOMER.into(), ledger);
        context
    }

    /// What other aggregates write to the order, with what it then commits to.
    pub(crate) fn fact(mut self, event: impl Into<OrderEvent>) -> Self {
        self.order.push(event.into());
        let set = self.sale().commits(OrderId(ORDER), &self.context());
        let set = set
            .unwrap()
            .map(|(set, _): (CommitmentSet, Decimal)| set.into());
        self.account.extend(set);
        self
    }

    /// The `n`th invoice bills a part, or everything.
    #[track_caller]
    pub(crate) fn billed(self, n: u128, asked: Option<&[LineQuantity]>) -> Self {
        let lines = self.sale().billable(asked).unwrap();
        self.fact(OrderBilled {
            invoice: invoice(n),
            lines,
        })
    }

    /// The parts that the `n`th invoice bills.
    pub(crate) fn parts_of(&self, n: u128) -> Vec<LinePart> {
        let of = self.order.iter().rev().find_map(|event| match event {
            OrderEvent::Billed(billed) if billed.invoice == invoice(n) => Some(&billed.lines),
            _ => None,
        });
        of.unwrap().clone()
    }

    /// The `n`th invoice is voided.
    #[track_caller]
    pub(crate) fn unbilled(self, n: u128) -> Self {
        let lines = self.parts_of(n);
        self.sale().unbillable(&lines).unwrap();
        self.fact(OrderUnbilled {
            invoice: invoice(n),
            lines,
        })
    }

    #[track_caller]
    pub(crate) fn credited(self, n: u128, asked: &[LineQuantity]) -> Self {
        let lines = self.sale().creditable(asked).unwrap();
        self.fact(OrderCredited {
            credit_note: CreditNoteId(Uuid::from_u128(200 + n)),
            lines,
        })
    }

    pub(crate) fn uncredited(self, n: u128) -> Self {
        let credit_note = CreditNoteId(Uuid::from_u128(200 + n));
        let of = self.order.iter().rev().find_map(|event| match event {
            OrderEvent::Credited(c) if c.credit_note == credit_note => Some(c.lines.clone()),
            _ => None,
        });
        self.fact(OrderUncredited {
            credit_note,
            lines: of.unwrap(),
        })
    }

    #[track_caller]
    pub(crate) fn asked_back(self, n: u128, asked: &[LineQuantity]) -> Self {
        let lines = self.sale().may_come_back(asked).unwrap();
        self.fact(OrderReturnAsked {
            returned: ReturnId(Uuid::from_u128(300 + n)),
            lines,
        })
    }

    pub(crate) fn kept_after_all(self, n: u128) -> Self {
        self.fact(OrderReturnDropped {
            returned: ReturnId(Uuid::from_u128(300 + n)),
        })
    }

    /// Goods that the `n`th return asked for, or asks for now, came back.
    pub(crate) fn came_back(self, n: u128, lines: &[LineQuantity]) -> Self {
        self.fact(OrderGoodsReturned {
            returned: ReturnId(Uuid::from_u128(300 + n)),
            lines: lines.to_vec(),
        })
    }
}
