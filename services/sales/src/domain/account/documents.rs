//! Invoices, credit notes and fees on the account: put on, taken off, due on other days.

use guanxi_decider::Refusal;
use guanxi_events::{
    Money, PersonId,
    sales::{
        AccountEvent, CreditNoteId, InvoiceId, OrderId,
        account::{
            Booked, CreditNotePosted, CreditNoteVoided, EarlyDiscount, FeeCharged, FeeWaived,
            Instalment, InvoicePosted, InvoiceVoided, ItemNo, Rescheduled, Taken,
        },
    },
};
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    Book, Kind, Ledger, Payout,
    allocate::Terms,
    credit::figures,
    payments::{above_zero, before_the_document},
};
use crate::domain::exchange_rates::booked;

/// What is due on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The last day on which it is not overdue.
    pub due: Date,
    /// How much, in the document's currency; above 0.
    pub amount: Decimal,
    /// What may be kept back by paying early.
    pub discount: Option<EarlyDiscount>,
}

/// An invoice that is to stand on the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoicePosting {
    /// The invoice.
    pub invoice: InvoiceId,
    /// The order that it bills.
    pub order: Option<OrderId>,
    /// Its business date.
    pub on: Date,
    /// Its currency.
    pub currency: Currency,
    /// Base currency for one unit of it; absent for the base currency.
    pub rate: Option<Decimal>,
    /// They add up to it; none when its total is 0.
    pub instalments: Vec<Due>,
    /// Who sold it.
    pub owner: Option<PersonId>,
    /// The team that it counts for.
    pub team: Option<String>,
}

/// A credit note that is to stand on the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditNotePosting {
    /// The credit note.
    pub credit_note: CreditNoteId,
    /// The invoices that it is settled with, in this order; the rest is free credit.
    pub invoices: Vec<InvoiceId>,
    /// Its business date.
    pub on: Date,
    /// What it credits; above 0.
    pub amount: Money,
    /// Base currency for one unit of it: that of the invoice, where it credits one.
    pub rate: Option<Decimal>,
}

/// Puts an invoice on the account. Down payments for its order are used for it at once.
///
/// # Errors
/// Internal, if the account cannot be what it is.
pub fn post_invoice(
    ledger: &Ledger,
    posting: &InvoicePosting,
    base: Currency,
) -> Result<Vec<AccountEvent>, Refusal> {
    let mut book = Book::of(ledger, base);
    let instalments = book.instalments(&posting.instalments, posting.rate, None)?;
    book.write(InvoicePosted {
        invoice: posting.invoice,
        order: posting.order,
        on: posting.on,
        currency: posting.currency,
        rate: posting.rate,
        instalments,
        owner: posting.owner.clone(),
        team: posting.team.clone(),
    });
    if let Some(order) = posting.order {
        for credit in book.down_payments(order, posting.currency) {
            book.settle_with(credit, posting.invoice)?;
        }
    }
    Ok(book.events())
}

/// Puts a credit note on the account: it settles what is open of its invoices first. What is free
/// of it then is paid out, if asked, as far as it was paid.
///
/// # Errors
/// `NOTHING_TO_PAY_OUT`, `REFUND_EXISTS`.
pub fn post_credit_note(
    ledger: &Ledger,
    posting: &CreditNotePosting,
    payout: Option<&Payout>,
    base: Currency,
) -> Result<Vec<AccountEvent>, Refusal> {
    let (mut book, item) = settled_first(ledger, posting, base)?;
    if let Some(payout) = payout {
        let (free, paid) = book.free_and_paid(item, posting)?;
        let amount = Money {
            amount: free.min(paid),
            currency: posting.amount.currency,
        };
        if amount.amount.is_zero() {
            return Err(nothing_to_pay_out(free, paid));
        }
        book.refund(item, Some(amount), payout, posting.on, (None, None))?;
    }
    Ok(book.events())
}

/// What of a credit note could be paid out as it is posted: what is free of it then, as far as it
/// was paid.
///
/// # Errors
/// As for [`post_credit_note`].
pub fn payable(
    ledger: &Ledger,
    posting: &CreditNotePosting,
    base: Currency,
) -> Result<Decimal, Refusal> {
    let (book, item) = settled_first(ledger, posting, base)?;
    let (free, paid) = book.free_and_paid(item, posting)?;
    Ok(free.min(paid))
}

/// The account with the credit note on it, which has settled what is open of its invoices.
fn settled_first(
    ledger: &Ledger,
    posting: &CreditNotePosting,
    base: Currency,
) -> Result<(Book, ItemNo), Refusal> {
    let mut book = Book::of(ledger, base);
    let item = book.ledger.next_item();
    book.write(CreditNotePosted {
        credit_note: posting.credit_note,
        invoice: posting.invoices.first().copied(),
        item,
        on: posting.on,
        currency: posting.amount.currency,
        rate: posting.rate,
        booked: booked(posting.amount.amount, posting.rate, base)?,
    });
    for invoice in &posting.invoices {
        book.settle_with(item, *invoice)?;
    }
    Ok((book, item))
}

