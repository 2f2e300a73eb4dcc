//! The rules of purchases as tests.

use guanxi_events::loyalty::{
    EarningCaps, EarningRulesEvent, EarningRulesSet, MemberEvent, MemberFrozen, PaymentKind,
    PaymentPart, ProgramChanged, ProgramEvent, ProgramRules,
};
use uuid::Uuid;

use super::*;
use crate::domain::{
    in_memory::{ANNE, BEN, CUSTOMER, Club, PROGRAM, dec, earning, line, record, rules},
    program::Program,
};

const ORDER: Uuid = Uuid::from_u128(50);
const INVOICE: Uuid = Uuid::from_u128(51);
const NOTE: Uuid = Uuid::from_u128(52);

fn club() -> Club {
    Club::with(rules())
}

fn active(club: &Club) -> Decimal {
    club.ledger(ANNE).active()
}

fn settle(invoice: Uuid, total: &str, credited: &str) -> Command {
    Command::Settle(Settle {
        customer: CUSTOMER,
        part: invoice,
        on: "2026-01-01".parse().unwrap(),
        currency: Currency::EUR,
        total: dec(total),
        credited: dec(credited),
        kept_back: Decimal::ZERO,
    })
}

fn credit(note: Uuid, amount: &str) -> Command {
    Command::Credit {
        customer: CUSTOMER,
        credit: note,
        amount: dec(amount),
        currency: Currency::EUR,
    }
}

impl Club {
    fn told(&mut self, command: &Command) {
        self.run::<Purchase>(ORDER, command).unwrap();
    }
}

#[test]
fn three_refunds_of_a_third_take_back_exactly_all() {
    let mut club = club();
    let shoes = line(Some("shoes"), Decimal::ONE, dec("40"));
    let id = club.buys_lines(Some(ANNE), vec![shoes]);
    assert_eq!(active(&club), dec("70"));
    let mut seen = Vec::new();
    for third in ["13.33", "13.33", "13.34"] {
        club.returns(id, Back::Amount(dec(third))).unwrap();
        seen.push(active(&club));
    }
    assert_eq!(seen, [dec("47"), dec("23"), Decimal::ZERO]);
}

#[test]
fn by_line_what_the_line_earned_is_taken_back() {
    let mut club = club();
    let id = club.buys_lines(
        Some(ANNE),
        vec![
            line(Some("shoes"), dec("2"), dec("40")),
            line(Some("hats"), dec("1"), dec("30")),
        ],
    );
    assert_eq!(active(&club), dec("100"));
    let back = |line, quantity| {
        Back::Lines(vec![ReturnedLine {
            line,
            quantity: dec(quantity),
        }])
    };
    club.returns(id, back(1, "1")).unwrap();
    assert_eq!(active(&club), dec("65"), "a pair of shoes had earned 35");
    club.returns(id, back(2, "1")).unwrap();
    assert_eq!(active(&club), dec("35"));
    let refused = club.returns(id, back(1, "1.5")).unwrap_err();
    assert_eq!(
        (refused.code, refused.figures["left"].as_str()),
        ("RETURNED_TOO_MUCH", "1")
    );
    assert_eq!(
        club.returns(id, back(3, "1")).unwrap_err().code,
        "LINE_UNKNOWN"
    );
    club.returns(id, back(1, "1")).unwrap();
    assert_eq!(active(&club), Decimal::ZERO);
}

#[test]
fn a_till_that_sends_twice_has_no_second_effect() {
    let mut club = club();
    let sale = record(Some(ANNE), vec![line(None, Decimal::ONE, dec("10"))]);
    let command = Command::Record(sale.clone());
    club.run::<Purchase>(ORDER, &command).unwrap();
    assert_eq!(club.run::<Purchase>(ORDER, &command).unwrap(), []);
    let other = Command::Record(Record {
        shop: Some("south".into()),
        ..sale
    });
    let refused = club.run::<Purchase>(ORDER, &other).unwrap_err();
    assert_eq!(refused.code, "PURCHASE_EXISTS");
    let back = Command::Return {
        credit: NOTE,
        what: Back::Amount(dec("5")),
        reason: None,
    };
    club.run::<Purchase>(ORDER, &back).unwrap();
    assert_eq!(club.run::<Purchase>(ORDER, &back).unwrap(), []);
    assert_eq!(active(&club), dec("5"));
}

