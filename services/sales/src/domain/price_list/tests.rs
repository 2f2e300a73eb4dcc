//! The rules of price lists as given / when / then, and the lookup against a naive one.

use guanxi_decider::testing::Scenario;
use guanxi_events::sales::{ProductCreated, ProductDetails, ProductEvent};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const PRODUCT: ProductId = ProductId(Uuid::from_u128(7));

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn from(day_from: &str) -> Validity {
    Validity {
        from: Some(day(day_from)),
        until: None,
    }
}

fn until(day_until: &str) -> Validity {
    Validity {
        from: None,
        until: Some(day(day_until)),
    }
}

fn price(from_quantity: i64, unit_price: &str, validity: Validity) -> QuantityPrice {
    QuantityPrice {
        from_quantity: from_quantity.into(),
        unit_price: unit_price.parse().unwrap(),
        validity,
    }
}

fn terms() -> PriceListTerms {
    PriceListTerms {
        name: "Standard".into(),
        customer_level: None,
        validity: Validity::default(),
    }
}

fn created() -> PriceListEvent {
    PriceListCreated {
        currency: Currency::USD,
        terms: terms(),
    }
    .into()
}

fn set(version: u32, prices: Vec<QuantityPrice>) -> PriceListEvent {
    PriceListPricesSet {
        version,
        product: PRODUCT,
        prices,
    }
    .into()
}

fn product() -> ProductEvent {
    ProductCreated {
        details: ProductDetails {
            sku: "GTX-PRO".into(),
            name: "GTX Pro".into(),
            unit: "piece".into(),
            ..ProductDetails::default()
        },
    }
    .into()
}

fn set_prices(prices: Vec<QuantityPrice>) -> Command {
    Command::SetPrices {
        product: PRODUCT,
        prices,
    }
}

fn scenario() -> Scenario<PriceList> {
    Scenario::new(Uuid::now_v7()).reading::<Product>(PRODUCT, [product()])
}

fn list(prices: Vec<QuantityPrice>) -> Prices {
    let events = [created(), set(2, prices)];
    events.iter().fold(None, PriceList::evolve).unwrap()
}

fn costs(list: &Prices, quantity: i64, on: &str) -> Option<String> {
    let money = list.price_of(PRODUCT, quantity.into(), day(on));
    money.map(|money| money.to_string())
}

#[test]
fn a_price_list_is_created_without_prices() {
    scenario()
        .when(Command::Create {
            currency: Currency::USD,
            terms: terms(),
        })
        .then([created()]);
}

#[test]
fn a_price_list_is_created_once() {
    scenario()
        .given([created()])
        .when(Command::Create {
            currency: Currency::USD,
            terms: terms(),
        })
        .then_refused("PRICE_LIST_EXISTS");
}

#[test]
fn what_does_not_exist_cannot_be_changed() {
    scenario()
        .when(Command::Change(terms()))
        .then_refused("NOT_FOUND");
    scenario()
        .when(set_prices(Vec::new()))
        .then_refused("NOT_FOUND");
}

#[test]
fn days_in_the_wrong_order_are_refused() {
    let backwards = Validity {
        from: Some(day("2026-02-01")),
        until: Some(day("2026-01-31")),
    };
    let bad = PriceListTerms {
        validity: backwards,
        ..terms()
    };
    scenario()
        .given([created()])
        .when(Command::Change(bad))
        .then_invalid(["terms.validity"]);
    scenario()
        .given([created()])
        .when(set_prices(vec![price(1, "10", backwards)]))
        .then_invalid(["prices[0].validity"]);
}

#[test]
fn each_change_makes_a_new_version() {
    let always = Validity::default();
    let level = PriceListTerms {
        customer_level: Some("gold".into()),
        ..terms()
    };
    scenario()
        .given([created()])
        .when(set_prices(vec![price(1, "10", always)]))
        .then([set(2, vec![price(1, "10", always)])]);
    scenario()
        .given([created(), set(2, vec![price(1, "10", always)])])
        .when(Command::Change(level.clone()))
        .then([PriceListChanged {
            version: 3,
            terms: level,
        }
        .into()]);
}

#[test]
fn the_same_again_changes_nothing_whatever_its_order() {
    let always = Validity::default();
    let prices = vec![price(1, "10", always), price(5, "9", always)];
    let mut turned = prices.clone();
    turned.reverse();
    scenario()
        .given([created(), set(2, prices)])
        .when(set_prices(turned))
        .then_nothing();
    scenario()
        .given([created()])
        .when(Command::Change(terms()))
        .then_nothing();
}

#[test]
fn an_unknown_product_has_no_price() {
    Scenario::<PriceList>::new(Uuid::now_v7())
        .given([created()])
        .when(set_prices(vec![price(1, "10", Validity::default())]))
        .then_refused("PRODUCT_UNKNOWN");
}