/// Nothing is free of a credit note, or nothing was paid of what it credits.
pub fn nothing_to_pay_out(free: Decimal, paid: Decimal) -> Refusal {
    Refusal::precondition(
        "NOTHING_TO_PAY_OUT",
        format!("{free} of the credit is free, and {paid} of what it credits was paid"),
    )
    .figure("free", free)
    .figure("paid", paid)
}

/// Takes an invoice off the account, when nothing is settled of it.
///
/// # Errors
/// `INVOICE_SETTLED` naming what stands on it; `NOT_FOUND`; `VOIDED_ALREADY`.
pub fn void_invoice(
    ledger: &Ledger,
    invoice: InvoiceId,
    on: Date,
) -> Result<Vec<AccountEvent>, Refusal> {
    let document = ledger.invoices.get(&invoice);
    let document =
        document.ok_or_else(|| Refusal::not_found("invoice on this account", invoice))?;
    nothing_settled(ledger, &document.items, "INVOICE_SETTLED")?;
    let on = takes_off(ledger, &document.items, on)?;
    if document.voided {
        // An invoice that comes to 0 has no items that could tell.
        return Err(Refusal::precondition(
            "VOIDED_ALREADY",
            format!("invoice {invoice} is voided already"),
        ));
    }
    let mut book = Book::of(ledger, document.total.currency);
    book.write(InvoiceVoided { invoice, on });
    Ok(book.events())
}

/// Takes a credit note off the account, when nothing of it is used.
///
/// # Errors
/// `CREDIT_NOTE_USED` naming what it is used for; `NOT_FOUND`; `VOIDED_ALREADY`.
pub fn void_credit_note(
    ledger: &Ledger,
    credit_note: CreditNoteId,
    on: Date,
    base: Currency,
) -> Result<Vec<AccountEvent>, Refusal> {
    let item = ledger.credit_notes.get(&credit_note);
    let item =
        item.ok_or_else(|| Refusal::not_found("credit note on this account", credit_note))?;
    nothing_settled(ledger, &[*item], "CREDIT_NOTE_USED")?;
    let on = takes_off(ledger, &[*item], on)?;
    let free = ledger.items.get(item).map(|item| item.open.base);
    let voided = CreditNoteVoided {
        credit_note,
        on,
        credit: Some(figures(ledger, free.unwrap_or_default(), base)),
    };
    Ok(vec![voided.into()])
}

/// A refusal names at most so many things, for it has to fit into a header.
const NAMED: usize = 20;

/// What was settled must be taken off first: each step has its own inverse.
fn nothing_settled(ledger: &Ledger, items: &[ItemNo], code: &'static str) -> Result<(), Refusal> {
    let used = ledger.allocations_of(items).into_iter();
    let used = used.map(|(no, _)| format!("allocation {no}"));
    let given_up = ledger.write_offs_of(items).into_iter();
    let given_up = given_up.map(|no| format!("write-off {no}"));
    let stands: Vec<String> = used.chain(given_up).collect();
    if stands.is_empty() {
        return Ok(());
    }
    let more = stands.len().saturating_sub(NAMED);
    let mut named = stands[..stands.len() - more].join(", ");
    if more > 0 {
        named = format!("{named} and {more} more");
    }
    let stands = named;
    Err(
        Refusal::precondition(code, format!("{stands} must be taken back first"))
            .figure("settled_by", stands),
    )
}

/// The day from which all of the items can be gone.
fn takes_off(ledger: &Ledger, items: &[ItemNo], on: Date) -> Result<Date, Refusal> {
    let mut from = on;
    for item in items.iter().filter_map(|no| ledger.items.get(no)) {
        if let Some(gone) = item.gone {
            return Err(Refusal::precondition(
                "VOIDED_ALREADY",
                format!("it is gone since {gone}"),
            )
            .figure("on", gone));
        }
        if on < item.on {
            return Err(before_the_document(item.kind.name(), item.on, on));
        }
        from = item.free_since(from, item.open.amount);
    }
    Ok(from)
}

impl Book {
    /// What is free of a credit note, and what can be given back as money of its invoices.
    fn free_and_paid(
        &self,
        item: ItemNo,
        posting: &CreditNotePosting,
    ) -> Result<(Decimal, Decimal), Refusal> {
        let free = self.item(item)?.open.amount;
        let first = posting.invoices.first();
        let paid = first.map_or(Decimal::ZERO, |invoice| self.ledger.refundable(*invoice));
        Ok((free, paid))
    }

