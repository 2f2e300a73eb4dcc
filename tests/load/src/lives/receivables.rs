//! A customer's account: invoices of two instalments each, paid a month later; one payment bounces.

use guanxi_events::{
    Money,
    customers::CustomerId,
    sales::{
        AccountEvent, Billed, CustomerCopied, CustomerCopyEvent, InvoiceEvent, InvoiceId,
        InvoiceIssued, PaymentId, PaymentMethod, TaxTotal,
        account::{
            Allocated, AllocationNo, Booked, CreditFigures, Deallocated, Instalment, InvoicePosted,
            ItemNo, PaymentBounced, PaymentReceived, TakenBack,
        },
    },
};
use jiff::ToSpan;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::Tale;
use crate::EUR;

/// How many invoices an account gets.
const INVOICES: u32 = 4;
/// Each makes so many items: two instalments and the payment.
const ITEMS: u32 = 3;
const MONTH: i64 = 24 * 30;

pub(super) fn life(tale: &mut Tale) -> anyhow::Result<()> {
    let customer = CustomerId(Uuid::now_v7());
    let copied = CustomerCopied {
        name: "Silk Road Ltd".to_owned(),
        number: Some("CU-000012".to_owned()),
        owner: Some(tale.actor()),
        in_pool: false,
    };
    tale.tell::<CustomerCopyEvent>(customer, copied)?;
    tale.then_after(5);
    let mut payment = PaymentId::new();
    for n in 0..INVOICES {
        invoice(tale, customer, n)?;
        tale.then_after(MONTH);
        payment = paid(tale, customer, n)?;
        tale.then_after(24);
    }
    bounced(tale, customer, payment)
}

/// A hundred and nineteen, half of it each time.
fn half() -> Booked {
    let amount = Decimal::new(5_950, 2);
    Booked {
        amount,
        base: amount,
    }
}

fn whole() -> Booked {
    let Booked { amount, base } = half();
    Booked {
        amount: amount + amount,
        base: base + base,
    }
}

fn invoice(tale: &mut Tale, customer: CustomerId, n: u32) -> anyhow::Result<()> {
    let (id, on) = (InvoiceId::new(), tale.on());
    let team = Some("north".to_owned());
    let issued = InvoiceIssued {
        customer,
        subject: Billed::Lines(Vec::new()),
        on,
        billing: None,
        currency: EUR,
        totals: vec![TaxTotal {
            rate: Decimal::new(19, 0),
            net: Decimal::new(10_000, 2),
            tax: Decimal::new(1_900, 2),
        }],
        terms: None,
        plan: None,
        owner: Some(tale.actor()),
        team: team.clone(),
        credit: None,
        granted: None,
    };
    tale.tell_numbered::<InvoiceEvent>(id, issued, &["IN"])?;
    let mut instalments = Vec::new();
    for (part, days) in [(1, 14), (2, 44)] {
        instalments.push(Instalment {
            item: ItemNo(n * ITEMS + part),
            due: on.checked_add(days.days())?,
            booked: half(),
            discount: None,
        });
    }
    let posted = InvoicePosted {
        invoice: id,
        order: None,
        on,
        currency: EUR,
        rate: None,
        instalments,
        owner: Some(tale.actor()),
        team,
    };
    tale.tell::<AccountEvent>(customer, posted)
}

/// One payment for both instalments.
fn paid(tale: &mut Tale, customer: CustomerId, n: u32) -> anyhow::Result<PaymentId> {
    let (payment, on) = (PaymentId::new(), tale.on());
    let item = ItemNo((n + 1) * ITEMS);
    let received = PaymentReceived {
        payment,
        item,
        on,
        currency: EUR,
        rate: None,
        booked: whole(),
        method: PaymentMethod::BankTransfer,
        reference: Some("TX 4711".to_owned()),
        order: None,
    };
    tale.tell_numbered::<AccountEvent>(customer, received, &["PY"])?;
    for part in [1, 2] {
        let allocated = Allocated {
            allocation: AllocationNo(n * 2 + part),
            from: item,
            to: ItemNo(n * ITEMS + part),
            on,
            taken: half(),
            settled: half(),
            rate: None,
            discount: None,
            shortfall: None,
            surplus: None,
        };
        tale.tell::<AccountEvent>(customer, allocated)?;
    }
    Ok(payment)
}

/// The last payment: what it was used for is open again.
fn bounced(tale: &mut Tale, customer: CustomerId, payment: PaymentId) -> anyhow::Result<()> {
    let on = tale.on();
    for part in [1, 2] {
        let allocation = AllocationNo((INVOICES - 1) * 2 + part);
        let because = TakenBack::Bounced;
        let taken_back = Deallocated {
            allocation,
            on,
            because,
        };
        tale.tell::<AccountEvent>(customer, taken_back)?;
    }
    let money = |amount| Money::exact(amount, EUR);
    let bounced = PaymentBounced {
        payment,
        on,
        reason: "no cover".to_owned(),
        credit: CreditFigures {
            limit: None,
            exposure: money(Decimal::ZERO)?,
            adds: money(whole().amount)?,
        },
    };
    tale.tell::<AccountEvent>(customer, bounced)
}
