//! From an account to the messages of `AccountService`.

use guanxi_events::{
    Money,
    sales::account::{AllocationNo, EarlyDiscount, ItemNo, WriteOffNo},
};
use guanxi_proto::{google_type, sales::v1 as wire};
use guanxi_runtime::{date_to_wire, money_to_wire};
use iso_currency::Currency;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::domain::account::{Allocation, Item, Kind, Ledger, WriteOff, WriteOffState};

/// An answer shows at most this many of each kind, and says how many there are.
const MAX_SHOWN: usize = 500;

pub(super) fn account(id: Uuid, version: i64, ledger: &Ledger, base: Currency) -> wire::Account {
    let shown = |no: &ItemNo| Some(item(*no, ledger.items.get(no)?, base));
    let debits = ledger.debits.iter().map(|(_, no)| no);
    let waits = |it: &WriteOff| matches!(it.state, WriteOffState::Requested { .. });
    let waiting: Vec<_> = ledger
        .write_offs
        .iter()
        .filter(|(_, it)| waits(it))
        .collect();
    wire::Account {
        customer_id: id.to_string(),
        version,
        credit_limit: ledger.limit.as_ref().map(money_to_wire),
        owed: Some(money(ledger.owed, base)),
        committed: Some(money(ledger.committed, base)),
        debits: debits.take(MAX_SHOWN).filter_map(shown).collect(),
        credits: ledger
            .credits
            .iter()
            .take(MAX_SHOWN)
            .filter_map(shown)
            .collect(),
        open_debits: count(ledger.debits.len()),
        open_credits: count(ledger.credits.len()),
        write_offs_to_approve: count(waiting.len()),
        waiting_write_offs: waiting
            .into_iter()
            .take(MAX_SHOWN)
            .filter_map(|(no, it)| Some(write_off(*no, it, ledger.items.get(&it.item)?)))
            .collect(),
    }
}

pub(super) fn item_with_uses(
    ledger: &Ledger,
    no: ItemNo,
    base: Currency,
) -> Option<wire::GetAccountItemResponse> {
    let it = ledger.items.get(&no)?;
    let allocations = ledger.allocations_of(&[no]);
    let write_offs = ledger.write_offs.iter();
    let write_offs: Vec<_> = write_offs
        .filter(|(_, write_off)| write_off.item == no)
        .collect();
    Some(wire::GetAccountItemResponse {
        item: Some(item(no, it, base)),
        allocations_in_all: count(allocations.len()),
        write_offs_in_all: count(write_offs.len()),
        allocations: newest(&allocations)
            .iter()
            .filter_map(|(number, used)| allocation(*number, used, ledger))
            .collect(),
        write_offs: newest(&write_offs)
            .iter()
            .map(|(number, done)| write_off(**number, done, it))
            .collect(),
    })
}

/// The last of them, as many as an answer shows.
fn newest<T>(all: &[T]) -> &[T] {
    &all[all.len().saturating_sub(MAX_SHOWN)..]
}

fn money(amount: Decimal, currency: Currency) -> google_type::Money {
    money_to_wire(&Money { amount, currency })
}

/// A count or number on the wire, where they are signed.
fn count<N: TryInto<i32>>(number: N) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
}

fn item(no: ItemNo, item: &Item, base: Currency) -> wire::AccountItem {
    let (kind, document) = match &item.kind {
        Kind::Instalment { invoice, .. } => (wire::AccountItemKind::Instalment, Some(invoice.0)),
        Kind::Fee => (wire::AccountItemKind::Fee, None),
        Kind::Refund(id) => (wire::AccountItemKind::Refund, Some(id.0)),
        Kind::Payment { payment, .. } => (wire::AccountItemKind::Payment, Some(payment.0)),
        Kind::CreditNote { note, .. } => (wire::AccountItemKind::CreditNote, Some(note.0)),
    };
    let discount = match &item.kind {
        Kind::Instalment { discount, .. } => *discount,
        _ => None,
    };
    wire::AccountItem {
        item: count(no.0),
        kind: kind.into(),
        document_id: document.map(|id| id.to_string()).unwrap_or_default(),
        on: Some(date_to_wire(item.on)),
        due: Some(date_to_wire(item.due)),
        amount: Some(money(item.booked.amount, item.currency)),
        open: Some(money_to_wire(&item.open_money())),
        open_in_base: Some(money(item.open.base, base)),
        gone_since: item.gone.map(date_to_wire),
        discount: discount.map(
            |EarlyDiscount { until, amount }| wire::EarlyPaymentDiscount {
                until: Some(date_to_wire(until)),
                amount: Some(money(amount, item.currency)),
            },
        ),
    }
}