#[test]
fn only_what_was_really_paid_earns_on_a_sale_of_points_stored_value_and_cash() {
    let mut club = club();
    let mut sale = record(Some(ANNE), vec![line(None, Decimal::ONE, dec("100"))]);
    let part = |kind, amount| PaymentPart {
        kind,
        amount: dec(amount),
    };
    sale.payments = vec![
        part(PaymentKind::Points, "40"),
        part(PaymentKind::StoredValue, "30"),
        part(PaymentKind::Cash, "30"),
    ];
    club.run::<Purchase>(ORDER, &Command::Record(sale.clone()))
        .unwrap();
    assert_eq!(active(&club), dec("30"));
    club.returns(
        guanxi_events::loyalty::PurchaseId(ORDER),
        Back::Amount(dec("50")),
    )
    .unwrap();
    assert_eq!(active(&club), dec("15"), "half of it");
    sale.payments.pop();
    let short = club
        .run::<Purchase>(NOTE, &Command::Record(sale))
        .unwrap_err();
    assert_eq!(
        (short.code, short.figures["paid"].as_str()),
        ("PAYMENTS_DIFFER", "70")
    );
}

#[test]
fn caps_of_day_month_and_member_cut_and_say_so() {
    let mut club = club();
    let caps = EarningCaps {
        per_day: Some(dec("60")),
        per_month: Some(dec("100")),
        per_member: Some(dec("120")),
    };
    let set = EarningRulesSet {
        version: 2,
        caps,
        ..earning()
    };
    club.happened::<EarningRules>(PROGRAM, EarningRulesEvent::from(set));
    let mut balances = Vec::new();
    for days in [0, 0, 1, 31, 1] {
        club.wait(days);
        club.buys(ANNE, dec("50"));
        balances.push(active(&club));
    }
    assert_eq!(
        balances,
        [dec("50"), dec("60"), dec("100"), dec("120"), dec("120")]
    );
    let capped = club.booked[&ANNE.0].iter().filter_map(|event| match event {
        guanxi_events::loyalty::PointsEvent::Earned(earned) => match &earned.by {
            guanxi_events::loyalty::points::EarnedBy::Rules(rules) => Some(rules.capped),
            guanxi_events::loyalty::points::EarnedBy::Stated => None,
        },
        _ => None,
    });
    let capped: Vec<Decimal> = capped.collect();
    assert_eq!(
        capped,
        [dec("0"), dec("40"), dec("10"), dec("30"), dec("50")]
    );
}

#[test]
fn a_return_after_a_change_of_the_rules_takes_back_what_was_earned() {
    let mut club = club();
    let id = club.buys(ANNE, dec("100"));
    let mut richer = earning();
    richer.version = 2;
    richer.rules.truncate(1);
    richer.rules[0].formula = guanxi_events::loyalty::EarningFormula::Spend {
        points: dec("10"),
        per: Decimal::ONE,
        tier_factor: true,
    };
    club.happened::<EarningRules>(PROGRAM, EarningRulesEvent::from(richer));
    let changed = ProgramChanged {
        version: 2,
        rules: ProgramRules {
            scale: 2,
            ..rules()
        },
    };
    club.happened::<Program>(PROGRAM, ProgramEvent::from(changed));
    club.returns(id, Back::Amount(dec("50"))).unwrap();
    assert_eq!(active(&club), dec("50"));
    club.buys(ANNE, dec("1"));
    assert_eq!(
        active(&club),
        dec("60"),
        "a new purchase earns by the new rules"
    );
}

#[test]
fn an_unmatched_purchase_is_kept_and_earns_as_of_its_own_day_when_it_is_matched() {
    let mut club = Club::with(ProgramRules {
        expiry: guanxi_events::loyalty::ExpiryRule::Days(30),
        ..rules()
    });
    let id = club.buys_lines(None, vec![line(None, Decimal::ONE, dec("10"))]);
    club.returns(id, Back::Amount(dec("5"))).unwrap();
    club.wait(10);
    club.run::<Purchase>(id, &Command::Match(ANNE)).unwrap();
    assert_eq!(
        active(&club),
        dec("5"),
        "what had come back is taken at once"
    );
    assert_eq!(club.run::<Purchase>(id, &Command::Match(ANNE)).unwrap(), []);
    let other = club.run::<Purchase>(id, &Command::Match(BEN)).unwrap_err();
    assert_eq!(other.code, "PURCHASE_MATCHED");
    club.wait(21);
    assert_eq!(active(&club), Decimal::ZERO, "30 days from the purchase");
}

