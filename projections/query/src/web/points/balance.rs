//! A balance in a row: where the points are that were earned (L-19).

use guanxi_proto::query::v1::{PointsBalance, PointsFigures};

use super::Texts;
use crate::web::{
    failure::Failure,
    table::{Cell, Column, Kind, Row, Tone, Value},
};

/// The columns for [`cells`].
pub(super) fn columns(texts: &Texts) -> impl Iterator<Item = Column> {
    let numbers = [
        texts.earned,
        texts.adjusted,
        texts.received,
        texts.pending,
        texts.active,
        texts.spent,
        texts.settled,
        texts.sent,
        texts.expired,
        texts.reversed,
        texts.debt,
        texts.owed,
        texts.tier_points,
    ];
    let numbers = numbers.map(|name| Column::new(name, Kind::Number));
    let conserves = Column::new(texts.conserves, Kind::Text);
    numbers.into_iter().chain([conserves])
}

/// Its figures, and whether they add up.
pub(super) fn cells(balance: &PointsBalance, texts: &Texts) -> Result<Row, Failure> {
    let points = figures(balance)?;
    let tier = balance.tier_points.as_ref();
    let tier = tier.map_or("", |tier| tier.points.as_str());
    let numbers = [
        &points.earned,
        &points.adjusted,
        &points.transferred_in,
        &points.pending,
        &points.active,
        &points.spent,
        &points.settled,
        &points.transferred_out,
        &points.expired,
        &points.reversed,
        &points.debt,
        &points.owed,
        tier,
    ];
    let numbers = numbers.map(|number: &str| Cell::decimal(number, Value::Number));
    let (tone, word) = conserves(balance.conserves, texts);
    let conserves = Value::Mark(tone, word);
    Ok(numbers.into_iter().chain([conserves.into()]).collect())
}

/// The figures that every balance has.
pub(super) fn figures(balance: &PointsBalance) -> Result<&PointsFigures, Failure> {
    let figures = balance.points.as_ref();
    figures.ok_or_else(|| Failure::internal("a balance has no figures"))
}

/// Whether the law of conservation holds, as a mark.
pub(super) fn conserves(holds: bool, texts: &Texts) -> (Tone, &'static str) {
    match holds {
        true => (Tone::Good, texts.yes),
        false => (Tone::Bad, texts.no),
    }
}

/// What a program is called, else its id.
pub(super) fn program<'a>(name: &'a str, id: &'a str) -> &'a str {
    if name.is_empty() { id } else { name }
}

/// Who a member is: the customer's name, else the member's number.
pub(super) fn member<'a>(customer: &'a str, number: &'a str, texts: &Texts) -> &'a str {
    match (customer, number) {
        ("", "") => texts.unknown_member,
        ("", number) => number,
        (name, _) => name,
    }
}
