//! What follows from each command to an account.

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::sales::AccountEvent;
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Book, Command, Ledger, Receive, payments::above_zero};
use crate::domain::customer_copy::CustomerCopy;

/// The series of payments: `PY-2026` for those received in 2026.
fn payment_series(on: Date) -> String {
    format!("PY-{}", on.year())
}

pub(super) fn decide(
    ledger: &Ledger,
    command: &Command,
    context: &Context,
) -> Result<Decision<AccountEvent>, Refusal> {
    customer_known(context)?;
    let at = context.occurred_at()?;
    let on = context.date_of(at);
    let tolerance = |_: Currency| Decimal::ZERO;
    let mut book = Book::of(ledger, context.base_currency);
    match command {
        Command::Receive(receive) => {
            let item = receive_at(&mut book, receive, on, context)?;
            book.use_credit(item, &receive.use_for, &receive.how, &tolerance, context)?;
        }
        Command::Bounce { payment, reason } => book.bounce(*payment, on, reason)?,
        Command::Reinstate { payment, reason } => book.reinstate(*payment, reason)?,
        Command::Allocate { from, to, how } => {
            let from = book.ledger.source(*from)?;
            book.use_credit(from, to, how, &tolerance, context)?;
        }
        Command::Deallocate { allocation, on } => book.deallocate(*allocation, *on, context)?,
        Command::Refund {
            from,
            amount,
            payout,
        } => {
            let from = book.ledger.source(*from)?;
            book.refund(from, *amount, payout, on, &tolerance)?;
        }
        Command::ReturnRefund { refund, reason } => book.return_refund(*refund, on, reason)?,
        Command::ChargeFee {
            amount,
            due,
            reason,
        } => {
            above_zero(*amount)?;
            let rate = rate(amount.currency, on, context)?;
            book.charge_fee(*amount, (on, due.unwrap_or(on)), rate, reason);
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
            let rate = rate(payment.amount.currency, on, context)?;
            book.recover(*write_off, payment, on, rate, &tolerance)?;
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
) -> Result<guanxi_events::sales::account::ItemNo, Refusal> {
    above_zero(receive.amount)?;
    let rate = rate(receive.amount.currency, on, context)?;
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

/// The customer stands in this service's own copy.
fn customer_known(context: &Context) -> Result<(), Refusal> {
    if context.read::<CustomerCopy>(context.id)?.is_some() {
        return Ok(());
    }
    let id = context.id;
    Err(Refusal::precondition(
        "CUSTOMER_UNKNOWN",
        format!(
            "the sales service knows no customer {id}; one registered a moment ago may still be \
             on its way"
        ),
    )
    .figure("customer_id", id))
}

/// The rate at which something is booked.
fn rate(currency: Currency, on: Date, context: &Context) -> Result<Option<Decimal>, Refusal> {
    if currency == context.base_currency {
        return Ok(None);
    }
    let base = context.base_currency.code();
    Err(Refusal::precondition(
        "NO_RATE",
        format!(
            "no rate from {} to {base} is known for {on}",
            currency.code()
        ),
    ))
}