    /// Instalments with their item numbers and base values; those add up to `whole`, or to the
    /// value of all at the rate: the last one takes the remainder.
    fn instalments(
        &self,
        due: &[Due],
        rate: Option<Decimal>,
        whole: Option<Booked>,
    ) -> Result<Vec<Instalment>, Refusal> {
        let amounts = due.iter().map(|due| due.amount);
        let total = amounts.fold(Decimal::ZERO, Decimal::saturating_add);
        let mut left = match whole {
            Some(whole) => whole,
            None => booked(total, rate, self.base)?,
        };
        let first = self.ledger.next_item();
        let numbered = due.iter().zip(first.0..);
        Ok(numbered
            .map(|(due, no)| {
                let booked = super::item::share(left, due.amount, self.base);
                left.amount -= booked.amount;
                left.base -= booked.base;
                Instalment {
                    item: ItemNo(no),
                    due: due.due,
                    booked,
                    discount: due.discount,
                }
            })
            .collect())
    }

    fn down_payments(&self, order: OrderId, currency: Currency) -> Vec<ItemNo> {
        let is_for = |no: &ItemNo| {
            self.ledger.items.get(no).is_some_and(|item| {
                item.kind.is_down_payment_for(order) && item.currency == currency
            })
        };
        self.ledger.credits.iter().copied().filter(is_for).collect()
    }

    /// Uses a credit for what is open of an invoice in the same currency.
    fn settle_with(&mut self, credit: ItemNo, invoice: InvoiceId) -> Result<(), Refusal> {
        for debit in self.ledger.open_instalments(invoice) {
            let (from, to) = (self.item(credit)?, self.item(debit)?);
            if !from.is_open() || from.currency != to.currency || self.is_full() {
                break;
            }
            self.allocate(credit, debit, None, Terms::default())?;
        }
        Ok(())
    }

    /// Lets what is open of an invoice be due on other days.
    pub(super) fn reschedule(
        &mut self,
        invoice: InvoiceId,
        instalments: &[(Date, Money)],
        on: Date,
    ) -> Result<(), Refusal> {
        let document = self.ledger.invoices.get(&invoice);
        let document =
            document.ok_or_else(|| Refusal::not_found("invoice on this account", invoice))?;
        let version = document.version.saturating_add(1);
        let open = self.ledger.open_instalments(invoice);
        let (mut whole, mut from, mut taken) = (Booked::default(), on, Vec::new());
        let mut currency = self.base;
        for no in open {
            let item = self.item(no)?;
            if on < item.on {
                return Err(before_the_document("invoice", item.on, on));
            }
            from = item.free_since(from, item.open.amount);
            currency = item.currency;
            whole.amount += item.open.amount;
            whole.base += item.open.base;
            let booked = item.open;
            taken.push(Taken { item: no, booked });
        }
        let mut due = Vec::with_capacity(instalments.len());
        for (day, amount) in instalments {
            above_zero(*amount)?;
            let amount = Self::amount_in(currency, Some(*amount))?.unwrap_or_default();
            due.push(Due {
                due: *day,
                amount,
                discount: None,
            });
        }
        let amounts = due.iter().map(|due| due.amount);
        let planned = amounts.fold(Decimal::ZERO, Decimal::saturating_add);
        if planned != whole.amount || taken.is_empty() {
            return Err(Refusal::precondition(
                "PLAN_IS_NOT_WHAT_IS_OPEN",
                format!(
                    "the instalments come to {planned}, {} is open: what is paid stays as it is",
                    whole.amount
                ),
            )
            .figure("planned", planned)
            .figure("open", whole.amount));
        }
        let instalments = self.instalments(&due, None, Some(whole))?;
        self.write(Rescheduled {
            invoice,
            version,
            on: from,
            taken,
            instalments,
        });
        Ok(())
    }

    /// Charges a fee.
    pub(super) fn charge_fee(
        &mut self,
        amount: Money,
        (on, due): (Date, Date),
        rate: Option<Decimal>,
        reason: &str,
    ) -> Result<(), Refusal> {
        let item = self.ledger.next_item();
        let booked = booked(amount.amount, rate, self.base)?;
        let credit = figures(&self.ledger, booked.base, self.base);
        self.write(FeeCharged {
            item,
            on,
            due,
            currency: amount.currency,
            rate,
            booked,
            reason: reason.to_owned(),
            credit: Some(credit),
        });
        Ok(())
    }

    /// Waives a fee.
    pub(super) fn waive_fee(&mut self, no: ItemNo, on: Date, reason: &str) -> Result<(), Refusal> {
        let item = self.item(no)?;
        if item.kind != Kind::Fee {
            let kind = item.kind.name();
            return Err(Refusal::precondition(
                "NOT_A_FEE",
                format!("item {no} is a {kind}; only fees are waived"),
            ));
        }
        nothing_settled(&self.ledger, &[no], "FEE_SETTLED")?;
        let on = takes_off(&self.ledger, &[no], on)?;
        let reason = reason.to_owned();
        self.write(FeeWaived {
            item: no,
            on,
            reason,
        });
        Ok(())
    }
}