#[test]
fn a_price_has_no_more_places_than_its_currency() {
    scenario()
        .given([created()])
        .when(set_prices(vec![price(1, "10.001", Validity::default())]))
        .then_invalid(["prices[0].unit_price"]);
}

#[test]
fn two_prices_of_one_break_on_one_day_are_refused() {
    let refusal = scenario()
        .given([created()])
        .when(set_prices(vec![
            price(1, "10", until("2026-06-30")),
            price(1, "11", from("2026-06-30")),
        ]))
        .then_refused("PRICES_OVERLAP");
    assert_eq!(refusal.figures["first"], "… to 2026-06-30");
    assert_eq!(refusal.figures["second"], "2026-06-30 to …");
}

#[test]
fn prices_that_follow_each_other_or_have_other_breaks_do_not_overlap() {
    scenario()
        .given([created()])
        .when(set_prices(vec![
            price(1, "10", until("2026-06-30")),
            price(1, "11", from("2026-07-01")),
            price(5, "9", Validity::default()),
        ]))
        .decision();
}

#[test]
fn the_highest_break_reached_gives_the_price() {
    let always = Validity::default();
    let list = list(vec![
        price(1, "10", always),
        price(5, "9", always),
        price(100, "7.50", always),
    ]);
    assert_eq!(costs(&list, 0, "2026-01-01"), None);
    assert_eq!(costs(&list, 1, "2026-01-01").unwrap(), "10.00 USD");
    assert_eq!(costs(&list, 4, "2026-01-01").unwrap(), "10.00 USD");
    assert_eq!(costs(&list, 5, "2026-01-01").unwrap(), "9.00 USD");
    assert_eq!(costs(&list, 1000, "2026-01-01").unwrap(), "7.50 USD");
}

#[test]
fn a_price_holds_on_its_first_and_on_its_last_day() {
    let list = list(vec![
        price(1, "10", until("2026-06-30")),
        price(1, "11", from("2026-07-01")),
    ]);
    assert_eq!(costs(&list, 1, "2026-06-30").unwrap(), "10.00 USD");
    assert_eq!(costs(&list, 1, "2026-07-01").unwrap(), "11.00 USD");
}

#[test]
fn outside_the_lists_own_days_nothing_has_a_price() {
    let mut list = list(vec![price(1, "10", Validity::default())]);
    list.terms.validity = until("2026-06-30");
    assert!(costs(&list, 1, "2026-06-30").is_some());
    assert!(costs(&list, 1, "2026-07-01").is_none());
}

#[test]
fn a_product_without_prices_is_off_the_list() {
    let state = scenario()
        .given([created(), set(2, vec![price(1, "10", Validity::default())])])
        .when(set_prices(Vec::new()))
        .state();
    assert!(state.unwrap().by_product.is_empty());
}

fn any_price() -> impl Strategy<Value = QuantityPrice> {
    let ends = prop::option::of(1_i8..=28);
    (1_i64..4, 1_i64..1000, ends.clone(), ends).prop_map(|(quantity, cents, first, last)| {
        let on = |day: i8| Date::constant(2026, 1, day);
        let (from, until) = match (first, last) {
            (Some(a), Some(b)) => (Some(on(a.min(b))), Some(on(a.max(b)))),
            (a, b) => (a.map(on), b.map(on)),
        };
        QuantityPrice {
            from_quantity: quantity.into(),
            unit_price: Decimal::new(cents, 2),
            validity: Validity { from, until },
        }
    })
}

proptest! {
    #[test]
    fn accepted_prices_are_unambiguous_on_every_day_and_refused_ones_are_not(
        prices in prop::collection::vec(any_price(), 1..6)
    ) {
        let outcome = scenario().given([created()]).when(set_prices(prices.clone()));
        let ambiguous = (1..=28).any(|d| (1..4).any(|quantity: i64| {
            let on = Date::constant(2026, 1, d);
            let holding = prices.iter().filter(|p| {
                p.from_quantity == Decimal::from(quantity) && p.validity.holds_on(on)
            });
            holding.count() > 1
        }));
        match outcome.result {
            Ok(_) => prop_assert!(!ambiguous),
            Err(refusal) => {
                prop_assert_eq!(refusal.code, "PRICES_OVERLAP");
                // Open ends meet on days before or after the month, too.
                let open = prices.iter().any(|p| p.validity.from.is_none() || p.validity.until.is_none());
                prop_assert!(ambiguous || open);
            }
        }
    }
}

#[test]
fn a_snapshot_gives_the_list_back() {
    let state = Some(list(vec![
        price(1, "10.50", until("2026-06-30")),
        price(5, "9", from("2026-07-01")),
    ]));
    let snapshot = serde_json::to_vec(&state).unwrap();
    let read: Option<Prices> = serde_json::from_slice(&snapshot).unwrap();
    assert_eq!(read, state);
}
