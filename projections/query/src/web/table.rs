//! Tables: columns, and rows of values that a page, a CSV file and a workbook each show their way.

use guanxi_proto::google_type;
use guanxi_runtime::Fields;
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;

use super::{
    failure::Failure,
    format::{self, Amount},
    session::Visitor,
};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Words.
    Text,
    /// Counts and other numbers.
    Number,
    /// Amounts; in a file the currency has a column of its own.
    Money,
    /// Shares of one.
    Share,
    /// Days.
    Day,
    /// Months.
    Month,
    /// Moments.
    Moment,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

impl Column {
    /// A column.
    pub(super) fn new(name: impl Into<String>, kind: Kind) -> Self {
        let name = name.into();
        Self { name, kind }
    }
}

/// What a value means for whoever looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Good,
    Bad,
    Calm,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing is known.
    None,
    Text(String),
    /// A word of a few, shown as a mark.
    Mark(Tone, &'static str),
    Number(Decimal),
    Money(Amount),
    Share(Decimal),
    Day(Date),
    Month(Date),
    Moment(Timestamp),
    /// Seconds.
    Span(i64),
}

/// A cell, and what it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) value: Value,
    pub(super) leads_to: Option<String>,
}

/// A row has a cell for each column.
pub(super) type Row = Vec<Cell>;

impl From<Value> for Cell {
    fn from(value: Value) -> Self {
        Self {
            value,
            leads_to: None,
        }
    }
}

impl Cell {
    /// Words; none are nothing.
    pub(super) fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() {
            return Value::None.into();
        }
        Value::Text(text).into()
    }

    /// A count.
    pub(super) fn count(count: i64) -> Self {
        Value::Number(count.into()).into()
    }

    /// A decimal that a message holds as text, empty for none.
    pub(super) fn decimal(text: &str, of: impl Fn(Decimal) -> Value) -> Self {
        text.parse().map_or(Value::None, of).into()
    }

    /// An amount.
    pub(super) fn money(money: Option<&google_type::Money>) -> Result<Self, Failure> {
        let Some(money) = money else {
            return Ok(Value::None.into());
        };
        Ok(Value::Money(Amount::of(money)?).into())
    }

    /// A day.
    pub(super) fn day(date: Option<&google_type::Date>) -> Self {
        date_of(date).map_or(Value::None, Value::Day).into()
    }

    /// A moment.
    pub(super) fn moment(at: Option<&prost_types::Timestamp>) -> Self {
        instant_of(at).map_or(Value::None, Value::Moment).into()
    }

    /// The same cell, leading somewhere.
    #[must_use]
    pub(super) fn to(mut self, address: String) -> Self {
        self.leads_to = Some(address);
        self
    }
}

/// The day of a message.
pub(super) fn date_of(date: Option<&google_type::Date>) -> Option<Date> {
    Fields::default().optional_date("date", date).flatten()
}

/// The instant of a message.
pub(super) fn instant_of(at: Option<&prost_types::Timestamp>) -> Option<Timestamp> {
    Fields::default().optional_instant("at", at).flatten()
}

/// A cell as a page shows it.
pub(super) struct Shown {
    pub(super) text: String,
    /// The code before an amount.
    pub(super) currency: &'static str,
    pub(super) class: &'static str,
    pub(super) leads_to: Option<String>,
}

impl Kind {
    /// How cells of the column are set.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Text => "",
            Self::Number | Self::Money | Self::Share => "number",
            Self::Day | Self::Month | Self::Moment => "date",
        }
    }
}

impl Cell {
    /// As a page shows it.
    pub(super) fn shown(self, visitor: &Visitor) -> Shown {
        let (mut currency, mut class) = ("", "");
        // What is not there is not to catch the eye.
        let nothing = match &self.value {
            Value::None => true,
            Value::Number(number) => number.is_zero(),
            Value::Money(amount) => amount.value.is_zero(),
            _ => false,
        };
        if nothing {
            class = "nothing";
        }
        let text = match self.value {
            Value::Mark(tone, text) => {
                class = match tone {
                    Tone::Good => "mark good",
                    Tone::Bad => "mark bad",
                    Tone::Calm => "mark",
                };
                text.to_owned()
            }
            Value::Money(amount) => {
                currency = amount.currency.code();
                amount.number()
            }
            other => other.plain(visitor),
        };
        Shown {
            text,
            currency,
            class,
            leads_to: self.leads_to,
        }
    }
}

impl Value {
    /// As one text.
    pub(super) fn plain(&self, visitor: &Visitor) -> String {
        let language = visitor.language();
        match self {
            Self::None => "–".to_owned(),
            Self::Text(text) => text.clone(),
            Self::Mark(_, text) => (*text).to_owned(),
            Self::Number(number) => format::grouped(*number),
            Self::Money(amount) => amount.text(),
            Self::Share(share) => format::share(*share),
            Self::Day(day) => format::day(*day, language),
            Self::Month(month) => format::month(*month, language),
            Self::Moment(at) => format::moment(*at, &visitor.home.zone, language),
            Self::Span(seconds) => format::span(*seconds, language),
        }
    }
}
