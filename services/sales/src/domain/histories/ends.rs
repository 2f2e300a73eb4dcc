//! Bringing a history to its end, and taking it back.

use guanxi_events::{
    Money,
    sales::{LineQuantity, ReturnId},
};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    run::{Run, take_back, why},
    steps::How,
};
use crate::domain::{
    account::{self, WriteOffState},
    credit_note::{CreditNote, Issue, Subject},
    invoice::{self as bills, Invoice, Status},
    order::{
        self,
        tests::{cancel_rest, deliver_all},
    },
    order_return::{self, OrderReturn},
    shop::*,
};

impl Run {
    /// Everything that is left happens: the goods come, everything is billed and credited, returns
    /// are closed, and what is open is paid.
    pub(super) fn finish(&mut self) -> Result<(), TestCaseError> {
        self.order(&order::Command::Release)?;
        self.order(&deliver_all())?;
        for _ in 0..2 {
            self.bill(&issue(of_order(None)))?;
            for n in 1..=self.returns {
                if self.shop.goods_return(n).status != order_return::Status::Received {
                    continue;
                }
                let due = self.shop.goods_return(n).to_credit(&self.shop.sale(1));
                let with_voucher = self.with_voucher(due, Some(returned(n)));
                let closed = self.note(credit_return(n), false, None)?
                    || self.note(credit_return(n), true, None)?
                    || self.note(with_voucher.clone(), false, None)?
                    || self.note(with_voucher, true, None)?
                    || self.tell::<OrderReturn>(returned(n), &order_return::Command::Close)?;
                prop_assert!(closed, "return {n} is stuck");
            }
            let sale = self.shop.sale(1);
            let due: Vec<LineQuantity> = (sale.numbered_lines())
                .map(|(line, of)| LineQuantity {
                    line,
                    quantity: of.to_credit(),
                })
                .filter(|due| !due.quantity.is_zero())
                .collect();
            if !due.is_empty() {
                let told = self.note(credit(&due), false, None)?
                    || self.note(self.with_voucher(due, None), false, None)?;
                prop_assert!(told, "{:?} is stuck", self.shop.sale(1));
            }
        }
        // A voucher alone is not billed: it is given up.
        if self
            .shop
            .sale(1)
            .lines
            .iter()
            .any(|line| !line.to_bill().is_zero())
        {
            prop_assert!(self.order(&cancel_rest())?, "{:?}", self.shop.sale(1));
            self.bill(&issue(of_order(None)))?;
        }
        let ledger = self.shop.ledger();
        let open: Decimal = (ledger.debits.iter())
            .map(|(_, no)| ledger.items[no].open.amount)
            .sum();
        if !open.is_zero() {
            let amount = Money {
                amount: open,
                currency: self.currency,
            };
            prop_assert!(self.pay(amount, How::Oldest)?);
        }
        Ok(())
    }

    /// Goods without the voucher that was on them would come to more than was billed: as much of it
    /// is credited with them as is needed.
    fn with_voucher(&self, mut due: Vec<LineQuantity>, returned: Option<ReturnId>) -> Issue {
        let sale = self.shop.sale(1);
        let parts = sale.creditable(&due).unwrap_or_default();
        let goods: Decimal = parts.iter().map(|part| part.net + part.tax).sum();
        let over = sale.credited_gross() + goods - sale.billed_gross();
        let voucher = sale.line(5).unwrap();
        if over > Decimal::ZERO {
            let up = rust_decimal::RoundingStrategy::AwayFromZero;
            let needed = over / voucher.line.unit_price.abs();
            due.push(LineQuantity {
                line: 5,
                quantity: needed
                    .round_dp_with_strategy(4, up)
                    .min(voucher.creditable()),
            });
        }
        Issue {
            subject: Subject::Order {
                order: order(1),
                lines: Some(due),
                returned,
            },
            ..credit(&[])
        }
    }

    /// Everything is taken back, the last first: money, credit notes, invoices.
    pub(super) fn unwind(&mut self) -> Result<(), TestCaseError> {
        let ledger = self.shop.ledger();
        for n in 1..=self.refunds {
            let item = ledger.items[&ledger.refunds[&refund(n)]].clone();
            if item.gone.is_none() {
                let back = account::Command::ReturnRefund {
                    refund: refund(n),
                    reason: why(),
                };
                prop_assert!(self.account(&back)?, "refund {n} is stuck");
            }
        }
        for allocation in self.shop.ledger().allocations.keys() {
            let off = account::Command::Deallocate {
                allocation: *allocation,
                on: None,
            };
            prop_assert!(self.account(&off)?, "{allocation} is stuck");
        }
        for (no, write_off) in &self.shop.ledger().write_offs {
            if matches!(write_off.state, WriteOffState::Done { left } if !left.amount.is_zero()) {
                prop_assert!(self.account(&take_back(*no))?, "{no} is stuck");
            }
        }
        for n in self.all_notes() {
            let told = self
                .shop
                .attempt::<CreditNote>(credit_note(n), &void_note());
            prop_assert!(told.is_ok(), "{told:?}");
        }
        for n in self.all_invoices() {
            let command = match self.shop.bill(n).status {
                Status::Requested => bills::Command::Withdraw { reason: why() },
                _ => void_invoice(),
            };
            let told = self.shop.attempt::<Invoice>(invoice(n), &command);
            prop_assert!(told.is_ok(), "{told:?}");
        }
        Ok(())
    }
}