fn allocation(
    no: AllocationNo,
    used: &Allocation,
    ledger: &Ledger,
) -> Option<wire::AccountAllocation> {
    let (from, to) = (ledger.items.get(&used.from)?, ledger.items.get(&used.to)?);
    Some(wire::AccountAllocation {
        allocation: count(no.0),
        from_item: count(used.from.0),
        to_item: count(used.to.0),
        on: Some(date_to_wire(used.on)),
        taken: Some(money(used.taken.amount, from.currency)),
        settled: Some(money(used.settled.amount, to.currency)),
    })
}

fn write_off(no: WriteOffNo, write_off: &WriteOff, item: &Item) -> wire::AccountWriteOff {
    let (status, amount) = match &write_off.state {
        WriteOffState::Requested { amount, .. } => (wire::WriteOffStatus::Requested, *amount),
        WriteOffState::Rejected => (wire::WriteOffStatus::Rejected, Decimal::ZERO),
        WriteOffState::Done { left } => (wire::WriteOffStatus::Done, left.amount),
    };
    wire::AccountWriteOff {
        write_off: count(no.0),
        item: count(write_off.item.0),
        on: Some(date_to_wire(write_off.on)),
        status: status.into(),
        amount: Some(money(amount, item.currency)),
    }
}

#[cfg(test)]
mod tests {
    use guanxi_events::sales::{PaymentId, account::Booked};
    use jiff::civil::date;

    use super::*;

    fn booked(amount: usize) -> Booked {
        let amount = Decimal::from(amount);
        Booked {
            amount,
            base: amount,
        }
    }

    /// A payment that is used in so many parts, each of which somebody wants written off.
    fn ledger(parts: u32) -> Ledger {
        let mut ledger = Ledger::default();
        let on = date(2026, 1, 2);
        let numbers = || (1..=parts).map(AllocationNo);
        let payment = Item {
            kind: Kind::Payment {
                payment: PaymentId(Uuid::nil()),
                order: None,
            },
            on,
            due: on,
            currency: Currency::EUR,
            rate: None,
            booked: booked(parts as usize),
            open: booked(0),
            gone: None,
            used_until: Vec::new(),
            allocations: numbers().collect(),
        };
        ledger.items.insert(ItemNo(1), payment);
        for number in numbers() {
            let allocation = Allocation {
                from: ItemNo(1),
                to: ItemNo(1),
                on,
                taken: booked(1),
                settled: booked(1),
                paid: Decimal::ONE,
            };
            ledger.allocations.insert(number, allocation);
            let write_off = WriteOff {
                item: ItemNo(1),
                on,
                state: WriteOffState::Requested {
                    amount: Decimal::ONE,
                    by: "clerk".parse().unwrap(),
                },
            };
            ledger.write_offs.insert(WriteOffNo(number.0), write_off);
        }
        ledger
    }

    #[test]
    fn an_answer_is_bounded_and_says_how_many_there_are() {
        let ledger = ledger(600);
        let shown = item_with_uses(&ledger, ItemNo(1), Currency::EUR).unwrap();
        assert_eq!(
            (shown.allocations.len(), shown.allocations_in_all),
            (500, 600)
        );
        assert_eq!(shown.allocations.last().unwrap().allocation, 600);
        assert_eq!(
            (shown.write_offs.len(), shown.write_offs_in_all),
            (500, 600)
        );
        let account = account(Uuid::nil(), 1, &ledger, Currency::EUR);
        assert_eq!(account.waiting_write_offs.len(), 500);
        assert_eq!(account.waiting_write_offs[0].write_off, 1);
        assert_eq!(account.write_offs_to_approve, 600);
    }
}
