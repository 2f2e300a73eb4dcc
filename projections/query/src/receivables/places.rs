//! Places in the lists of receivables, for page tokens.

use guanxi_receivables::queries::{AgeingCursor, BadDebtCursor, MovementCursor, OpenItemCursor};

use crate::pages::Place;

impl Place for OpenItemCursor {
    fn write(&self) -> String {
        format!("{}.{}.{}", self.due, self.customer, self.item)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        Some(Self {
            due: parts.next()?.parse().ok()?,
            customer: parts.next()?.parse().ok()?,
            item: parts.next()?.parse().ok()?,
        })
    }
}

impl Place for MovementCursor {
    fn write(&self) -> String {
        format!("{}.{}.{}", self.on, self.version, self.n)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        Some(Self {
            on: parts.next()?.parse().ok()?,
            version: parts.next()?.parse().ok()?,
            n: parts.next()?.parse().ok()?,
        })
    }
}

impl Place for BadDebtCursor {
    fn write(&self) -> String {
        format!("{}.{}.{}", self.on, self.customer, self.write_off)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        Some(Self {
            on: parts.next()?.parse().ok()?,
            customer: parts.next()?.parse().ok()?,
            write_off: parts.next()?.parse().ok()?,
        })
    }
}

impl Place for AgeingCursor {
    // Names hold anything: they come last, and lengths say where each part ends.
    fn write(&self) -> String {
        let Self {
            label,
            key,
            currency,
        } = self;
        format!("{currency}.{}.{key}{label}", key.len())
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let currency = parts.next()?.to_owned();
        let length: usize = parts.next()?.parse().ok()?;
        let (key, label) = parts.next()?.split_at_checked(length)?;
        Some(Self {
            label: label.to_owned(),
            key: key.to_owned(),
            currency,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_by_name_is_the_same_after_reading_whatever_the_name_holds() {
        for (label, key) in [
            ("", ""),
            ("a.b", "1.2"),
            ("关系.有限公司", "团队"),
            ("3.", "."),
        ] {
            let cursor = AgeingCursor {
                label: label.into(),
                key: key.into(),
                currency: "EUR".into(),
            };
            assert_eq!(AgeingCursor::read(&cursor.write()), Some(cursor));
        }
        assert_eq!(AgeingCursor::read("EUR.9.short"), None);
        assert_eq!(AgeingCursor::read("EUR.1.关"), None);
    }
}
