//! From request fields to domain values: every bad field is found, not only the first.

use std::str::FromStr;

use guanxi_decider::{FieldViolation, Refusal};
use guanxi_events::{CommandId, Money, PersonId};
use guanxi_proto::{google_type, types::v1::CommandHeader};
use iso_currency::Currency;
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use uuid::Uuid;

mod email;
mod list;
mod phone;
mod span;

pub use list::each;
pub use phone::e164;
pub use span::span_to_wire;

/// Collects what is wrong with a request. Each method gives the value or notes why there is none:
/// read all fields first, then put them together with `?`.
#[derive(Debug, Default)]
pub struct Fields {
    violations: Vec<FieldViolation>,
    /// Ids that nobody else has heard of.
    made: Vec<Uuid>,
}

/// The header of a command, checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Its id.
    pub command_id: CommandId,
    /// The version that the caller saw.
    pub expected_version: Option<i64>,
    /// When it happened, if not now.
    pub occurred_at: Option<Timestamp>,
}

impl Fields {
    /// Notes a bad field.
    pub fn bad(&mut self, field: impl Into<String>, description: impl Into<String>) {
        let violation = FieldViolation {
            field: field.into(),
            description: description.into(),
        };
        self.violations.push(violation);
    }

    /// The refusal that names them all.
    ///
    /// # Errors
    /// When any field is bad.
    pub fn finish(self) -> Result<(), Refusal> {
        if self.violations.is_empty() {
            Ok(())
        } else {
            Err(Refusal::invalid(self.violations))
        }
    }

