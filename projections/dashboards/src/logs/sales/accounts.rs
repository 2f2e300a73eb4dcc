//! Customers' accounts: payments, and write-offs that wait for approval. A payment counts for who looks
//! after the customer when it is received.

use std::collections::BTreeSet;

use guanxi_events::{
    Recorded,
    sales::{AccountEvent, CustomerCopyEvent},
};
use guanxi_projection::{ApplyError, Write};
use jiff::civil::Date;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::{ids, read};
use crate::{
    Figure,
    approvals::{Approval, WRITE_OFF, request},
    deltas::{Counted, Deltas, Much, When},
    kept::{Id, Set, id, kept},
};

kept! {
    /// Who looks after the customer, as the sales service knows it.
    Account in "accounts" {
        owner: Option<String> = "text",
    }
}

kept! {
    /// A payment.
    Payment in "payments" {
        owner: String = "text",
        currency: String = "text",
        amount: Decimal = "numeric",
    }
}

/// The requests that these events may answer.
pub(super) fn requests(events: &[Recorded]) -> Result<BTreeSet<Id>, ApplyError> {
    let mut ids = BTreeSet::new();
    for (event, what) in read::<AccountEvent>(events)? {
        let number = match what {
            AccountEvent::WriteOffRejected(rejected) => rejected.write_off.0,
            AccountEvent::WrittenOff(done) => done.write_off.0,
            _ => continue,
        };
        ids.insert(request(event, WRITE_OFF, number));
    }
    Ok(ids)
}

pub(super) async fn apply(
    write: &Write<'_>,
    events: &[Recorded],
    deltas: &mut Deltas,
    approvals: &mut Set<Approval>,
) -> Result<(), ApplyError> {
    let copies = read::<CustomerCopyEvent>(events)?;
    let told = read::<AccountEvent>(events)?;
    let mut known = ids(&told);
    known.extend(ids(&copies));
    let mut accounts = Set::<Account>::load(write, &known).await?;
    let mut payments = Set::<Payment>::load(write, &bounced(&told)).await?;
    // What is known of a customer and what happens to its account follow each other in the log.
    let mut copies = copies.into_iter().peekable();
    for (event, what) in &told {
        while let Some((copy, copied)) = copies.next_if(|(copy, _)| copy.position < event.position)
        {
            owned(&mut accounts, copy, &copied);
        }
        happened(
            &accounts_owner(&mut accounts, event),
            &mut payments,
            deltas,
            event,
            what,
        );
        asked(approvals, event, what);
    }
    for (copy, copied) in copies {
        owned(&mut accounts, copy, &copied);
    }
    accounts.store(write).await?;
    payments.store(write).await?;
    Ok(())
}

fn owned(accounts: &mut Set<Account>, event: &Recorded, copied: &CustomerCopyEvent) {
    let CustomerCopyEvent::Copied(copied) = copied;
    let owner = copied.owner.as_ref().map(|owner| owner.as_str().to_owned());
    accounts.insert(id(event), Account { owner });
}

fn accounts_owner(accounts: &mut Set<Account>, event: &Recorded) -> String {
    let account = accounts.find(&id(event));
    account
        .and_then(|account| account.owner.clone())
        .unwrap_or_default()
}

/// A payment's id within the tenant.
fn payment(event: &Recorded, payment: impl Into<Uuid>) -> Id {
    (event.stream.tenant.as_str().to_owned(), payment.into())
}

/// The payments that bounced, or had not.
fn bounced(told: &[(&Recorded, AccountEvent)]) -> BTreeSet<Id> {
    let ids = told.iter().filter_map(|(event, what)| match what {
        AccountEvent::PaymentBounced(bounced) => Some(payment(event, bounced.payment)),
        AccountEvent::PaymentReinstated(back) => Some(payment(event, back.payment)),
        _ => None,
    });
    ids.collect()
}

impl Payment {
    fn count(
        &self,
        deltas: &mut Deltas,
        event: &Recorded,
        figure: Figure,
        (on, count): (Date, i64),
    ) {
        let counted = Counted {
            figure,
            when: When::On(on),
            owner: &self.owner,
            detail: "",
        };
        let amount = self.amount * Decimal::from(count);
        let currency = &self.currency;
        deltas.add(event, &counted, count, Much { amount, currency });
    }
}

fn happened(
    owner: &str,
    payments: &mut Set<Payment>,
    deltas: &mut Deltas,
    event: &Recorded,
    what: &AccountEvent,
) {
    let (id, on, count) = match what {
        AccountEvent::PaymentReceived(received) => {
            let record = Payment {
                owner: owner.to_owned(),
                currency: received.currency.code().to_owned(),
                amount: received.booked.amount.normalize(),
            };
            record.count(deltas, event, Figure::Received, (received.on, 1));
            payments.insert(payment(event, received.payment), record);
            return;
        }
        AccountEvent::PaymentBounced(bounced) => (payment(event, bounced.payment), bounced.on, 1),
        AccountEvent::PaymentReinstated(back) => (payment(event, back.payment), back.on, -1),
        _ => return,
    };
    if let Some(payment) = payments.find(&id) {
        payment.count(deltas, event, Figure::PaymentsBounced, (on, count));
    }
}

fn asked(approvals: &mut Set<Approval>, event: &Recorded, what: &AccountEvent) {
    match what {
        AccountEvent::WriteOffRequested(asked) => {
            let customer = Some(event.stream.id);
            let why = (&asked.by, asked.reason.as_str());
            approvals.asked(event, WRITE_OFF, asked.write_off.0, customer, why);
        }
        AccountEvent::WriteOffRejected(rejected) => {
            approvals.answered(event, WRITE_OFF, rejected.write_off.0);
        }
        AccountEvent::WrittenOff(done) => {
            approvals.answered(event, WRITE_OFF, done.write_off.0);
        }
        _ => {}
    }
}
