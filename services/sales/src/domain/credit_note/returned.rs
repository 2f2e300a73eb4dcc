//! A credit note that gives the value of a return back: in the way that the return asks for, and all
//! of it or a part (S-09).

use guanxi_decider::{Decider, Refusal};
use guanxi_events::{
    Money,
    sales::{
        CreditNoteId, LinePart, LineQuantity, RefundAs, RefundId, ReturnEvent, ReturnId,
        ReturnPartlyRefunded, ReturnRefunded,
    },
};
use iso_currency::Currency;
use rust_decimal::Decimal;

use crate::domain::{
    order::Sale,
    order_return::{GoodsReturn, OrderReturn},
};

/// The return whose value is given back.
pub(super) struct Returned {
    pub(super) id: ReturnId,
    state: GoodsReturn,
    /// What of it is credited.
    lines: Vec<LineQuantity>,
}

impl Returned {
    /// The lines that came back, among those that are credited; a discount is named with them.
    pub(super) fn of(id: ReturnId, state: GoodsReturn, parts: &[LinePart]) -> Self {
        let came = |line: u32| state.received.iter().any(|part| part.line == line);
        let parts = parts.iter().filter(|part| came(part.line));
        let lines = parts.map(|part| LineQuantity {
            line: part.line,
            quantity: part.quantity,
        });
        Self {
            id,
            lines: lines.collect(),
            state,
        }
    }

    /// As the customer wants the value: money as far as it was paid, or credit and no money.
    pub(super) fn as_it_asks(
        &self,
        pays_out: bool,
        payable: Decimal,
        currency: Currency,
    ) -> Result<(), Refusal> {
        let payable = Money {
            amount: payable,
            currency,
        };
        match self.state.refund {
            RefundAs::CreditNote if pays_out => Err(Refusal::precondition(
                "RETURN_WANTS_CREDIT",
                "the return is to be given back as a credit note: nothing of it is paid out",
            )),
            RefundAs::Payment if !pays_out && payable.amount > Decimal::ZERO => {
                Err(Refusal::precondition(
                    "RETURN_WANTS_PAYMENT",
                    format!(
                        "the return is to be given back as money: {payable} of it was paid, and is \
                         to be paid out with the credit note"
                    ),
                )
                .figure("payable", payable))
            }
            _ => Ok(()),
        }
    }

    /// What happens to the return: it stays open while something of it is left to be credited.
    pub(super) fn told(
        &self,
        credit_note: CreditNoteId,
        refund: Option<RefundId>,
        after: &Sale,
    ) -> ReturnEvent {
        let part = ReturnEvent::from(ReturnPartlyRefunded {
            credit_note,
            refund,
            lines: self.lines.clone(),
        });
        let state = OrderReturn::evolve(Some(self.state.clone()), &part);
        if state.is_some_and(|state| !state.to_credit(after).is_empty()) {
            return part;
        }
        ReturnEvent::from(ReturnRefunded {
            credit_note: Some(credit_note),
            refund,
            lines: self.lines.clone(),
        })
    }
}
