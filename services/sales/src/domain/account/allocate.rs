//! What credits are used for (S-23, S-24): by the caller's wish, else for the oldest due first.

use guanxi_decider::{Context, Refusal};
use guanxi_events::{
    Money,
    sales::{
        CreditNoteId, InvoiceId, OrderId, PaymentId,
        account::{Allocated, Booked, EarlyDiscount, ItemNo},
    },
};
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Book, Item, Kind, Ledger, Side, item::share};

/// A credit of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// By its number.
    Item(ItemNo),
    /// A payment.
    Payment(PaymentId),
    /// A credit note.
    CreditNote(CreditNoteId),
}

/// Debits of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// One, by its number.
    Item(ItemNo),
    /// All open instalments of an invoice, the oldest due first.
    Invoice(InvoiceId),
}

/// What a credit is to be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// The debits.
    pub to: Target,
    /// How much of them, in their currency; as much as possible when absent.
    pub amount: Option<Money>,
}

/// What a credit is to be used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Use {
    /// The debits of its currency, the oldest due first, then by number.
    OldestFirst,
    /// These, in this order, and no others.
    For(Vec<Wish>),
    /// Nothing: it stays on account.
    Keep,
}

/// By which rules a credit is used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct How {
    /// The business date; when absent the later of the two items' own, or a later one from which
    /// on so much is free.
    pub on: Option<Date>,
    /// Units of the debit's currency for one of the credit's, where they differ.
    pub rate: Option<Decimal>,
    /// Whether a small rest of a debit or of the credit is written off, within the tenant's
    /// tolerance.
    pub write_off_small_rests: bool,
}

/// The largest rest that may be written off without approval, by currency.
pub(super) type Tolerance<'a> = &'a dyn Fn(Currency) -> Decimal;

/// What one allocation would be.
struct Plan {
    settled: Decimal,
    taken: Decimal,
    discount: Decimal,
    shortfall: Decimal,
    surplus: Decimal,
}

impl Ledger {
    /// The number of a credit.
    pub(super) fn source(&self, source: Source) -> Result<ItemNo, Refusal> {
        match source {
            Source::Item(no) => Ok(no),
            Source::Payment(id) => {
                let known = self.payments.get(&id).copied();
                known.ok_or_else(|| Refusal::not_found("payment on this account", id))
            }
            Source::CreditNote(id) => {
                let known = self.credit_notes.get(&id).copied();
                known.ok_or_else(|| Refusal::not_found("credit note on this account", id))
            }
        }
    }
}

impl Book {
    /// Uses a credit.
    pub(super) fn use_credit(
        &mut self,
        from: ItemNo,
        to: &Use,
        how: &How,
        tolerance: Tolerance<'_>,
        context: &Context,
    ) -> Result<(), Refusal> {
        if let Some(on) = how.on
            && on > context.today()
        {
            let today = context.today();
            return Err(Refusal::precondition(
                "DATED_IN_THE_FUTURE",
                format!("an allocation cannot have happened on {on}: it is {today}"),
            )
            .figure("on", on)
            .figure("today", today));
        }
        match to {
            Use::Keep => Ok(()),
            Use::OldestFirst => self.use_for_oldest(from, how, tolerance),
            Use::For(wishes) => {
                for wish in wishes {
                    self.grant(from, wish, how, tolerance)?;
                }
                Ok(())
            }
        }
    }

    /// For the debits of the credit's currency, the oldest due first; a down payment first for the
    /// invoices of its order.
    fn use_for_oldest(
        &mut self,
        from: ItemNo,
        how: &How,
        tolerance: Tolerance<'_>,
    ) -> Result<(), Refusal> {
        let credit = self.item(from)?;
        let (currency, order) = (credit.currency, credit.order());
        let same = |no: &ItemNo| {
            let item = self.ledger.items.get(no);
            item.is_some_and(|item| item.currency == currency)
        };
        let mut debits: Vec<ItemNo> = self.ledger.debits.iter().map(|(_, no)| *no).collect();
        debits.retain(same);
        if let Some(order) = order {
            // Stable: within the order's and within the others the oldest stays first.
            debits.sort_by_key(|no| self.order_of(*no) != Some(order));
        }
        for to in debits {
            if !self.item(from)?.is_open() {
                break;
            }
            self.allocate(from, to, None, how, tolerance)?;
        }
        Ok(())
    }

