//! One history: each step is asked of its real decider, which may refuse it.

use guanxi_decider::{Decider, RefusalKind};
use guanxi_events::{
    Money,
    sales::{LineQuantity, RefundAs},
};
use iso_currency::Currency;
use jiff::ToSpan;
use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::steps::{How, Step};
use crate::domain::{
    account::{self, Account, Source, Use},
    credit_note::{CreditNote, Issue},
    invoice::{Invoice, Status},
    order::{
        self, Order, Place,
        tests::{CUSTOMER, cancel_rest, deliver_all, words},
    },
    order_return::{self, OrderReturn},
    shop::*,
};

/// The shop, and how many documents of each kind there are.
pub(super) struct Run {
    pub(super) shop: Shop,
    pub(super) currency: Currency,
    pub(super) invoices: u128,
    pub(super) notes: u128,
    pub(super) returns: u128,
    pub(super) payments: u128,
    pub(super) refunds: u128,
}

impl Run {
    pub(super) fn start(order: Place) -> Self {
        let currency = order.currency;
        let mut shop = Shop::open();
        for (on, rate) in [
            ("2026-01-01", "0.9137"),
            ("2026-01-20", "1.1"),
            ("2026-02-10", "0.8"),
        ] {
            shop = shop.with_rate(Currency::USD, on, rate).with_rate(
                Currency::JPY,
                on,
                &format!("0.00{}", rate.replace('.', "")),
            );
        }
        Self {
            shop: shop.managed().ordered(1, order),
            currency,
            invoices: 0,
            notes: 0,
            returns: 0,
            payments: 0,
            refunds: 0,
        }
    }

