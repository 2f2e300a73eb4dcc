//! A card's number as images that tills read (L-04).

use barcoders::{generators::svg::SVG, sym::code128::Code128};
use qrcode::{EcLevel, QrCode, render::svg};

/// How high a bar code is, in units of its narrowest bar.
const HEIGHT: u32 = 60;
/// Code 128 begins in its character set B, which has all letters and digits.
const SET_B: char = '\u{0181}';

/// A QR code; none for a number that does not fit into one.
pub(super) fn qr(number: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(number, EcLevel::M).ok()?;
    Some(
        code.render::<svg::Color<'_>>()
            .min_dimensions(200, 200)
            .build(),
    )
}

/// A bar code; none for a number with characters that it does not have.
pub(super) fn bar_code(number: &str) -> Option<String> {
    let code = Code128::new(format!("{SET_B}{number}")).ok()?;
    SVG::new(HEIGHT).generate(code.encode()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_a_qr_code_and_a_bar_code_of_its_own() {
        for image in [qr, bar_code] {
            let one = image("62170000012").unwrap();
            assert!(one.contains("<svg"), "{one}");
            assert_ne!(one, image("62170000020").unwrap());
            assert_eq!(one, image("62170000012").unwrap());
        }
        assert!(bar_code("VIP0042").is_some());
        assert_eq!(bar_code("会员"), None);
    }
}