    fn order_of(&self, debit: ItemNo) -> Option<OrderId> {
        match self.ledger.items.get(&debit)?.kind {
            Kind::Instalment { invoice, .. } => self.ledger.invoices.get(&invoice)?.order,
            _ => None,
        }
    }

    /// For what the caller wishes.
    fn grant(
        &mut self,
        from: ItemNo,
        wish: &Wish,
        how: &How,
        tolerance: Tolerance<'_>,
    ) -> Result<(), Refusal> {
        let invoice = match wish.to {
            Target::Item(no) => {
                let asked = Self::amount_in(self.item(no)?.currency, wish.amount)?;
                return self.allocate(from, no, asked, how, tolerance);
            }
            Target::Invoice(invoice) => invoice,
        };
        if !self.ledger.invoices.contains_key(&invoice) {
            return Err(Refusal::not_found("invoice on this account", invoice));
        }
        let instalments = self.ledger.open_instalments(invoice);
        let Some(first) = instalments.first() else {
            return match wish.amount {
                Some(asked) => Err(exceeds("invoice", invoice, Decimal::ZERO, asked.amount)),
                None => Ok(()),
            };
        };
        let asked = Self::amount_in(self.item(*first)?.currency, wish.amount)?;
        let open = self.ledger.open_of(invoice);
        if let Some(amount) = asked
            && amount > open
        {
            return Err(exceeds("invoice", invoice, open, amount));
        }
        let mut left = asked;
        for no in instalments {
            let before = self.item(no)?.open.amount;
            let at_most = left.map(|left| left.min(before));
            if at_most == Some(Decimal::ZERO) || !self.item(from)?.is_open() {
                break;
            }
            self.allocate(from, no, at_most, how, tolerance)?;
            left = left.zip(at_most).map(|(left, used)| left - used);
        }
        Ok(())
    }

    /// Uses a credit for one debit, as far as both reach, or for the amount that is asked.
    pub(super) fn allocate(
        &mut self,
        from: ItemNo,
        to: ItemNo,
        asked: Option<Decimal>,
        how: &How,
        tolerance: Tolerance<'_>,
    ) -> Result<(), Refusal> {
        let (credit, debit) = (self.item(from)?, self.item(to)?);
        on_side(credit, from, Side::Credit)?;
        on_side(debit, to, Side::Debit)?;
        let rate = rate_between(credit, debit, how.rate)?;
        let Some(plan) = plan(credit, debit, asked, rate, how, tolerance)? else {
            return Ok(());
        };
        let allocated = self.booked(from, to, &plan, rate, how)?;
        self.write(allocated);
        Ok(())
    }

    fn booked(
        &self,
        from: ItemNo,
        to: ItemNo,
        plan: &Plan,
        rate: Option<Decimal>,
        how: &How,
    ) -> Result<Allocated, Refusal> {
        let (credit, debit) = (self.item(from)?, self.item(to)?);
        let mut credit_left = credit.open;
        let mut debit_left = debit.open;
        let taken = part(&mut credit_left, plan.taken, self.base);
        let surplus = some_part(&mut credit_left, plan.surplus, self.base);
        let settled = part(&mut debit_left, plan.settled, self.base);
        let discount = some_part(&mut debit_left, plan.discount, self.base);
        let shortfall = some_part(&mut debit_left, plan.shortfall, self.base);
        let later = credit.on.max(debit.on);
        let earliest = credit
            .free_since(later, plan.taken + plan.surplus)
            .max(debit.free_since(later, plan.settled + plan.discount + plan.shortfall));
        let on = match how.on {
            Some(on) if on < earliest => return Err(too_early(from, to, on, earliest)),
            Some(on) => on,
            None => earliest,
        };
        Ok(Allocated {
            allocation: self.ledger.next_allocation(),
            from,
            to,
            on,
            taken,
            settled,
            rate,
            discount,
            shortfall,
            surplus,
        })
    }
}

impl Item {
    fn order(&self) -> Option<OrderId> {
        match self.kind {
            Kind::Payment { order, .. } => order,
            _ => None,
        }
    }

    /// The discount that may be kept back when the credit is used for it (S-20): an early payment
    /// settles the rest as discount.
    fn discount_for(&self, credit: &Self) -> Decimal {
        match (&self.kind, &credit.kind) {
            (
                Kind::Instalment {
                    discount: Some(EarlyDiscount { until, amount }),
                    ..
                },
                Kind::Payment { .. },
            ) if credit.on <= *until => *amount,
            _ => Decimal::ZERO,
        }
    }
}

