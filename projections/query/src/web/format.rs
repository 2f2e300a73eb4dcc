//! Numbers, money, days and times as people of a language write them.

use std::collections::BTreeMap;

use guanxi_proto::google_type;
use iso_currency::Currency;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rust_decimal::{Decimal, RoundingStrategy};

use super::{failure::Failure, language::Language};

/// An amount in its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) value: Decimal,
    pub(super) currency: Currency,
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl Amount {
    /// From a message.
    pub(super) fn of(money: &google_type::Money) -> Result<Self, Failure> {
        let currency = Currency::from_code(&money.currency_code);
        let currency = currency.ok_or_else(|| Failure::internal("an answer has no currency"))?;
        let value = Decimal::from(money.units) + Decimal::new(money.nanos.into(), 9);
        let mut amount = Self { value, currency };
        amount.value = value.normalize();
        amount
            .value
            .rescale(amount.places().max(amount.value.scale()));
        Ok(amount)
    }

    /// From a message's field that is always there.
    pub(super) fn some(money: Option<&google_type::Money>) -> Result<Self, Failure> {
        let money = money.ok_or_else(|| Failure::internal("an answer lacks an amount"))?;
        Self::of(money)
    }

    /// Decimal places of the currency.
    pub(super) fn places(self) -> u32 {
        self.currency.exponent().unwrap_or(2).into()
    }

    /// The number without its currency: `1,234.50`.
    pub(super) fn number(self) -> String {
        grouped(self.value)
    }

    /// With its currency: `EUR 1,234.50`.
    pub(super) fn text(self) -> String {
        format!("{} {}", self.currency.code(), self.number())
    }
}

/// The sums of amounts, one for each currency: those of different ones are never added.
pub(super) fn sums<'a>(
    amounts: impl Iterator<Item = &'a google_type::Money>,
) -> Result<Vec<Amount>, Failure> {
    let mut sums: BTreeMap<&'static str, Amount> = BTreeMap::new();
    for amount in amounts {
        let amount = Amount::of(amount)?;
        let sum = sums.entry(amount.currency.code());
        sum.and_modify(|sum| sum.value += amount.value)
            .or_insert(amount);
    }
    Ok(sums.into_values().collect())
}

/// A decimal with its thousands apart and a minus of the width of a plus: `−1,234.50`. English and
/// Chinese write it the same.
pub(super) fn grouped(value: Decimal) -> String {
    let plain = value.abs().to_string();
    let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut text = String::with_capacity(plain.len() + 8);
    if value.is_sign_negative() && !value.is_zero() {
        text.push('\u{2212}');
    }
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !rest.is_empty() {
        text.push('.');
        text.push_str(rest);
    }
    text
}

/// Half-up to so many places, all of them shown.
pub(super) fn rounded(value: Decimal, places: u32) -> Decimal {
    let strategy = RoundingStrategy::MidpointAwayFromZero;
    let mut value = value.round_dp_with_strategy(places, strategy);
    value.rescale(places);
    value
}

/// A share of one: `63.2%`.
pub(super) fn share(value: Decimal) -> String {
    format!("{}%", grouped(rounded(value * Decimal::ONE_HUNDRED, 1)))
}

/// A day: `30 Jun 2017`, `2017年6月30日`.
pub(super) fn day(date: Date, language: Language) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    match language {
        Language::English => format!("{day} {} {year}", month_name(month)),
        Language::Chinese => format!("{year}年{month}月{day}日"),
    }
}

/// A month: `Jun 2017`, `2017年6月`.
pub(super) fn month(date: Date, language: Language) -> String {
    let (year, month) = (date.year(), date.month());
    match language {
        Language::English => format!("{} {year}", month_name(month)),
        Language::Chinese => format!("{year}年{month}月"),
    }
}

fn month_name(month: i8) -> &'static str {
    let index = usize::try_from(month - 1).unwrap_or_default();
    MONTHS.get(index).copied().unwrap_or_default()
}

/// A moment where the tenant lives: `30 Jun 2017, 14:05`.
pub(super) fn moment(at: Timestamp, zone: &TimeZone, language: Language) -> String {
    let at = at.to_zoned(zone.clone());
    let day = day(at.date(), language);
    let comma = match language {
        Language::English => ",",
        Language::Chinese => "",
    };
    format!("{day}{comma} {:02}:{:02}", at.hour(), at.minute())
}

/// How long something took or lags, in its largest unit and the next: `12 s`, `1 h 30 min`, `3 分钟`.
pub(super) fn span(seconds: i64, language: Language) -> String {
    let rest = match seconds {
        ..3_600 => 0,
        3_600..172_800 => seconds % 3_600 / 60 * 60,
        _ => seconds % 86_400 / 3_600 * 3_600,
    };
    let largest = in_unit(seconds, language);
    match rest {
        0 => largest,
        rest => format!("{largest} {}", in_unit(rest, language)),
    }
}

/// In whole units of the largest.
fn in_unit(seconds: i64, language: Language) -> String {
    let (number, english, chinese) = match seconds {
        ..60 => (seconds, "s", "秒"),
        60..3_600 => (seconds / 60, "min", "分钟"),
        3_600..172_800 => (seconds / 3_600, "h", "小时"),
        _ => (seconds / 86_400, "days", "天"),
    };
    let unit = match language {
        Language::English => english,
        Language::Chinese => chinese,
    };
    format!("{} {unit}", grouped(number.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn thousands_stand_apart_whatever_the_sign() {
        for (value, text) in [
            ("0", "0"),
            ("0.00", "0.00"),
            ("999.5", "999.5"),
            ("1000", "1,000"),
            ("-1234567.80", "−1,234,567.80"),
            ("-0.00", "0.00"),
        ] {
            assert_eq!(grouped(dec(value)), text);
        }
    }

    #[test]
    fn money_has_the_places_of_its_currency_and_never_fewer_than_it_needs() {
        let money = |currency_code: &str, units, nanos| {
            let money = google_type::Money {
                currency_code: currency_code.to_owned(),
                units,
                nanos,
            };
            Amount::of(&money).unwrap().text()
        };
        assert_eq!(money("EUR", 1_234, 500_000_000), "EUR 1,234.50");
        assert_eq!(money("JPY", 1_234, 0), "JPY 1,234");
        assert_eq!(money("EUR", -3, -5_000_000), "EUR −3.005");
        assert_eq!(money("BHD", 1, 0), "BHD 1.000");
    }

    #[test]
    fn shares_are_rounded_half_up() {
        assert_eq!(share(dec("0.6315")), "63.2%");
        assert_eq!(share(dec("1")), "100.0%");
    }

    #[test]
    fn days_are_written_as_the_language_does() {
        let date = jiff::civil::date(2017, 6, 30);
        assert_eq!(day(date, Language::English), "30 Jun 2017");
        assert_eq!(day(date, Language::Chinese), "2017年6月30日");
        assert_eq!(month(date, Language::Chinese), "2017年6月");
        let at = "2017-06-30T16:05:00Z".parse().unwrap();
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        assert_eq!(moment(at, &zone, Language::English), "1 Jul 2017, 00:05");
        assert_eq!(span(59, Language::English), "59 s");
        assert_eq!(span(7_200, Language::Chinese), "2 小时");
        assert_eq!(span(5_430, Language::English), "1 h 30 min");
        assert_eq!(span(273_600, Language::English), "3 days 4 h");
    }
}
