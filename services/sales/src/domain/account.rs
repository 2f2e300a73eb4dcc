//! A customer's account: the open items, what was used for what, and how much credit the customer
//! has (S-10, S-23, S-24, S-25). It is the only truth about what a customer owes; invoices, credit
//! notes and orders write to it in their own decisions.

use guanxi_decider::{Context, Decider, Decision, Reads, Refusal};
use guanxi_events::{
    Money,
    sales::{
        AccountEvent, InvoiceId, OrderId, PaymentId, PaymentMethod, RefundId,
        account::{AllocationNo, ItemNo, WriteOffNo},
    },
};
use jiff::civil::Date;

mod allocate;
mod book;
mod credit;
mod decide;
mod documents;
mod evolve;
mod item;
mod ledger;
mod payments;
mod settled;
mod take_back;
mod write_offs;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use allocate::{How, Source, Target, Use, Wish};
pub use book::Book;
pub use credit::{Grant, commitment, figures, granted};
pub use documents::{
    CreditNotePosting, Due, InvoicePosting, nothing_to_pay_out, payable, post_credit_note,
    post_invoice, void_credit_note, void_invoice,
};
pub use item::{Item, Kind, Side};
pub use ledger::{Allocation, Document, Ledger, Recovery, WriteOff, WriteOffState};
pub use payments::Payout;

/// The decider of an account.
#[derive(Debug)]
pub struct Account;

/// What can be asked of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Take in a payment, and use it.
    Receive(Receive),
    /// The payment bounced.
    Bounce {
        /// Which.
        payment: PaymentId,
        /// Why.
        reason: String,
    },
    /// The payment had not bounced after all.
    Reinstate {
        /// Which.
        payment: PaymentId,
        /// Why.
        reason: String,
    },
    /// Use a credit for debits.
    Allocate {
        /// The credit.
        from: Source,
        /// What for.
        to: Use,
        /// By which rules.
        how: How,
    },
    /// Take an allocation off again.
    Deallocate {
        /// Which.
        allocation: AllocationNo,
        /// From when on; as if it had never been when absent.
        on: Option<Date>,
    },
    /// Pay a credit out.
    Refund {
        /// The credit.
        from: Source,
        /// How much of it; all of it when absent.
        amount: Option<Money>,
        /// How the money goes.
        payout: Payout,
        /// The wish to be granted credit above the limit: what is paid out is owed again.
        grant: Option<Grant>,
    },
    /// The money that was paid out came back.
    ReturnRefund {
        /// Which.
        refund: RefundId,
        /// Why.
        reason: String,
    },
    /// Charge a fee.
    ChargeFee {
        /// How much; above 0.
        amount: Money,
        /// The last day on which it is not overdue; the fee's own day when absent.
        due: Option<Date>,
        /// What for.
        reason: String,
    },
    /// Waive a fee on which nothing is settled.
    WaiveFee {
        /// Which.
        item: ItemNo,
        /// Why.
        reason: String,
    },
    /// Let what is open of an invoice be due on other days (S-21).
    Reschedule {
        /// Which.
        invoice: InvoiceId,
        /// When how much is due; it comes to what is open.
        instalments: Vec<(Date, Money)>,
    },
    /// Ask for a debit to be given up.
    RequestWriteOff {
        /// Which.
        item: ItemNo,
        /// How much of it; all that is open when absent.
        amount: Option<Money>,
        /// Why.
        reason: String,
    },
    /// Give it up: by somebody else than who asked.
    ApproveWriteOff(WriteOffNo),
    /// Do not give it up.
    RejectWriteOff {
        /// Which.
        write_off: WriteOffNo,
        /// Why.
        reason: String,
    },
    /// Take a write-off back.
    TakeBackWriteOff {
        /// Which.
        write_off: WriteOffNo,
        /// How much of it; all when absent.
        amount: Option<Money>,
        /// From when on; as if it had never been when absent.
        on: Option<Date>,
        /// Why.
        reason: String,
    },
    /// Take in a payment for what had been given up.
    Recover {
        /// Which write-off.
        write_off: WriteOffNo,
        /// The payment; what it brings beyond is kept on account.
        payment: Receive,
    },
    /// Let another credit limit hold.
    SetLimit {
        /// In the base currency; none is no limit.
        limit: Option<Money>,
        /// Why.
        reason: String,
    },
}

/// A payment that comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receive {
    /// Its id.
    pub payment: PaymentId,
    /// How much; above 0.
    pub amount: Money,
    /// How it came.
    pub method: PaymentMethod,
    /// What the bank calls it.
    pub reference: Option<String>,
    /// The order that it is a down payment for.
    pub order: Option<OrderId>,
    /// What it is used for.
    pub use_for: Use,
    /// By which rules it is used.
    pub how: How,
}

impl Decider for Account {
    type State = Ledger;
    type Command = Command;
    type Event = AccountEvent;

    const SNAPSHOT: u16 = 2;

    fn reads(_state: &Ledger, command: &Command) -> Reads {
        decide::reads(command)
    }

    fn decide(
        state: &Ledger,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<AccountEvent>, Refusal> {
        decide::decide(state, command, context)
    }

    fn evolve(state: Ledger, event: &AccountEvent) -> Ledger {
        evolve::evolve(state, event)
    }
}
