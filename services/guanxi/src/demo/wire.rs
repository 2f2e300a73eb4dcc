//! Values as the contracts carry them.

use anyhow::Context;
use guanxi_proto::{google_type, types::v1::CommandHeader};
use jiff::{
    civil::{Date, DateTime},
    tz::TimeZone,
};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use uuid::Uuid;

/// The currency of the sales pipeline.
pub(super) const USD: &str = "USD";
/// The currency of the wholesaler.
pub(super) const GBP: &str = "GBP";

/// A sum in a currency.
pub(super) fn money(amount: Decimal, currency: &str) -> anyhow::Result<google_type::Money> {
    let whole = || {
        let nanos = amount.fract() * Decimal::from(1_000_000_000);
        Some((amount.trunc().to_i64()?, nanos.to_i32()?))
    };
    let (units, nanos) = whole().with_context(|| format!("{amount} is too large"))?;
    Ok(google_type::Money {
        currency_code: currency.to_owned(),
        units,
        nanos,
    })
}

/// A sum as it was answered.
pub(super) fn decimal(money: &google_type::Money) -> Decimal {
    Decimal::from(money.units) + Decimal::new(i64::from(money.nanos), 9)
}

/// A day.
pub(super) fn day(day: Date) -> google_type::Date {
    google_type::Date {
        year: day.year().into(),
        month: day.month().into(),
        day: day.day().into(),
    }
}

/// A command that happened on a day at an hour of the tenant's zone.
pub(super) fn header(
    id: Uuid,
    day: Date,
    hour: i8,
    zone: &TimeZone,
) -> anyhow::Result<CommandHeader> {
    header_at(id, day.at(hour, 0, 0, 0), zone)
}

/// A command that happened at a time of the tenant's zone.
pub(super) fn header_at(id: Uuid, at: DateTime, zone: &TimeZone) -> anyhow::Result<CommandHeader> {
    let at = at.to_zoned(zone.clone())?.timestamp();
    Ok(CommandHeader {
        command_id: id.to_string(),
        expected_version: None,
        occurred_at: Some(prost_types::Timestamp {
            seconds: at.as_second(),
            nanos: at.subsec_nanosecond(),
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_keeps_its_cents() {
        let sum = Decimal::new(-109_975, 2);
        let wire = money(sum, USD).unwrap();
        assert_eq!((wire.units, wire.nanos), (-1_099, -750_000_000));
        assert_eq!(decimal(&wire), sum);
    }
}
