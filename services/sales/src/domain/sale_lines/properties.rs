//! What lines come to against whole-number arithmetic that knows no decimals.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

/// Ten thousandths of a unit, ten thousandths of the currency, hundredths and ten thousandths of a
/// per cent, places of the currency.
#[derive(Debug, Clone, Copy)]
struct Whole {
    quantity: i128,
    unit_price: i128,
    discount: i128,
    rate: i128,
    places: u32,
}

fn any_whole() -> impl Strategy<Value = Whole> {
    (
        1_i128..10_000_000_000,
        -10_000_000_i128..1_000_000_000,
        0_i128..=10_000,
        0_i128..=1_000_000,
        prop::sample::select(vec![0_u32, 2, 3]),
    )
        .prop_map(|(quantity, unit_price, discount, rate, places)| Whole {
            quantity,
            unit_price,
            discount,
            rate,
            places,
        })
}

/// `over / under`, half away from zero.
fn half_up(over: i128, under: i128) -> i128 {
    let away = if over < 0 { -under } else { under };
    (2 * over + away) / (2 * under)
}

impl Whole {
    /// In minor units: quantity × price less discount.
    fn price(self) -> i128 {
        let exact = self.quantity * self.unit_price * (10_000 - self.discount);
        half_up(exact, 10_i128.pow(4 + 4 + 4 - self.places))
    }

    fn excluding(self) -> (i128, i128) {
        let net = self.price();
        (net, half_up(net * self.rate, 1_000_000))
    }

    fn including(self) -> (i128, i128) {
        let gross = self.price();
        let net = half_up(gross * 1_000_000, 1_000_000 + self.rate);
        (net, gross - net)
    }

    fn pricing(self, includes_tax: bool) -> Pricing {
        let currency = match self.places {
            0 => Currency::JPY,
            3 => Currency::KWD,
            _ => Currency::EUR,
        };
        Pricing {
            currency,
            includes_tax,
        }
    }

    fn line(self) -> SaleLine {
        SaleLine {
            product: (self.unit_price >= 0).then_some(ProductId(Uuid::from_u128(1))),
            text: Some("it".into()),
            quantity: Decimal::from_i128_with_scale(self.quantity, 4),
            unit_price: Decimal::from_i128_with_scale(self.unit_price, 4),
            discount_percent: Decimal::from_i128_with_scale(self.discount, 2),
            tax_rate: Decimal::from_i128_with_scale(self.rate, 4),
            net: Decimal::ZERO,
            tax: Decimal::ZERO,
        }
    }
}

proptest! {
    #[test]
    fn a_line_comes_to_what_whole_numbers_say(whole in any_whole()) {
        let line = whole.line();
        for (includes, (net, tax)) in [(false, whole.excluding()), (true, whole.including())] {
            let got = whole.pricing(includes).amounts(&line, line.quantity);
            prop_assert_eq!(got.net, Decimal::from_i128_with_scale(net, whole.places));
            prop_assert_eq!(got.tax, Decimal::from_i128_with_scale(tax, whole.places));
        }
    }

    #[test]
    fn parts_have_the_direction_of_their_line(
        whole in any_whole(),
        cuts in prop::collection::vec(0_i128..10_000_000_000, 1..8),
        includes in any::<bool>(),
    ) {
        let line = whole.line();
        let pricing = whole.pricing(includes);
        let mut cuts: Vec<Decimal> = cuts
            .into_iter()
            .map(|cut| Decimal::from_i128_with_scale(cut % whole.quantity, 4))
            .chain([Decimal::ZERO, line.quantity])
            .collect();
        cuts.sort();
        let mut sum = Amounts::default();
        for pair in cuts.windows(2) {
            let (before, then) = (pricing.amounts(&line, pair[0]), pricing.amounts(&line, pair[1]));
            let part = Amounts { net: then.net - before.net, tax: then.tax - before.tax };
            let minus = whole.unit_price < 0;
            prop_assert!(minus || (part.net >= Decimal::ZERO && part.tax >= Decimal::ZERO));
            prop_assert!(!minus || (part.net <= Decimal::ZERO && part.tax <= Decimal::ZERO));
            sum = sum.plus(part);
        }
        prop_assert_eq!(sum, pricing.amounts(&line, line.quantity));
    }
}
