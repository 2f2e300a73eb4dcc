//! Which codes stand for goods.

/// What is billed and credited but never delivered: postage, carriage, discounts, samples, manual
/// entries, the fees and commissions of others, bad debts.
const WITHOUT_GOODS: [&str; 10] = [
    "AMAZONFEE",
    "B",
    "BANK CHARGES",
    "C2",
    "CRUK",
    "D",
    "DOT",
    "M",
    "POST",
    "S",
];

/// A voucher is a promise, not goods.
const VOUCHER: &str = "GIFT_";

/// An article's code as it is compared: the file writes some of them in both cases, `85123A` and
/// `85123a`.
pub fn code(written: &str) -> String {
    written.trim().to_uppercase()
}

/// Whether a code, as it is compared, stands for goods. All others do, among them `PADS`, which are
/// cushion pads at a tenth of a penny.
pub fn is_goods(code: &str) -> bool {
    !WITHOUT_GOODS.contains(&code) && !code.starts_with(VOUCHER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goods_are_known_from_what_is_only_billed() {
        for goods in ["85123a", "15056BL", "22423", "DCGS0003", "PADS"] {
            assert!(is_goods(&code(goods)), "{goods}");
        }
        for other in ["POST", "m", "BANK CHARGES", "gift_0001_20", "D", "B"] {
            assert!(!is_goods(&code(other)), "{other}");
        }
    }
}
