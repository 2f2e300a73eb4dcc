//! What can happen to a customer's account: the ledger of everything that the customer owes and is
//! owed, and how much credit the customer has (S-10, S-23, S-24, S-25). Its id is the customer's.

mod credit;
mod item;
mod paid;
mod payment;
mod settlement;
mod write_off;

pub use credit::{CommitmentSet, CreditFigures, CreditLimitSet, CreditOverride};
pub use item::{
    Booked, CreditNotePosted, CreditNoteVoided, EarlyDiscount, FeeCharged, FeeWaived, Instalment,
    InvoicePosted, InvoiceVoided, ItemNo, Rescheduled, Taken,
};
pub use paid::{InvoiceSettled, InvoiceUnsettled};
pub use payment::{
    PaymentBounced, PaymentId, PaymentMethod, PaymentReceived, PaymentReinstated, RefundId,
    RefundReturned, Refunded,
};
pub use settlement::{Allocated, AllocationNo, Deallocated, TakenBack};
pub use write_off::{
    Recovered, RecoveryTakenBack, WriteOffNo, WriteOffRejected, WriteOffRequested,
    WriteOffTakenBack, WrittenOff,
};

use crate::domain_events;

domain_events! {
    /// What can happen to a customer's account.
    AccountEvent in Sales, "account" {
        /// An invoice stands on it.
        InvoicePosted(InvoicePosted) = "sales.account_invoice_posted" / 1,
        /// An invoice was taken off it.
        InvoiceVoided(InvoiceVoided) = "sales.account_invoice_voided" / 1,
        /// A credit note stands on it.
        CreditNotePosted(CreditNotePosted) = "sales.account_credit_note_posted" / 1,
        /// A credit note was taken off it.
        CreditNoteVoided(CreditNoteVoided) = "sales.account_credit_note_voided" / 1,
        /// What is open of an invoice is due on other days.
        Rescheduled(Rescheduled) = "sales.account_rescheduled" / 1,
        /// A fee was charged.
        FeeCharged(FeeCharged) = "sales.account_fee_charged" / 1,
        /// A fee was waived.
        FeeWaived(FeeWaived) = "sales.account_fee_waived" / 1,
        /// A payment was received.
        PaymentReceived(PaymentReceived) = "sales.account_payment_received" / 1,
        /// A payment bounced.
        PaymentBounced(PaymentBounced) = "sales.account_payment_bounced" / 1,
        /// A payment had not bounced after all.
        PaymentReinstated(PaymentReinstated) = "sales.account_payment_reinstated" / 1,
        /// Money was paid out.
        Refunded(Refunded) = "sales.account_refunded" / 1,
        /// Money that was paid out came back.
        RefundReturned(RefundReturned) = "sales.account_refund_returned" / 1,
        /// A credit was used for a debit.
        Allocated(Allocated) = "sales.account_allocated" / 1,
        /// It was taken off again.
        Deallocated(Deallocated) = "sales.account_deallocated" / 1,
        /// Nothing is open of an invoice any more.
        InvoiceSettled(InvoiceSettled) = "sales.account_invoice_settled" / 1,
        /// Something is open of it again.
        InvoiceUnsettled(InvoiceUnsettled) = "sales.account_invoice_unsettled" / 1,
        /// Somebody wants a debit to be given up.
        WriteOffRequested(WriteOffRequested) = "sales.account_write_off_requested" / 1,
        /// Somebody else does not.
        WriteOffRejected(WriteOffRejected) = "sales.account_write_off_rejected" / 1,
        /// A debit was given up.
        WrittenOff(WrittenOff) = "sales.account_written_off" / 1,
        /// It was not given up after all.
        WriteOffTakenBack(WriteOffTakenBack) = "sales.account_write_off_taken_back" / 1,
        /// What had been given up is paid after all.
        Recovered(Recovered) = "sales.account_recovered" / 1,
        /// The payment that recovered it does not settle it any more.
        RecoveryTakenBack(RecoveryTakenBack) = "sales.account_recovery_taken_back" / 1,
        /// Another credit limit holds.
        CreditLimitSet(CreditLimitSet) = "sales.account_credit_limit_set" / 1,
        /// What an order will still be billed has changed.
        CommitmentSet(CommitmentSet) = "sales.account_commitment_set" / 1,
    }
}
