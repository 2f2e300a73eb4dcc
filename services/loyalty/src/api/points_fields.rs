//! Fields that hold points.

use guanxi_runtime::Fields;
use rust_decimal::Decimal;

/// Points have at most this many decimal places, whatever the program.
const PLACES: u32 = 2;
/// The largest number of points at once: 10¹².
pub(super) const MOST: Decimal = Decimal::from_parts(3_567_587_328, 232, 0, false, 0);
/// The smallest number above 0.
pub(super) const LEAST: Decimal = Decimal::from_parts(1, 0, 0, false, PLACES);

/// Points from `least` on.
pub(super) fn points(
    fields: &mut Fields,
    field: &str,
    text: &str,
    least: Decimal,
) -> Option<Decimal> {
    fields.decimal(field, text, PLACES, least, MOST)
}

/// Points from `least` on; 0 when empty.
pub(super) fn points_or_none(
    fields: &mut Fields,
    field: &str,
    text: &str,
    least: Decimal,
) -> Option<Decimal> {
    if text.is_empty() {
        return Some(Decimal::ZERO);
    }
    points(fields, field, text, least)
}

/// Points of 0 or more that may be left out: `Some(None)`.
pub(super) fn optional_points(
    fields: &mut Fields,
    field: &str,
    text: &str,
) -> Option<Option<Decimal>> {
    if text.is_empty() {
        return Some(None);
    }
    points(fields, field, text, Decimal::ZERO).map(Some)
}

/// Points on the wire: no zeros behind the last place that says something.
pub(super) fn points_to_wire(points: Decimal) -> String {
    points.normalize().to_string()
}

/// A number of a lot, an adjustment, an item on the wire, where counts are signed.
pub(super) fn number_to_wire(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_what_they_claim_to_be() {
        assert_eq!(MOST, Decimal::from(10_i64.pow(12)));
        assert_eq!(LEAST.to_string(), "0.01");
    }

    #[test]
    fn points_are_read_with_two_places_and_written_without_zeros() {
        let mut fields = Fields::default();
        assert_eq!(
            points(&mut fields, "points", "12.50", LEAST).map(points_to_wire),
            Some("12.5".into())
        );
        for bad in ["", "0", "0.001", "many", "1000000000000.01"] {
            assert_eq!(points(&mut fields, "points", bad, LEAST), None, "{bad}");
        }
    }
}