    fn noted<T>(&mut self, field: &str, result: Result<T, String>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(description) => {
                self.bad(field, description);
                None
            }
        }
    }

    /// The command's header, which every command must carry.
    pub fn header(&mut self, header: Option<&CommandHeader>) -> Option<Header> {
        let Some(header) = header else {
            self.bad(
                "header.command_id",
                "every command carries a command_id (a UUID)",
            );
            return None;
        };
        let command_id = self.id("header.command_id", &header.command_id);
        if header.expected_version.is_some_and(|version| version < 0) {
            self.bad("header.expected_version", "a version is 0 or more");
        }
        let occurred_at = self.optional_instant("header.occurred_at", header.occurred_at.as_ref());
        Some(Header {
            command_id: command_id?,
            expected_version: header.expected_version,
            occurred_at: occurred_at?,
        })
    }

    /// A UUID that must be given.
    pub fn id<T: From<Uuid>>(&mut self, field: &str, text: &str) -> Option<T> {
        let parsed = Uuid::parse_str(text).ok().filter(|id| !id.is_nil());
        let parsed = parsed.ok_or_else(|| format!("must be a UUID, got {:?}", clip(text)));
        self.noted(field, parsed).map(T::from)
    }

    /// A UUID that may be left out: `Some(None)`.
    pub fn optional_id<T: From<Uuid>>(&mut self, field: &str, text: &str) -> Option<Option<T>> {
        if text.is_empty() {
            Some(None)
        } else {
            self.id(field, text).map(Some)
        }
    }

    /// The id of something new: the caller's choice, or a fresh one.
    pub fn new_id<T: From<Uuid>>(&mut self, field: &str, text: &str) -> Option<T> {
        if text.is_empty() {
            let id = Uuid::now_v7();
            self.made.push(id);
            Some(T::from(id))
        } else {
            self.id(field, text)
        }
    }

    /// Whether the id was made here, so that nothing can have been written under it.
    pub(crate) fn has_made(&self, id: Uuid) -> bool {
        self.made.contains(&id)
    }

    /// Text of `min` to `max` characters after trimming; no control characters but line breaks.
    pub fn text(&mut self, field: &str, text: &str, min: usize, max: usize) -> Option<String> {
        let trimmed = text.trim();
        let length = trimmed.chars().count();
        let result = if length < min && length == 0 {
            Err("must not be empty".to_owned())
        } else if length < min || length > max {
            Err(format!(
                "has {length} characters; {min} to {max} are allowed"
            ))
        } else if trimmed
            .chars()
            .any(|c| c.is_control() && c != '\n' && c != '\t')
        {
            Err("must not have control characters".to_owned())
        } else {
            Ok(trimmed.to_owned())
        };
        self.noted(field, result)
    }

    /// Text that may be left out; empty is `Some(None)`.
    pub fn optional_text(&mut self, field: &str, text: &str, max: usize) -> Option<Option<String>> {
        if text.trim().is_empty() {
            Some(None)
        } else {
            self.text(field, text, 1, max).map(Some)
        }
    }

    /// A person's id that must be given.
    pub fn person(&mut self, field: &str, text: &str) -> Option<PersonId> {
        self.noted(
            field,
            PersonId::from_str(text).map_err(|error| error.to_string()),
        )
    }

    /// A person's id that may be left out.
    pub fn optional_person(&mut self, field: &str, text: &str) -> Option<Option<PersonId>> {
        if text.is_empty() {
            Some(None)
        } else {
            self.person(field, text).map(Some)
        }
    }

    /// Anything that its own `FromStr` reads.
    pub fn parsed<T: FromStr<Err: std::fmt::Display>>(
        &mut self,
        field: &str,
        text: &str,
    ) -> Option<T> {
        self.noted(
            field,
            text.parse().map_err(|error: T::Err| error.to_string()),
        )
    }

    /// An enum's value by number; 0 ("unspecified") and unknown numbers are refused.
    pub fn choice<P: TryFrom<i32>, T>(
        &mut self,
        field: &str,
        number: i32,
        map: impl FnOnce(P) -> Option<T>,
    ) -> Option<T> {
        let value = P::try_from(number).ok().and_then(map);
        self.noted(
            field,
            value.ok_or_else(|| format!("must be one of the known values, got {number}")),
        )
    }

    /// Exact money, with no more places than its currency has.
    pub fn money(&mut self, field: &str, money: Option<&google_type::Money>) -> Option<Money> {
        let result = match money {
            None => Err("must be given".to_owned()),
            Some(money) => parse_money(money),
        };
        self.noted(field, result)
    }

    /// Money that may be left out.
    pub fn optional_money(
        &mut self,
        field: &str,
        money: Option<&google_type::Money>,
    ) -> Option<Option<Money>> {
        match money {
            None => Some(None),
            some => self.money(field, some).map(Some),
        }
    }

    /// A currency by its three-letter code.
    pub fn currency(&mut self, field: &str, code: &str) -> Option<Currency> {
        let currency = Currency::from_code(code);
        self.noted(
            field,
            currency.ok_or_else(|| format!("{:?} is no ISO 4217 currency", clip(code))),
        )
    }

    /// A decimal number with at most `places` places, between `min` and `max`.
    pub fn decimal(
        &mut self,
        field: &str,
        text: &str,
        places: u32,
        min: Decimal,
        max: Decimal,
    ) -> Option<Decimal> {
        let result = match Decimal::from_str_exact(text) {
            Err(_) => Err(format!(
                "must be a decimal number like 12.5, got {:?}",
                clip(text)
            )),
            Ok(value) if value.normalize().scale() > places => {
                Err(format!("{value} has more than {places} decimal places"))
            }
            Ok(value) if value < min || value > max => {
                Err(format!("{value} is not between {min} and {max}"))
            }
            Ok(value) => Ok(value),
        };
        self.noted(field, result)
    }

    /// A whole number between `min` and `max`.
    pub fn whole(&mut self, field: &str, number: i32, min: u16, max: u16) -> Option<u16> {
        let value = u16::try_from(number).ok();
        let value = value.filter(|value| (min..=max).contains(value));
        self.noted(
            field,
            value.ok_or_else(|| format!("{number} is not between {min} and {max}")),
        )
    }

    /// A whole calendar day that must be given.
    pub fn date(&mut self, field: &str, date: Option<&google_type::Date>) -> Option<Date> {
        let result = match date {
            None => Err("must be given".to_owned()),
            Some(date) => parse_date(date),
        };
        self.noted(field, result)
    }

    /// A day that may be left out.
    pub fn optional_date(
        &mut self,
        field: &str,
        date: Option<&google_type::Date>,
    ) -> Option<Option<Date>> {
        match date {
            None => Some(None),
            some => self.date(field, some).map(Some),
        }
    }

    /// An instant that must be given.
    pub fn instant(
        &mut self,
        field: &str,
        at: Option<&prost_types::Timestamp>,
    ) -> Option<Timestamp> {
        let result = match at {
            None => Err("must be given".to_owned()),
            Some(at) => {
                instant(at).ok_or_else(|| "is no instant of the years 1 to 9999".to_owned())
            }
        };
        self.noted(field, result)
    }

    /// An instant that may be left out.
    pub fn optional_instant(
        &mut self,
        field: &str,
        at: Option<&prost_types::Timestamp>,
    ) -> Option<Option<Timestamp>> {
        match at {
            None => Some(None),
            some => self.instant(field, some).map(Some),
        }
    }

    /// At most `max` items.
    pub fn count(&mut self, field: &str, items: usize, max: usize) -> Option<()> {
        let result = if items > max {
            Err(format!("has {items} items; {max} are allowed"))
        } else {
            Ok(())
        };
        self.noted(field, result)
    }
}