/// How much of each is used; nothing where nothing is open.
fn plan(
    credit: &Item,
    debit: &Item,
    asked: Option<Decimal>,
    rate: Option<Decimal>,
    how: &How,
    tolerance: Tolerance<'_>,
) -> Result<Option<Plan>, Refusal> {
    let available = match rate {
        None => credit.open.amount,
        Some(rate) => {
            Money::rounded(credit.open.amount.saturating_mul(rate), debit.currency).amount
        }
    };
    let open = debit.open.amount;
    if let Some(asked) = asked {
        if asked > open {
            return Err(exceeds(debit.kind.name(), "", open, asked));
        }
        if asked > available {
            return Err(exceeds(credit.kind.name(), "", available, asked));
        }
    }
    let settled = asked.unwrap_or(open).min(available);
    if settled <= Decimal::ZERO {
        return Ok(None);
    }
    let taken = match rate {
        Some(rate) if settled < available => {
            let exact = settled.checked_div(rate).unwrap_or_default();
            let taken = Money::rounded(exact, credit.currency).amount;
            taken.min(credit.open.amount)
        }
        Some(_) => credit.open.amount,
        None => settled,
    };
    let rest = open - settled;
    let discount = if asked.is_none() && rest <= debit.discount_for(credit) {
        rest
    } else {
        Decimal::ZERO
    };
    let small = |rest: Decimal, currency| {
        let is_small = how.write_off_small_rests && rest <= tolerance(currency);
        if is_small { rest } else { Decimal::ZERO }
    };
    Ok(Some(Plan {
        settled,
        taken,
        discount,
        shortfall: small(rest - discount, debit.currency),
        surplus: small(credit.open.amount - taken, credit.currency),
    }))
}

fn part(left: &mut Booked, amount: Decimal, base: Currency) -> Booked {
    let part = share(*left, amount, base);
    left.amount -= part.amount;
    left.base -= part.base;
    part
}

fn some_part(left: &mut Booked, amount: Decimal, base: Currency) -> Option<Booked> {
    (!amount.is_zero()).then(|| part(left, amount, base))
}

fn on_side(item: &Item, no: ItemNo, side: Side) -> Result<(), Refusal> {
    if item.kind.side() == side {
        return Ok(());
    }
    let (wanted, name) = match side {
        Side::Credit => ("a credit", "NOT_A_CREDIT"),
        Side::Debit => ("a debit", "NOT_A_DEBIT"),
    };
    let kind = item.kind.name();
    Err(
        Refusal::precondition(name, format!("item {no} is a {kind}, not {wanted}"))
            .figure("item", no)
            .figure("kind", kind),
    )
}

/// The rate between the two currencies; none where they are the same.
fn rate_between(
    credit: &Item,
    debit: &Item,
    rate: Option<Decimal>,
) -> Result<Option<Decimal>, Refusal> {
    let (from, to) = (credit.currency, debit.currency);
    if from == to {
        return Ok(None);
    }
    if rate.is_some() {
        return Ok(rate);
    }
    Err(Refusal::precondition(
        "RATE_NEEDED",
        format!(
            "a credit in {} is used for a debit in {} only at a stated rate: how many {} for one {}",
            from.code(),
            to.code(),
            to.code(),
            from.code()
        ),
    )
    .figure("from", from.code())
    .figure("to", to.code()))
}

/// More is asked for than is open.
pub(super) fn exceeds(
    what: &str,
    which: impl std::fmt::Display,
    open: Decimal,
    asked: Decimal,
) -> Refusal {
    let which = which.to_string();
    let gap = if which.is_empty() { "" } else { " " };
    Refusal::precondition(
        "EXCEEDS_OPEN",
        format!("{open} of the {what}{gap}{which} is open, {asked} is asked for"),
    )
    .figure("open", open)
    .figure("asked", asked)
}

fn too_early(from: ItemNo, to: ItemNo, on: Date, earliest: Date) -> Refusal {
    Refusal::precondition(
        "ALLOCATED_TOO_EARLY",
        format!(
            "item {from} can be used for item {to} from {earliest} on, not on {on}: both must be \
             there by then, and so much of them unused"
        ),
    )
    .figure("on", on)
    .figure("earliest", earliest)
}
