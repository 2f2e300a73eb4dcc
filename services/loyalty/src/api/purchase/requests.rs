//! From the messages of `PurchaseService` to the purchase's commands.

use guanxi_events::{
    Money,
    loyalty::{PaymentPart, ProgramId, PurchaseLine, ReturnedLine},
};
use guanxi_proto::{google_type, loyalty::v1 as wire};
use guanxi_runtime::{Fields, command, each};
use iso_currency::Currency;
use rust_decimal::Decimal;

use super::card_of;
use crate::{
    api::{card_source, member::email, payments::kind_from_wire},
    domain::{
        member::keys::Wanted,
        purchase::{Back, Command, Purchase, Record},
    },
};

/// A purchase has at most this many lines.
const MOST_LINES: usize = 500;
/// The largest amount of a line, and the largest quantity: 10⁹.
const MOST: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);
/// Quantities have at most this many places, and are at least so much.
const PLACES: u32 = 4;
const LEAST: Decimal = Decimal::from_parts(1, 0, 0, false, PLACES);

command!(wire::RecordPurchaseRequest => wire::RecordPurchaseResponse, Purchase,
|request, fields| {
    let id = fields.id("purchase_id", &request.purchase_id);
    let wanted = wanted(fields, &request);
    let shop = fields.optional_text("shop", &request.shop, 60);
    let reference = fields.optional_text("reference", &request.reference, 100);
    let currency = currency(fields, &request);
    if request.lines.is_empty() {
        fields.bad("lines", "must have one line at least");
    }
    let lines = each(fields, "lines", &request.lines, MOST_LINES, |fields, path, line| {
        purchase_line(fields, path, line, currency)
    });
    let payments = each(fields, "payments", &request.payments, 10, |fields, path, part| {
        payment(fields, path, part, currency)
    });
    let (program, wanted) = wanted?;
    let record = Record {
        program,
        card: card_of(program, wanted.card.as_deref()),
        wanted,
        member: None,
        shop: shop?,
        reference: reference?,
        currency: currency?,
        lines: lines?,
        payments: payments?,
    };
    Some((id?, Command::Record(record)))
});

command!(wire::MatchPurchaseRequest => wire::MatchPurchaseResponse, Purchase, |request, fields| {
    let id = fields.id("purchase_id", &request.purchase_id);
    let member = fields.id("member_id", &request.member_id);
    Some((id?, Command::Match(member?)))
});

command!(wire::RecordReturnRequest => wire::RecordReturnResponse, Purchase, |request, fields| {
    let id = fields.id("purchase_id", &request.purchase_id);
    let credit = fields.id("return_id", &request.return_id);
    let reason = fields.optional_text("reason", &request.reason, 500);
    let lines = each(fields, "lines", &request.lines, MOST_LINES, returned_line);
    let amount = fields.optional_money("amount", request.amount.as_ref());
    let (lines, amount) = (lines?, amount?);
    let what = match amount {
        Some(_) if !lines.is_empty() => {
            fields.bad("amount", "it or the lines are given, not both");
            return None;
        }
        Some(amount) if amount.amount <= Decimal::ZERO => {
            fields.bad("amount", "must be above 0");
            return None;
        }
        Some(amount) => Back::Amount(amount.amount),
        None if lines.is_empty() => Back::Rest,
        None => Back::Lines(lines),
    };
    Some((id?, Command::Return { credit: credit?, what, reason: reason? }))
});

/// Whom a till means; nobody when nothing is given.
pub(super) fn wanted(
    fields: &mut Fields,
    request: &wire::RecordPurchaseRequest,
) -> Option<(ProgramId, Wanted)> {
    let program = fields.id("program_id", &request.program_id);
    let member = fields.optional_id("member_id", &request.member_id);
    let card = if request.card_number.is_empty() {
        Some(None)
    } else {
        card_source::number(fields, "card_number", &request.card_number).map(Some)
    };
    let phone = fields.optional_phone("phone", &request.phone);
    let email = email(fields, "email", &request.email);
    let wanted = Wanted {
        member: member?,
        card: card?,
        phone: phone?,
        email: email?,
    };
    Some((program?, wanted))
}

/// The currency of the first line, which is that of all amounts.
fn currency(fields: &mut Fields, request: &wire::RecordPurchaseRequest) -> Option<Currency> {
    let first = request.lines.first()?.amount.as_ref()?;
    fields.currency("lines[0].amount.currency_code", &first.currency_code)
}

fn purchase_line(
    fields: &mut Fields,
    path: &str,
    line: &wire::PurchaseLine,
    currency: Option<Currency>,
) -> Option<PurchaseLine> {
    let item = fields.text(&format!("{path}.item"), &line.item, 1, 200);
    let category = fields.optional_text(&format!("{path}.category"), &line.category, 60);
    let quantity = quantity(fields, path, &line.quantity);
    let amount = amount(fields, path, line.amount.as_ref(), currency, -MOST);
    Some(PurchaseLine {
        item: item?,
        category: category?,
        quantity: quantity?,
        amount: amount?,
    })
}

fn quantity(fields: &mut Fields, path: &str, text: &str) -> Option<Decimal> {
    fields.decimal(&format!("{path}.quantity"), text, PLACES, LEAST, MOST)
}

fn payment(
    fields: &mut Fields,
    path: &str,
    part: &wire::PaymentPart,
    currency: Option<Currency>,
) -> Option<PaymentPart> {
    let kind = fields.choice(&format!("{path}.kind"), part.kind, kind_from_wire);
    let amount = amount(fields, path, part.amount.as_ref(), currency, Decimal::ZERO);
    Some(PaymentPart {
        kind: kind?,
        amount: amount?,
    })
}

/// An amount in the purchase's currency.
fn amount(
    fields: &mut Fields,
    path: &str,
    money: Option<&google_type::Money>,
    currency: Option<Currency>,
    least: Decimal,
) -> Option<Decimal> {
    let field = format!("{path}.amount");
    let Money {
        amount,
        currency: of,
    } = fields.money(&field, money)?;
    if currency.is_some_and(|currency| currency != of) {
        fields.bad(field, "is in another currency than the first line");
        return None;
    }
    if !(least..=MOST).contains(&amount) {
        fields.bad(field, format!("{amount} is not between {least} and {MOST}"));
        return None;
    }
    Some(amount)
}

fn returned_line(
    fields: &mut Fields,
    path: &str,
    line: &wire::ReturnedLine,
) -> Option<ReturnedLine> {
    let number = u32::try_from(line.line).ok().filter(|number| *number > 0);
    if number.is_none() {
        fields.bad(format!("{path}.line"), "lines are numbered from 1");
    }
    let quantity = quantity(fields, path, &line.quantity);
    Some(ReturnedLine {
        line: number?,
        quantity: quantity?,
    })
}
