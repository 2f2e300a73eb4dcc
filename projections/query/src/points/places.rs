//! Places in the lists of points, for page tokens.

use guanxi_points::queries::{ExpiringCursor, GroupCursor, LineCursor, LotCursor};
use jiff::Timestamp;

use crate::pages::Place;

/// An instant in microseconds, as the model keeps it.
fn micros(text: &str) -> Option<Timestamp> {
    Timestamp::from_microsecond(text.parse().ok()?).ok()
}

impl Place for GroupCursor {
    fn write(&self) -> String {
        format!("{}.{}", self.program, self.key)
    }

    fn read(text: &str) -> Option<Self> {
        let (program, key) = text.split_once('.')?;
        Some(Self {
            program: program.parse().ok()?,
            key: key.to_owned(),
        })
    }
}

impl Place for LineCursor {
    fn write(&self) -> String {
        format!("{}.{}", self.at.as_microsecond(), self.version)
    }

    fn read(text: &str) -> Option<Self> {
        let (at, version) = text.split_once('.')?;
        Some(Self {
            at: micros(at)?,
            version: version.parse().ok()?,
        })
    }
}

impl Place for LotCursor {
    fn write(&self) -> String {
        let expires = self.expires_at.map(|at| at.as_microsecond().to_string());
        format!(
            "{}.{}.{}",
            expires.unwrap_or_default(),
            self.earned_at.as_microsecond(),
            self.lot
        )
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let expires_at = match parts.next()? {
            "" => None,
            at => Some(micros(at)?),
        };
        Some(Self {
            expires_at,
            earned_at: micros(parts.next()?)?,
            lot: parts.next()?.parse().ok()?,
        })
    }
}

impl Place for ExpiringCursor {
    fn write(&self) -> String {
        format!("{}.{}", self.first.as_microsecond(), self.member)
    }

    fn read(text: &str) -> Option<Self> {
        let (first, member) = text.split_once('.')?;
        Some(Self {
            first: micros(first)?,
            member: member.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lot_that_never_expires_has_a_place_as_well() {
        for expires_at in [None, Some(Timestamp::UNIX_EPOCH)] {
            let cursor = LotCursor {
                expires_at,
                earned_at: "2024-01-31T12:00:00.000001Z".parse().unwrap(),
                lot: 7,
            };
            assert_eq!(LotCursor::read(&cursor.write()), Some(cursor));
        }
        assert_eq!(LotCursor::read("x.1.1"), None);
        assert_eq!(LotCursor::read("1.1"), None);
    }
}
