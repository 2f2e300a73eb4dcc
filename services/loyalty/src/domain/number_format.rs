//! The form of card numbers: prefix, serial number, check digit (L-04).

use guanxi_events::loyalty::{CardNumbers, CheckDigit};

/// What is wrong with a number that is not of the form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongNumber {
    /// It begins otherwise.
    #[error("does not begin with {0}")]
    Prefix(String),
    /// It is too long or too short.
    #[error("has {found} characters, not {wanted}")]
    Length {
        /// What it has.
        found: usize,
        /// What it should have.
        wanted: usize,
    },
    /// Something after the prefix is no digit.
    #[error("has something other than digits after its prefix")]
    Digits,
    /// The check digit does not fit.
    #[error(
        "has the check digit {found}, but its other digits ask for {wanted}: one of them is wrong"
    )]
    CheckDigit {
        /// What stands there.
        found: char,
        /// What would fit.
        wanted: char,
    },
    /// The serial number is not of the batch.
    #[error("has the serial number {serial}, which is not one of {first} to {last}")]
    Serial {
        /// What stands there.
        serial: u64,
        /// The first of the batch.
        first: u64,
        /// The last of the batch.
        last: u64,
    },
}

/// The number of a serial number.
pub fn number(numbers: &CardNumbers, serial: u64) -> String {
    let width = usize::from(numbers.digits);
    let body = format!("{}{serial:0width$}", numbers.prefix);
    match numbers.check {
        CheckDigit::None => body,
        CheckDigit::Luhn => {
            let check = luhn(&body);
            body + &check.to_string()
        }
    }
}

/// The serial number of a number, which must be of the form and of the batch.
///
/// # Errors
/// What is wrong with it.
pub fn serial(numbers: &CardNumbers, text: &str) -> Result<u64, WrongNumber> {
    let Some(rest) = text.strip_prefix(&numbers.prefix) else {
        return Err(WrongNumber::Prefix(numbers.prefix.clone()));
    };
    let wanted = length(numbers);
    let found = text.chars().count();
    if found != wanted {
        return Err(WrongNumber::Length { found, wanted });
    }
    if !rest.bytes().all(|b| b.is_ascii_digit()) {
        return Err(WrongNumber::Digits);
    }
    let (body, last) = match numbers.check {
        CheckDigit::None => (rest, None),
        CheckDigit::Luhn => (&rest[..rest.len() - 1], text.chars().last()),
    };
    let asked = luhn(&text[..numbers.prefix.len() + body.len()]);
    if let Some(found) = last.filter(|found| *found != asked) {
        return Err(WrongNumber::CheckDigit {
            found,
            wanted: asked,
        });
    }
    let (first, last) = (numbers.first, numbers.last);
    let serial = body.parse().unwrap_or(u64::MAX);
    if (first..=last).contains(&serial) {
        Ok(serial)
    } else {
        Err(WrongNumber::Serial {
            serial,
            first,
            last,
        })
    }
}

/// How long the numbers are.
pub fn length(numbers: &CardNumbers) -> usize {
    let check = usize::from(numbers.check == CheckDigit::Luhn);
    numbers.prefix.chars().count() + usize::from(numbers.digits) + check
}

/// The check digit by Luhn: from the right, every second digit is doubled, beginning with the last
/// one, and its digits are added; what is missing to a multiple of 10 is the check digit.
pub fn luhn(body: &str) -> char {
    let digits = body.chars().rev().filter_map(|c| c.to_digit(10));
    let sum: u32 = digits
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, doubled) => doubled / 10 + doubled % 10,
            _ => digit,
        })
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).unwrap_or('0')
}

/// Whether some text is a number of both. Check digits are not looked at, so two that differ only in
/// them count as well.
pub fn overlap(one: &CardNumbers, other: &CardNumbers) -> bool {
    if length(one) != length(other) {
        return false;
    }
    let (short, long) = if one.prefix.len() <= other.prefix.len() {
        (one, other)
    } else {
        (other, one)
    };
    let Some(between) = long.prefix.strip_prefix(&short.prefix) else {
        return false;
    };
    if !between.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let (short_first, short_last) = span(short, "");
    let (long_first, long_last) = span(long, between);
    short_first <= long_last && long_first <= short_last
}

/// The first and the last of what may stand after a prefix, as numbers; `between` stands before the
/// serial number.
fn span(numbers: &CardNumbers, between: &str) -> (u128, u128) {
    let of = |serial: u64, check: &str| {
        let width = usize::from(numbers.digits);
        let text = format!("{between}{serial:0width$}{check}");
        text.parse().unwrap_or(u128::MAX)
    };
    match numbers.check {
        CheckDigit::None => (of(numbers.first, ""), of(numbers.last, "")),
        CheckDigit::Luhn => (of(numbers.first, "0"), of(numbers.last, "9")),
    }
}
