//! The plain calculation of members' points, on stories reckoned by hand and on whole ones.

use proptest::prelude::*;

use super::{
    deeds::{bounced, netted, note, paid, returned, sold, steps},
    points::{Reckoned, reckon},
    *,
};

/// What deeds earn and take back again.
fn points(deeds: impl IntoIterator<Item = Deed>) -> (Decimal, Decimal) {
    let Reckoned { earned, taken_back } = reckon(&steps(deeds));
    (earned, taken_back)
}

#[test]
fn an_invoice_earns_a_point_a_pound_when_all_of_it_is_paid_and_nothing_before() {
    let bills = || {
        [
            sold("1", "100"),
            Deed::Charged(note("C2", "18.25")),
            sold("3", "40"),
            sold("4", "0"),
        ]
    };
    let nothing = (Decimal::ZERO, Decimal::ZERO);
    assert_eq!(points(bills()), nothing);
    let part = || bills().into_iter().chain([paid("1", 1, "40")]);
    assert_eq!(points(part()), nothing);
    let two = part().chain([paid("1", 2, "60"), paid("C2", 1, "18.25")]);
    assert_eq!(points(two), (gbp("118.25"), Decimal::ZERO));
}

#[test]
fn what_comes_back_before_an_invoice_is_paid_earns_nothing_and_takes_nothing() {
    let before = || [sold("1", "100"), returned("1", 1, "30"), paid("1", 1, "70")];
    assert_eq!(points(before()), (gbp("70"), Decimal::ZERO));
    // Of the 70 that could still come back, half does.
    let after = before().into_iter().chain([returned("1", 2, "35")]);
    assert_eq!(points(after), (gbp("70"), gbp("35")));
    let whole = [sold("1", "100"), returned("1", 1, "100")];
    assert_eq!(points(whole), (Decimal::ZERO, Decimal::ZERO));
}

#[test]
fn three_returns_of_a_third_take_back_exactly_all_each_rounded_half_up() {
    let third = |many: u32| {
        let some = (1..=many).map(|no| returned("1", no, "1"));
        let bought = [
            sold("1", "3"),
            netted("C9/9", "1", "0.99"),
            paid("1", 1, "2.01"),
        ];
        points(bought.into_iter().chain(some))
    };
    let earned = gbp("2.01");
    assert_eq!(third(1), (earned, gbp("0.67")));
    assert_eq!(third(2), (earned, gbp("1.34")));
    assert_eq!(third(3), (earned, gbp("2.01")));
    // Half of 0.01 of a point is a hundredth.
    let half = [
        sold("1", "2"),
        netted("C9/9", "1", "0.99"),
        paid("1", 1, "1.01"),
    ];
    let half = half.into_iter().chain([returned("1", 1, "1")]);
    assert_eq!(points(half), (gbp("1.01"), gbp("0.51")));
}

#[test]
fn a_bounce_takes_all_back_until_it_is_paid_anew_and_nothing_is_earned_twice() {
    let bounce = || [sold("1", "100"), paid("1", 1, "100"), bounced("1/1")];
    let all = gbp("100");
    assert_eq!(points(bounce()), (all, all));
    let again = bounce().into_iter().chain([paid("1", 2, "100")]);
    assert_eq!(points(again), (all, Decimal::ZERO));
    // While it is open some of it comes back, and only the rest is paid.
    let less = || bounce().into_iter().chain([returned("1", 1, "40")]);
    assert_eq!(points(less()), (all, all));
    let rest = less().chain([paid("1", 2, "60")]);
    assert_eq!(points(rest), (all, gbp("40")));
    // It had never been paid in full.
    let part = [sold("1", "100"), paid("1", 1, "40"), bounced("1/1")];
    assert_eq!(points(part), (Decimal::ZERO, Decimal::ZERO));
}

#[test]
fn the_part_of_a_return_that_an_invoice_had_not_room_for_takes_its_share() {
    // 60 are paid, so 40 of the 70 that come back settle the rest and 30 are free: the customer
    // keeps goods for 30.
    let deeds = [sold("1", "100"), paid("1", 1, "60"), returned("1", 1, "70")];
    assert_eq!(points(deeds), (gbp("60"), gbp("30")));
}

#[test]
fn an_invoice_that_another_orders_credit_helps_to_pay_earns_by_the_money_alone() {
    let bought = || {
        [
            sold("1", "50"),
            paid("1", 1, "50"),
            returned("1", 1, "20"),
            sold("2", "100"),
            netted("C1/1", "2", "20"),
            paid("2", 1, "80"),
        ]
    };
    assert_eq!(points(bought()), (gbp("130"), gbp("20")));
    // Half of the second order comes back: half of its points, though money paid for less.
    let half = bought().into_iter().chain([returned("2", 2, "50")]);
    assert_eq!(points(half), (gbp("130"), gbp("60")));
}

#[test]
fn a_credit_note_with_lines_of_its_own_and_a_bad_debt_move_no_points() {
    let deeds = [
        sold("1", "100"),
        paid("1", 1, "100"),
        Deed::Credited(note("C2", "10")),
        Deed::DebtCharged {
            document: "A3".into(),
            amount: gbp("11"),
        },
        Deed::WrittenOff {
            document: "A4".into(),
            debt: "A3".into(),
            amount: gbp("11"),
        },
        sold("5", "30"),
        netted("C2", "5", "10"),
        paid("5", 1, "20"),
    ];
    assert_eq!(points(deeds), (gbp("120"), Decimal::ZERO));
}

#[test]
fn the_real_years_points_are_known() {
    let Some(data) = data() else {
        eprintln!("SKIPPED: set GUANXI_DATA to the folder of real data");
        return;
    };
    let documents = Documents::gather(read(&data.join(FILE)).unwrap()).unwrap();
    let story = tell(&documents, 1).unwrap();
    let members = story.buyers.iter().filter(|(key, _)| ***key != *CASH);
    let reckoned: Vec<Reckoned> = members.map(|(_, buyer)| reckon(&buyer.steps)).collect();
    let sum = |of: fn(&Reckoned) -> Decimal| reckoned.iter().map(of).sum::<Decimal>();
    assert_eq!(sum(|points| points.earned), gbp("6050600.04"));
    assert_eq!(sum(|points| points.taken_back), gbp("205651.62"));
    let some = reckoned.iter().filter(|points| !points.earned.is_zero());
    assert_eq!(some.count(), 3_816);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn nobody_earns_more_than_was_paid_or_gives_back_more_than_was_earned(
        seed in any::<u64>(),
        many in 60_u32..400,
    ) {
        let rows = wholesaler(seed, many).into_iter().map(Ok);
        let story = tell(&Documents::gather(rows).unwrap(), seed).unwrap();
        for (key, buyer) in &story.buyers {
            let points = reckon(&buyer.steps);
            let deeds = buyer.steps.iter().map(|step| &step.deed);
            let paid: Decimal = deeds
                .filter_map(|deed| match deed {
                    Deed::Paid(payment) => Some(payment.amount),
                    _ => None,
                })
                .sum();
            prop_assert!(points.earned <= paid, "{key}: {points:?}, {paid} paid");
            prop_assert!(points.taken_back >= Decimal::ZERO, "{key}: {points:?}");
            prop_assert!(points.taken_back <= points.earned, "{key}: {points:?}");
        }
    }
}
