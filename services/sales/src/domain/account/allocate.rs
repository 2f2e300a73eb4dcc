//! What credits are used for (S-23, S-24): by the caller's wish, else for the oldest due first.

use guanxi_decider::{Context, Refusal};
use guanxi_events::{
    Money,
    sales::{
        CreditNoteId, InvoiceId, OrderId, PaymentId,
        account::{Allocated, Booked, ItemNo},
    },
};
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Book, Item, Kind, Ledger, Side, book::AT_ONCE, item::share};

mod early;
mod plan;

pub(super) use plan::Terms;
use plan::{Plan, available, plan, rate_between};

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

/// What becomes of a use that is more than one decision can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WhenFull {
    /// As much of it as it can.
    Stop,
    /// Nothing: a wish is granted as it is, or not.
    Refuse,
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
        terms: Terms<'_>,
        context: &Context,
    ) -> Result<(), Refusal> {
        if let Some(on) = terms.how.on
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
            Use::OldestFirst => self.use_for_oldest(from, terms),
            Use::For(wishes) => {
                for (index, wish) in wishes.iter().enumerate() {
                    let last = index + 1 == wishes.len();
                    self.grant(from, wish, terms.last_if(last))?;
                }
                Ok(())
            }
        }
    }

    /// For the debits of the credit's currency, the oldest due first; a down payment for the
    /// invoices of its order only.
    fn use_for_oldest(&mut self, from: ItemNo, terms: Terms<'_>) -> Result<(), Refusal> {
        let credit = self.item(from)?;
        let (currency, order) = (credit.currency, credit.order());
        let wanted = |no: &ItemNo| {
            let item = self.ledger.items.get(no);
            item.is_some_and(|item| item.currency == currency)
                && (order.is_none() || self.order_of(*no) == order)
        };
        let debits = self.ledger.debits.iter().map(|(_, no)| *no);
        let debits: Vec<ItemNo> = debits.filter(wanted).take(AT_ONCE + 1).collect();
        self.use_for_each(from, &debits, None, WhenFull::Stop, terms.last_if(true))
    }

    /// For debits in this order, as far as the credit or the amount that is asked reaches; the last
    /// takes what `terms` say of the credit's small rest.
    fn use_for_each(
        &mut self,
        from: ItemNo,
        debits: &[ItemNo],
        asked: Option<Decimal>,
        when_full: WhenFull,
        terms: Terms<'_>,
    ) -> Result<(), Refusal> {
        let Some(first) = debits.first() else {
            return Ok(());
        };
        let (credit, debit) = (self.item(from)?, self.item(*first)?);
        on_side(credit, from, Side::Credit)?;
        let rate = rate_between(credit, debit, terms)?;
        let reach = available(credit, debit.currency, rate);
        if let Some(asked) = asked
            && asked > reach
        {
            return Err(exceeds(credit.kind.name(), "", reach, asked));
        }
        let kept = self.left_for_later(credit, debits, asked.unwrap_or(reach))?;
        let mut asked = asked;
        for (to, kept) in debits.iter().zip(kept) {
            let (credit, debit) = (self.item(from)?, self.item(*to)?);
            // What is not reached stays on account; asking again goes on from here.
            let stops = when_full == WhenFull::Stop && self.is_full();
            if !credit.is_open() || stops || asked == Some(Decimal::ZERO) {
                break;
            }
            let open = debit.open.amount;
            let reach = available(credit, debit.currency, rate);
            let reach = asked.map_or(reach, |asked| asked.min(reach));
            let part = (asked.is_some() || !kept.is_zero()).then(|| open.min(reach - kept));
            let last = Some(to) == debits.last();
            self.allocate(from, *to, part, terms.last_if(terms.surplus && last))?;
            asked = asked.zip(part).map(|(asked, part)| asked - part);
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
    fn grant(&mut self, from: ItemNo, wish: &Wish, terms: Terms<'_>) -> Result<(), Refusal> {
        let invoice = match wish.to {
            Target::Item(no) => {
                let asked = Self::amount_in(self.item(no)?.currency, wish.amount)?;
                return self.allocate(from, no, asked, terms);
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
        self.use_for_each(from, &instalments, asked, WhenFull::Refuse, terms)
    }

    /// Uses a credit for one debit, as far as both reach, or for the amount that is asked.
    pub(super) fn allocate(
        &mut self,
        from: ItemNo,
        to: ItemNo,
        asked: Option<Decimal>,
        terms: Terms<'_>,
    ) -> Result<(), Refusal> {
        if self.is_full() {
            return Err(too_many(AT_ONCE));
        }
        let (credit, debit) = (self.item(from)?, self.item(to)?);
        on_side(credit, from, Side::Credit)?;
        on_side(debit, to, Side::Debit)?;
        let rate = rate_between(credit, debit, terms)?;
        let may_keep_back = self.may_keep_back(credit, debit);
        let Some(plan) = plan(credit, debit, asked, rate, may_keep_back, terms)? else {
            return Ok(());
        };
        let allocated = self.booked(from, to, &plan, rate, terms.how.on)?;
        self.write(allocated);
        Ok(())
    }

    fn booked(
        &self,
        from: ItemNo,
        to: ItemNo,
        plan: &Plan,
        rate: Option<Decimal>,
        on: Option<Date>,
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
        let on = match on {
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

/// More than one decision can do.
pub(super) fn too_many(limit: usize) -> Refusal {
    Refusal::precondition(
        "TOO_MANY_ALLOCATIONS",
        format!("at most {limit} allocations are made or taken off at once: do it in parts"),
    )
    .figure("limit", limit)
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
