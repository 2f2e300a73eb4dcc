//! Document numbers as people read them.

/// `CU-000123` for a plain series, `QT-2026-00017` for one of a year.
pub fn document_number(series: &str, number: i64) -> String {
    if series.contains('-') {
        format!("{series}-{number:05}")
    } else {
        format!("{series}-{number:06}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_padded_so_that_it_sorts_and_grows_beyond_the_padding() {
        assert_eq!(document_number("CU", 123), "CU-000123");
        assert_eq!(document_number("QT-2026", 17), "QT-2026-00017");
        assert_eq!(document_number("CU", 12_345_678), "CU-12345678");
    }
}
