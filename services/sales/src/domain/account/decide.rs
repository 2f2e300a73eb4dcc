//! What follows from each command to an account.

use std::sync::Arc;

use guanxi_decider::{Context, Decision, Reads, Refusal};
use guanxi_events::sales::{AccountEvent, RECEIVABLES_POLICY, account::ItemNo};
use jiff::civil::Date;

use super::{Book, Command, How, Ledger, Receive, allocate::Terms, payments::above_zero};
use crate::domain::{
    customer_copy::CustomerCopy,
    exchange_rates::{ExchangeRates, book_rate, book_rates},
    receivables_policy::{Policy, ReceivablesPolicy},
};

/// The series of payments: `PY-2026` for those received in 2026.
fn payment_series(on: Date) -> String {
    format!("PY-{}", on.year())
}

/// What a command looks at besides the account.
pub(super) fn reads(command: &Command) -> Reads {
    let currency = match command {
        Command::Receive(receive)
        | Command::Recover {
            payment: receive, ..
        } => Some(receive.amount.currency),
        Command::ChargeFee { amount, .. } => Some(amount.currency),
        _ => None,
    };
    let small_rests = how(command).is_some_and(|how| how.write_off_small_rests);
    Reads::none()
        .and_namesake::<CustomerCopy>()
        .and_if::<ExchangeRates>(currency.map(book_rates))
        .and_if::<ReceivablesPolicy>(small_rests.then_some(RECEIVABLES_POLICY))
}

fn how(command: &Command) -> Option<&How> {
    match command {
        Command::Receive(receive) => Some(&receive.how),
        Command::Allocate { how, .. } => Some(how),
        _ => None,
    }
}

/// The tenant's rules, where a small rest is to be written off by them.
fn policy(command: &Command, context: &Context) -> Result<Arc<Policy>, Refusal> {
    match how(command) {
        Some(how) if how.write_off_small_rests => {
            context.read::<ReceivablesPolicy>(RECEIVABLES_POLICY)
        }
        _ => Ok(Arc::default()),
    }
}

pub(super) fn decide(
    ledger: &Ledger,
    command: &Command,
    context: &Context,
) -> Result<Decision<AccountEvent>, Refusal> {
    // The account's id is the customer's: without the customer there is no account.
    if context.read::<CustomerCopy>(context.id)?.is_none() {
        return Err(Refusal::not_found("customer", context.id));
    }
    let at = context.occurred_at()?;
    let on = context.date_of(at);
    let policy = policy(command, context)?;
    let mut book = Book::of(ledger, context.base_currency);
    match command {
        Command::Receive(receive) => {
            let item = receive_at(&mut book, receive, on, context)?;
            let terms = Terms::of(receive.how, &policy.rules);
            book.use_credit(item, &receive.use_for, terms, context)?;
        }
        Command::Bounce { payment, reason } => book.bounce(*payment, on, reason)?,
        Command::Reinstate { payment, reason } => book.reinstate(*payment, reason)?,
        Command::Allocate { from, to, how } => {
            let from = book.ledger.source(*from)?;
            let terms = Terms::of(*how, &policy.rules);
            book.use_credit(from, to, terms, context)?;
        }
        Command::Deallocate { allocation, on } => book.deallocate(*allocation, *on, context)?,
        Command::Refund {
            from,
            amount,
            payout,
        } => {
            let from = book.ledger.source(*from)?;
            book.refund(from, *amount, payout, on)?;
        }
        Command::ReturnRefund { refund, reason } => book.return_refund(*refund, on, reason)?,
        Command::ChargeFee {
            amount,
            due,
            reason,
        } => {
            above_zero(*amount)?;
            let rate = book_rate(amount.currency, on, context)?;
            book.charge_fee(*amount, (on, due.unwrap_or(on)), rate, reason)?;
        }
        Command::WaiveFee { item, reason } => book.waive_fee(*item, on, reason)?,
        Command::Reschedule {
            invoice,
            instalments,
        } => book.reschedule(*invoice, instalments, on)?,
        Command::RequestWriteOff {
            item,
            amount,
            reason,
        } => book.request_write_off(*item, *amount, reason, context)?,
        Command::ApproveWriteOff(write_off) => book.approve_write_off(*write_off, context)?,
        Command::RejectWriteOff { write_off, reason } => {
            book.reject_write_off(*write_off, reason)?;
        }
        Command::TakeBackWriteOff {
            write_off,
            amount,
            on,
            reason,
        } => book.take_back_write_off(*write_off, *amount, *on, reason, context)?,
        Command::Recover { write_off, payment } => {
            above_zero(payment.amount)?;
            let rate = book_rate(payment.amount.currency, on, context)?;
            book.recover(*write_off, payment, on, rate)?;
        }
        Command::SetLimit { limit, reason } => book.set_limit(*limit, reason)?,
    }
    Ok(numbered(book.events()).occurred_at(Some(at)))
}

fn receive_at(
    book: &mut Book,
    receive: &Receive,
    on: Date,
    context: &Context,
) -> Result<ItemNo, Refusal> {
    above_zero(receive.amount)?;
    let rate = book_rate(receive.amount.currency, on, context)?;
    book.receive(receive, on, rate)
}

/// A received payment draws a number.
fn numbered(events: Vec<AccountEvent>) -> Decision<AccountEvent> {
    events
        .into_iter()
        .fold(Decision::nothing(), |decision, event| {
            let series = match &event {
                AccountEvent::PaymentReceived(received) => Some(payment_series(received.on)),
                _ => None,
            };
            let decision = decision.and(event);
            match series {
                Some(series) => decision.numbered(series),
                None => decision,
            }
        })
}
