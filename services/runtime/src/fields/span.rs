//! Spans of time on the wire.

use jiff::SignedDuration;

use super::Fields;

impl Fields {
    /// A span of time that must be given, between `min` and `max`.
    pub fn span(
        &mut self,
        field: &str,
        given: Option<&prost_types::Duration>,
        min: SignedDuration,
        max: SignedDuration,
    ) -> Option<SignedDuration> {
        let result = match given {
            None => Err("must be given".to_owned()),
            Some(given) => read(given)
                .filter(|span| (min..=max).contains(span))
                .ok_or_else(|| format!("must be a span from {min:#} to {max:#}")),
        };
        self.noted(field, result)
    }
}

/// Both parts of a span count the same way.
fn read(given: &prost_types::Duration) -> Option<SignedDuration> {
    let in_range = (-999_999_999..=999_999_999).contains(&given.nanos);
    let same_sign = i64::from(given.nanos.signum()) * given.seconds.signum() >= 0;
    (in_range && same_sign).then(|| SignedDuration::new(given.seconds, given.nanos))
}

/// A span of time on the wire.
pub fn span_to_wire(span: SignedDuration) -> prost_types::Duration {
    prost_types::Duration {
        seconds: span.as_secs(),
        nanos: span.subsec_nanos(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_comes_back_as_it_was_given_and_a_bad_one_is_named() {
        let mut fields = Fields::default();
        let (min, max) = (SignedDuration::ZERO, SignedDuration::from_hours(1));
        let wire = |seconds, nanos| prost_types::Duration { seconds, nanos };
        let good = wire(90, 5);
        let read = fields.span("good", Some(&good), min, max).unwrap();
        assert_eq!(span_to_wire(read), good);
        for bad in [
            wire(-1, 0),
            wire(1, -1),
            wire(0, 1_000_000_000),
            wire(3600, 1),
        ] {
            assert_eq!(fields.span("bad", Some(&bad), min, max), None, "{bad:?}");
        }
        assert_eq!(fields.span("none", None, min, max), None);
        assert_eq!(fields.finish().unwrap_err().violations.len(), 5);
    }
}