fn clip(text: &str) -> String {
    text.chars().take(40).collect()
}

fn instant(at: &prost_types::Timestamp) -> Option<Timestamp> {
    if !(0..1_000_000_000).contains(&at.nanos) {
        return None;
    }
    let at = Timestamp::new(at.seconds, at.nanos).ok()?;
    // The log keeps microseconds.
    at.round(jiff::Unit::Microsecond)
        .ok()
        .filter(|at| at.as_second() >= -62_135_596_800)
}

fn parse_date(date: &google_type::Date) -> Result<Date, String> {
    let part = |value: i32| i8::try_from(value).ok();
    let year = i16::try_from(date.year).ok().filter(|year| *year >= 1);
    year.zip(part(date.month).zip(part(date.day)))
        .and_then(|(year, (month, day))| Date::new(year, month, day).ok())
        .ok_or_else(|| {
            format!(
                "{}-{}-{} is no calendar day",
                date.year, date.month, date.day
            )
        })
}

fn parse_money(money: &google_type::Money) -> Result<Money, String> {
    let currency = Currency::from_code(&money.currency_code)
        .ok_or_else(|| format!("{:?} is no ISO 4217 currency", clip(&money.currency_code)))?;
    let in_range = (-999_999_999..=999_999_999).contains(&money.nanos);
    let same_sign = i64::from(money.nanos.signum()) * money.units.signum() >= 0;
    if !in_range || !same_sign {
        return Err("nanos must be below a unit and of the same sign as the units".to_owned());
    }
    let amount = Decimal::from(money.units) + Decimal::new(i64::from(money.nanos), 9);
    Money::exact(amount.normalize(), currency).map_err(|error| error.to_string())
}

/// Domain money on the wire.
pub fn money_to_wire(money: &Money) -> google_type::Money {
    use rust_decimal::prelude::ToPrimitive;
    let units = money.amount.trunc();
    let nanos = (money.amount - units) * Decimal::from(1_000_000_000);
    google_type::Money {
        currency_code: money.currency.code().to_owned(),
        units: units.to_i64().unwrap_or_default(),
        nanos: nanos.to_i32().unwrap_or_default(),
    }
}

/// A calendar day on the wire.
pub fn date_to_wire(date: Date) -> google_type::Date {
    google_type::Date {
        year: date.year().into(),
        month: date.month().into(),
        day: date.day().into(),
    }
}

/// An instant on the wire.
pub fn instant_to_wire(at: Timestamp) -> prost_types::Timestamp {
    let nanos = i64::from(at.subsec_nanosecond());
    // The wire wants nanoseconds that count upwards, also before 1970.
    let (seconds, nanos) = if nanos < 0 {
        (at.as_second() - 1, nanos + 1_000_000_000)
    } else {
        (at.as_second(), nanos)
    };
    prost_types::Timestamp {
        seconds,
        nanos: i32::try_from(nanos).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_new_when_it_was_made_here_and_not_when_the_caller_chose_it() {
        let mut fields = Fields::default();
        let made: Uuid = fields.new_id("order_id", "").unwrap();
        let chosen = Uuid::now_v7();
        let given: Option<Uuid> = fields.new_id("order_id", &chosen.to_string());
        assert_eq!(given, Some(chosen));
        assert!(fields.has_made(made) && !fields.has_made(chosen));
    }
}
