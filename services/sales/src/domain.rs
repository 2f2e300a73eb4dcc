//! The rules of sales: state, `decide` and `evolve` of each aggregate. Pure: no clock, no SQL, no
//! generated types.

pub mod account;
pub(crate) mod billing_document;
pub mod billing_profile;
pub mod credit_note;
pub mod customer_copy;
pub mod exchange_rates;
pub mod invoice;
pub mod known;
pub mod opportunity;
pub mod order;
pub mod order_return;
pub mod payment_terms;
pub mod pipeline;
pub mod price_list;
pub mod product;
pub mod receivable_plan;
pub mod receivables_policy;
pub mod sale_lines;

/// Prices, amounts and quantities stay below these, so that quantity × price is exact in a
/// [`Decimal`](rust_decimal::Decimal) and every sum of lines fits `google.type.Money`.
pub mod limits {
    use guanxi_decider::Refusal;
    use rust_decimal::Decimal;

    /// The largest quantity of one line: 10⁹ units.
    pub const QUANTITY: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);
    /// The largest price of one unit: 10¹² major units.
    pub const UNIT_PRICE: Decimal = Decimal::from_parts(3_567_587_328, 232, 0, false, 0);
    /// The largest amount of a line or an opportunity: 10¹⁵ major units.
    pub const AMOUNT: Decimal = Decimal::from_parts(2_764_472_320, 232_830, 0, false, 0);
    /// A quantity has at most this many decimal places.
    pub const QUANTITY_PLACES: u32 = 4;
    /// The largest exchange rate: 10⁹.
    pub const RATE: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);
    /// An exchange rate has at most this many decimal places.
    pub const RATE_PLACES: u32 = 10;

    /// An amount is not above [`AMOUNT`], nor below it with a minus.
    ///
    /// # Errors
    /// `AMOUNT_TOO_LARGE`.
    pub fn amount_within(amount: Decimal) -> Result<(), Refusal> {
        if amount.abs() <= AMOUNT {
            return Ok(());
        }
        Err(Refusal::precondition(
            "AMOUNT_TOO_LARGE",
            format!("{amount} is more than {AMOUNT}"),
        )
        .figure("amount", amount)
        .figure("limit", AMOUNT))
    }

    /// A document has not too many lines.
    ///
    /// # Errors
    /// `TOO_MANY_LINES`.
    pub fn lines_within(lines: usize, limit: usize) -> Result<(), Refusal> {
        if lines <= limit {
            return Ok(());
        }
        Err(Refusal::precondition(
            "TOO_MANY_LINES",
            format!("{lines} lines; {limit} are allowed"),
        )
        .figure("lines", lines)
        .figure("limit", limit))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_limits_are_the_powers_of_ten_that_they_claim_to_be() {
            assert_eq!(QUANTITY, Decimal::from(10_i64.pow(9)));
            assert_eq!(UNIT_PRICE, Decimal::from(10_i64.pow(12)));
            assert_eq!(AMOUNT, Decimal::from(10_i64.pow(15)));
            assert_eq!(RATE, Decimal::from(10_i64.pow(9)));
        }
    }
}
