//! Which share of a purchase came back, part by part: a function of the purchase's state alone, so
//! that it does not matter in which order facts became known (L-16).

use rust_decimal::Decimal;
use uuid::Uuid;

use super::state::{Credit, Earning, Part, Recorded};
use crate::domain::earning_rules::sale::PLACES;

/// The share of a part's points that is not the member's: 0 to 1.
pub(super) fn taken(purchase: &Recorded, earning: &Earning) -> Decimal {
    purchase
        .part(earning.part)
        .filter(|part| part.settled)
        .map_or(Decimal::ONE, |part| {
            returned(purchase, part, &earning.by_line)
        })
}

/// So much of an amount, before it is rounded: the sixths and thirds that a share is made of add up
/// again, so that 5/6 of 183 is 152.5 and not a little less.
pub(super) fn of(share: Decimal, amount: Decimal) -> Decimal {
    (share * amount).round_dp(PLACES)
}

/// Whether anything of the purchase is paid and kept: so it counts as an order.
pub(super) fn counts(purchase: &Recorded) -> bool {
    let mut parts = purchase.parts.iter().filter(|part| part.settled);
    parts.any(|part| returned(purchase, part, &[]) < Decimal::ONE)
}

/// The share of a part that came back. What is credited fills the parts in the order in which they
/// were paid; what had covered a part before it earned takes nothing back any more.
fn returned(purchase: &Recorded, part: &Part, by_line: &[Decimal]) -> Decimal {
    let covered: Decimal = purchase.parts.iter().map(|part| part.returned).sum();
    let credited = (purchase.credited() - covered).max(Decimal::ZERO);
    let fair = |part: &Part| (part.total - part.returned).max(Decimal::ZERO);
    let before = purchase
        .parts
        .iter()
        .take_while(|other| other.id != part.id);
    let before: Decimal = before.map(fair).sum();
    let own = (credited - before).clamp(Decimal::ZERO, fair(part));
    if fair(part).is_zero() || own == fair(part) {
        return if own.is_zero() {
            Decimal::ZERO
        } else {
            Decimal::ONE
        };
    }
    if purchase
        .credits
        .iter()
        .all(|credit| credit.lines.is_empty())
    {
        return own / fair(part);
    }
    // A till's purchase, which has one part and lines.
    let shares = purchase.credits.iter();
    let shares = shares.map(|credit| share(purchase, credit, fair(part), by_line));
    shares.sum::<Decimal>().min(Decimal::ONE)
}

/// The share of a part's points that one return takes: what its lines earned, or in proportion.
fn share(purchase: &Recorded, credit: &Credit, total: Decimal, by_line: &[Decimal]) -> Decimal {
    let earned: Decimal = by_line.iter().sum();
    if credit.lines.is_empty() || earned.is_zero() {
        return credit.amount / total;
    }
    let of_line = |number: u32, quantity: Decimal| {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        let line = purchase.lines.get(index)?;
        let points = by_line.get(index)?;
        (quantity * points).checked_div(line.quantity)
    };
    let back = credit.lines.iter();
    let back = back.filter_map(|line| of_line(line.line, line.quantity));
    back.sum::<Decimal>() / earned
}

/// Whether a member earned by a part already.
pub(super) fn earned(
    purchase: &Recorded,
    part: Uuid,
    member: guanxi_events::loyalty::MemberId,
) -> bool {
    let mut earnings = purchase.earnings.iter();
    earnings.any(|earning| earning.part == part && earning.member == member)
}