    /// Those that were issued and not voided.
    pub(super) fn invoices(&self) -> impl Iterator<Item = u128> + '_ {
        let all = self.all_invoices();
        all.filter(|n| self.shop.bill(*n).status == Status::Issued)
    }

    pub(super) fn all_invoices(&self) -> impl Iterator<Item = u128> + use<> {
        1..=self.invoices
    }

    pub(super) fn all_notes(&self) -> impl Iterator<Item = u128> + use<> {
        1..=self.notes
    }

    pub(super) fn all_credits_are_payments(&self) -> bool {
        let ledger = self.shop.ledger();
        let mut credits = ledger.credits.iter();
        credits.all(|no| matches!(ledger.items[no].kind, account::Kind::Payment { .. }))
    }

    /// Whether it was accepted. A refusal is a rule's, never a defect.
    pub(super) fn tell<D: Decider>(
        &mut self,
        id: impl Into<Uuid>,
        command: &D::Command,
    ) -> Result<bool, TestCaseError> {
        match self.shop.attempt::<D>(id, command) {
            Ok(_) => Ok(true),
            Err(refusal) => {
                prop_assert!(refusal.kind != RefusalKind::Internal, "{refusal:?}");
                Ok(false)
            }
        }
    }

    pub(super) fn order(&mut self, command: &order::Command) -> Result<bool, TestCaseError> {
        self.tell::<Order>(order(1), command)
    }

    pub(super) fn account(&mut self, command: &account::Command) -> Result<bool, TestCaseError> {
        self.tell::<Account>(CUSTOMER, command)
    }

    fn money(&self, cents: i64) -> Money {
        Money::rounded(Decimal::new(cents, 2), self.currency)
    }

    pub(super) fn step(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match step {
            Step::Deliver(line, quantity) => {
                let lines = Some(vec![of(*line, *quantity)]);
                let reference = None;
                self.order(&order::Command::Deliver { lines, reference })?;
            }
            Step::DeliverAll => {
                self.order(&deliver_all())?;
            }
            Step::Cancel => {
                self.order(&cancel_rest())?;
            }
            Step::Reopen => {
                self.order(&order::Command::Reopen {
                    reason: why(),
                    grant: None,
                })?;
            }
            Step::Hold => {
                self.order(&order::Command::Hold { reason: why() })?;
            }
            Step::Release => {
                self.order(&order::Command::Release)?;
            }
            Step::Return(line, quantity) => self.come_back(&[of(*line, *quantity)])?,
            Step::Close(nth) => {
                if let Some(n) = nth_of(1..=self.returns, *nth) {
                    self.tell::<OrderReturn>(returned(n), &order_return::Command::Close)?;
                }
            }
            Step::Days(days) => self.shop.now += (days * 24).hours(),
            Step::Bill(line, quantity) => {
                self.bill(&issue(of_order(Some(&[of(*line, *quantity)]))))?;
            }
            Step::BillAll => {
                self.bill(&issue(of_order(None)))?;
            }
            Step::Request(line, quantity) => {
                self.bill(&request(of_order(Some(&[of(*line, *quantity)]))))?;
            }
            Step::IssueRequested => {
                let mut all = self.all_invoices();
                if let Some(n) = all.find(|n| self.shop.bill(*n).status == Status::Requested) {
                    self.tell::<Invoice>(invoice(n), &issue_requested())?;
                }
            }
            Step::VoidInvoice(nth) => {
                if let Some(n) = nth_of(self.invoices(), *nth) {
                    self.tell::<Invoice>(invoice(n), &void_invoice())?;
                }
            }
            Step::Credit(line, quantity, out, named) => {
                let issue = credit(&[of(*line, *quantity)]);
                self.note(issue, *out, *named)?;
            }
            Step::CreditReturn(nth, out) => {
                if let Some(n) = nth_of(1..=self.returns, *nth) {
                    self.note(credit_return(n), *out, None)?;
                }
            }
            Step::Goodwill(cents, named, out) => {
                let price = self.money(*cents).amount.to_string();
                let lines = vec![words("goodwill", &price)];
                self.note(credit_lines(CUSTOMER, self.currency, lines), *out, *named)?;
            }
            Step::VoidNote(nth) => {
                if let Some(n) = nth_of(self.all_notes(), *nth) {
                    self.tell::<CreditNote>(credit_note(n), &void_note())?;
                }
            }
            money => self.money_step(money)?,
        }
        Ok(())
    }

    fn money_step(&mut self, step: &Step) -> Result<(), TestCaseError> {
        let ledger = self.shop.ledger();
        let command = match step {
            Step::Pay(cents, how) => {
                self.pay(self.money(*cents), *how)?;
                return Ok(());
            }
            Step::Bounce(nth) => {
                nth_of(1..=self.payments, *nth).map(|n| account::Command::Bounce {
                    payment: payment(n),
                    reason: why(),
                })
            }
            Step::Allocate(nth) => {
                nth_of(ledger.credits.iter(), *nth).map(|no| account::Command::Allocate {
                    from: Source::Item(*no),
                    to: Use::OldestFirst,
                    how: account::How::default(),
                })
            }
            Step::Deallocate(nth) => {
                nth_of(ledger.allocations.keys(), *nth).map(|no| account::Command::Deallocate {
                    allocation: *no,
                    on: None,
                })
            }
            Step::MoneyBack(nth) => {
                nth_of(1..=self.refunds, *nth).map(|n| account::Command::ReturnRefund {
                    refund: refund(n),
                    reason: why(),
                })
            }
            Step::WriteOff(nth, cents) => {
                let Some((_, item)) = nth_of(ledger.debits.iter(), *nth).copied() else {
                    return Ok(());
                };
                let open = ledger.items[&item].open_money();
                let amount = Some(Money {
                    amount: self.money(*cents).amount.min(open.amount),
                    ..open
                });
                let reason = why();
                let wish = account::Command::RequestWriteOff {
                    item,
                    amount,
                    reason,
                };
                if !self.account(&wish)? {
                    return Ok(());
                }
                let ledger = self.shop.ledger();
                let (no, _) = ledger.write_offs.get_max().unwrap();
                self.shop.actor.person = "boss".parse().unwrap();
                self.account(&account::Command::ApproveWriteOff(*no))?;
                self.shop.actor.person = "mara".parse().unwrap();
                return Ok(());
            }
            Step::TakeBackWriteOff(nth) => {
                nth_of(ledger.write_offs.keys(), *nth).map(|no| take_back(*no))
            }
            other => panic!("{other:?} is not about money"),
        };
        if let Some(command) = command {
            self.account(&command)?;
        }
        Ok(())
    }

    pub(super) fn pay(&mut self, amount: Money, how: How) -> Result<bool, TestCaseError> {
        let payment = receive(self.payments + 1, amount);
        let payment = match how {
            How::Down => account::Receive {
                order: Some(order(1)),
                ..payment
            },
            How::Oldest => payment,
            How::Keep => account::Receive {
                use_for: Use::Keep,
                ..payment
            },
        };
        let told = self.account(&account::Command::Receive(payment))?;
        self.payments += u128::from(told);
        Ok(told)
    }

    pub(super) fn bill(
        &mut self,
        command: &crate::domain::invoice::Command,
    ) -> Result<bool, TestCaseError> {
        let told = self.tell::<Invoice>(invoice(self.invoices + 1), command)?;
        self.invoices += u128::from(told);
        Ok(told)
    }

    pub(super) fn note(
        &mut self,
        issue: Issue,
        out: bool,
        named: Option<usize>,
    ) -> Result<bool, TestCaseError> {
        let named = named.and_then(|nth| nth_of(self.invoices(), nth));
        let mut issue = Issue {
            invoice: named.map(invoice),
            ..issue
        };
        if out {
            issue = paid_out(issue, self.refunds + 1);
        }
        let told = self.tell::<CreditNote>(credit_note(self.notes + 1), &issue_note(issue))?;
        self.notes += u128::from(told);
        if told && out {
            self.refunds += 1;
            self.paid_out_within_what_was_paid()?;
        }
        Ok(told)
    }

    fn come_back(&mut self, lines: &[LineQuantity]) -> Result<(), TestCaseError> {
        // Every other one is to be given back as money.
        let refund = match self.returns % 2 {
            0 => RefundAs::CreditNote,
            _ => RefundAs::Payment,
        };
        let request = order_return::Command::Request(order_return::Request {
            refund,
            ..at_the_counter(lines)
        });
        if self.tell::<OrderReturn>(returned(self.returns + 1), &request)? {
            self.returns += 1;
        }
        Ok(())
    }
}

pub(super) fn take_back(write_off: guanxi_events::sales::account::WriteOffNo) -> account::Command {
    account::Command::TakeBackWriteOff {
        write_off,
        amount: None,
        on: None,
        reason: why(),
    }
}

pub(super) fn why() -> String {
    "because".to_owned()
}

fn of(line: usize, quantity: i64) -> LineQuantity {
    LineQuantity {
        line: u32::try_from(line + 1).unwrap(),
        quantity: Decimal::new(quantity, 4),
    }
}

fn nth_of<T>(mut all: impl Iterator<Item = T>, nth: usize) -> Option<T> {
    all.nth(nth)
}
