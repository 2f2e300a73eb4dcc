//! The rules of sales: state, `decide` and `evolve` of each aggregate. Pure: no clock, no SQL, no
//! generated types.

pub mod account;
pub mod billing_profile;
pub mod customer_copy;
pub mod exchange_rates;
pub mod opportunity;
pub mod payment_terms;
pub mod pipeline;
pub mod price_list;
pub mod product;
pub mod receivables_policy;

/// Prices, amounts and quantities stay below these, so that quantity × price is exact in a
/// [`Decimal`](rust_decimal::Decimal) and every sum of lines fits `google.type.Money`.
pub mod limits {
    use rust_decimal::Decimal;

    /// The largest quantity of one line: 10⁹ units.
    pub const QUANTITY: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);
    /// The largest price of one unit: 10¹² major units.
    pub const UNIT_PRICE: Decimal = Decimal::from_parts(3_567_587_328, 232, 0, false, 0);
    /// The largest amount of a line or an opportunity: 10¹⁵ major units.
    pub const AMOUNT: Decimal = Decimal::from_parts(2_764_472_320, 232_830, 0, false, 0);
    /// A quantity has at most this many decimal places.
    pub const QUANTITY_PLACES: u32 = 4;

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_limits_are_the_powers_of_ten_that_they_claim_to_be() {
            assert_eq!(QUANTITY, Decimal::from(10_i64.pow(9)));
            assert_eq!(UNIT_PRICE, Decimal::from(10_i64.pow(12)));
            assert_eq!(AMOUNT, Decimal::from(10_i64.pow(15)));
        }
    }
}