#[test]
fn a_member_who_may_not_earn_earns_nothing_and_the_sale_is_kept() {
    let mut club = club();
    let frozen = MemberEvent::from(MemberFrozen {
        reason: "dispute".into(),
    });
    club.happened::<Member>(ANNE, frozen);
    club.buys(ANNE, dec("10"));
    assert_eq!(active(&club), Decimal::ZERO);
}

#[test]
fn tier_points_and_spend_count_for_the_member_and_no_more_when_they_are_taken_back() {
    let mut club = club();
    let life = |club: &Club| {
        let member = club.state::<Member>(ANNE).unwrap();
        member.totals.life_time()
    };
    let id = club.buys(ANNE, dec("100"));
    let sums = life(&club);
    assert_eq!(
        (sums.tier_points, sums.spend, sums.orders),
        (dec("100"), dec("100"), 1)
    );
    club.returns(id, Back::Amount(dec("25"))).unwrap();
    let sums = life(&club);
    assert_eq!(
        (sums.tier_points, sums.spend, sums.orders),
        (dec("75"), dec("75"), 1)
    );
    club.returns(id, Back::Rest).unwrap();
    let sums = life(&club);
    assert_eq!(
        (sums.tier_points, sums.spend, sums.orders),
        (dec("0"), dec("0"), 0)
    );
}

#[test]
fn an_order_earns_as_its_invoices_are_settled_each_once() {
    let mut club = club();
    club.told(&settle(INVOICE, "40", "0"));
    club.told(&settle(INVOICE, "40", "0"));
    assert_eq!(active(&club), dec("40"));
    club.told(&settle(NOTE, "60", "0"));
    assert_eq!(active(&club), dec("100"));
    club.told(&Command::Unsettle { part: INVOICE });
    assert_eq!(active(&club), dec("60"));
    club.told(&settle(INVOICE, "40", "0"));
    assert_eq!(active(&club), dec("100"));
}

#[test]
fn a_credit_note_takes_its_share_whether_it_covers_the_invoice_or_comes_after() {
    let mut before = club();
    before.told(&credit(NOTE, "20"));
    before.told(&settle(INVOICE, "100", "20"));
    assert_eq!(
        active(&before),
        dec("80"),
        "only what was really paid earns"
    );
    let mut after = club();
    after.told(&settle(INVOICE, "100", "0"));
    after.told(&credit(NOTE, "20"));
    after.told(&credit(NOTE, "20"));
    assert_eq!(active(&after), dec("80"));
    after.told(&Command::TakeCreditBack { credit: NOTE });
    assert_eq!(active(&after), dec("100"));
    let mut kept = club();
    kept.told(&credit(NOTE, "20"));
    kept.told(&settle(INVOICE, "100", "0"));
    assert_eq!(
        active(&kept),
        dec("80"),
        "the credit was kept, and used elsewhere"
    );
}

#[test]
fn another_customer_has_no_membership_and_nothing_is_to_do() {
    let mut club = club();
    let Command::Settle(mut settle) = settle(INVOICE, "40", "0") else {
        unreachable!()
    };
    settle.customer = CustomerId(Uuid::from_u128(99));
    assert_eq!(
        club.run::<Purchase>(ORDER, &Command::Settle(settle))
            .unwrap(),
        []
    );
    let unknown = club.run::<Purchase>(ORDER, &Command::Unsettle { part: INVOICE });
    assert_eq!(unknown.unwrap(), []);
}

#[test]
fn what_sales_says_is_not_for_a_till_to_change() {
    let mut club = club();
    club.told(&settle(INVOICE, "40", "0"));
    let id = guanxi_events::loyalty::PurchaseId(ORDER);
    let refused = club.returns(id, Back::Rest).unwrap_err();
    assert_eq!(refused.code, "PURCHASE_OF_AN_ORDER");
}
