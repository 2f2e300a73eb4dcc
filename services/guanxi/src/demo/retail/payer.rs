//! How customers pay: the file does not say, so a seed does. What one invoice's payer does depends
//! on the seed and the invoice's number alone.

use jiff::{ToSpan, civil::Date};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use uuid::Uuid;

/// Within how many days an invoice is to be paid.
pub const PAYMENT_DAYS: i32 = 30;

/// A try to pay what is open of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// The day.
    pub on: Date,
    /// How much of what is open then, in per cent.
    pub percent: u8,
    /// How the money comes.
    pub method: Method,
    /// The day on which the payment bounces.
    pub bounces: Option<Date>,
}

/// How money comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// From bank to bank.
    BankTransfer,
    /// Collected from the customer's bank account.
    DirectDebit,
    /// A cheque.
    Cheque,
    /// Coins and notes.
    Cash,
}

/// What the payer of an invoice tries, in order. Days may lie after the end of the story.
pub fn attempts(seed: u64, invoice: &str, due: Date) -> Vec<Attempt> {
    let key = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{seed}/{invoice}").as_bytes());
    let (key, _) = key.as_u64_pair();
    let mut random = StdRng::seed_from_u64(key);
    let random = &mut random;
    let method = match random.random_range(0..10) {
        0..6 => Method::BankTransfer,
        6..9 => Method::DirectDebit,
        _ => Method::Cheque,
    };
    let whole = |on| Attempt {
        on,
        percent: 100,
        method,
        bounces: None,
    };
    match random.random_range(0..100) {
        // Early.
        0..20 => vec![whole(after(due, random.random_range(-25..-3)))],
        // On time.
        20..58 => vec![whole(after(due, random.random_range(-3..=0)))],
        // Late.
        58..80 => vec![whole(after(due, random.random_range(1..=120)))],
        // In part; half of them leave it at that.
        80..90 => {
            let first = Attempt {
                percent: random.random_range(20..=80),
                ..whole(after(due, random.random_range(-5..=20)))
            };
            let rest = after(first.on, random.random_range(10..=90));
            let pays_the_rest = random.random_bool(0.5);
            [Some(first), pays_the_rest.then(|| whole(rest))]
                .into_iter()
                .flatten()
                .collect()
        }
        // Bounced; two in three pay again.
        90..95 => {
            let first = whole(after(due, random.random_range(-5..=15)));
            let bounced = after(first.on, random.random_range(2..=7));
            let first = Attempt {
                // Money that is there does not bounce.
                method: match method {
                    Method::Cheque => Method::Cheque,
                    _ => Method::DirectDebit,
                },
                bounces: Some(bounced),
                ..first
            };
            let again = after(bounced, random.random_range(5..=60));
            let pays_again = random.random_ratio(2, 3);
            [Some(first), pays_again.then(|| whole(again))]
                .into_iter()
                .flatten()
                .collect()
        }
        // Never.
        _ => Vec::new(),
    }
}

fn after(day: Date, days: i32) -> Date {
    day.saturating_add(days.days())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;

    use super::*;

    const DUE: Date = date(2011, 3, 31);

    /// What kind of payer it is, from what was tried.
    fn habit(attempts: &[Attempt]) -> &'static str {
        match attempts {
            [] => "never",
            [first, ..] if first.bounces.is_some() => "bounced",
            [first, ..] if first.percent < 100 => "in part",
            [first] if first.on > DUE => "late",
            [first] if first.on >= after(DUE, -3) => "on time",
            [_] => "early",
            _ => "unknown",
        }
    }

    #[test]
    fn every_habit_occurs_and_what_is_tried_is_in_order() {
        let mut habits = BTreeSet::new();
        for number in 536_365..538_365 {
            let attempts = attempts(1, &number.to_string(), DUE);
            habits.insert(habit(&attempts));
            let mut before = after(DUE, -PAYMENT_DAYS);
            for attempt in attempts {
                assert!(attempt.on > before, "{attempt:?}");
                assert!((1..=100).contains(&attempt.percent), "{attempt:?}");
                assert!(attempt.bounces.is_none_or(|day| day > attempt.on));
                before = attempt.bounces.unwrap_or(attempt.on);
            }
        }
        let all = ["bounced", "early", "in part", "late", "never", "on time"];
        assert_eq!(habits.into_iter().collect::<Vec<_>>(), all);
    }

    #[test]
    fn a_payer_does_the_same_for_a_seed_and_something_else_for_another() {
        let year = |seed| (0..500).map(move |n| attempts(seed, &n.to_string(), DUE));
        assert!(year(1).eq(year(1)));
        assert!(!year(1).eq(year(2)));
    }
}
