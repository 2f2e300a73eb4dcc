//! One rule each, on lines made by hand.

use jiff::civil::date;

use super::*;

/// What the customer did, but payments.
fn deeds<'a>(story: &'a Story, key: &str) -> Vec<&'a Deed> {
    let steps = story.buyers[key].steps.iter().map(|step| &step.deed);
    steps
        .filter(|deed| !matches!(deed, Deed::Paid(_) | Deed::Bounced { .. }))
        .collect()
}

/// What was refused: line, quantity, why.
fn refusals(story: &Story) -> Vec<(u64, i32, Reason)> {
    let all = story.refused.iter();
    all.map(|refused| (refused.line.line, refused.quantity, refused.reason))
        .collect()
}

/// Holds for every story.
fn adds_up(story: &Story) {
    let totals = &story.totals;
    assert_eq!(totals.invoiced - totals.credited, totals.accepted);
    assert_eq!(Ageing::of(story, story.last_day).total(), totals.open());
}

#[test]
fn positive_lines_are_an_order_due_in_30_days_and_doubles_and_prices_of_nothing_stay() {
    let story = told(
        "536365,85123A,LANTERN,6,2011-01-31 08:26:00,2.55,17850,EIRE\n\
         536365,85123A,LANTERN,6,2011-01-31 08:26:00,2.55,17850,EIRE\n\
         536365,22423,CAKE STAND,1,2011-01-31 08:26:00,0.0,17850,EIRE\n\
         536365,PADS,CUSHION PADS,4,2011-01-31 08:26:00,0.001,17850,EIRE\n\
         536365,POST,POSTAGE,2,2011-01-31 08:27:00,18.0,17850,EIRE\n",
    );
    let [Deed::Sold(sale)] = deeds(&story, "17850")[..] else {
        panic!("{story:?}");
    };
    assert_eq!(sale.due, date(2011, 3, 2));
    assert_eq!(sale.total, gbp("15.30") * Decimal::TWO + gbp("36"));
    let goods: Vec<_> = sale.lines.iter().map(|l| l.article.as_deref()).collect();
    let expected = ["85123A", "85123A", "22423", "PADS"].map(Some);
    assert_eq!(goods, [&expected[..], &[None]].concat());
    assert_eq!(&*sale.lines[4].text, "POSTAGE");
    assert_eq!(&*story.articles["PADS"].name, "CUSHION PADS");
    assert!(!story.articles.contains_key("POST"));
    adds_up(&story);
}

#[test]
fn a_negative_line_of_an_order_is_refused_and_a_document_of_them_adjusts_the_stock() {
    let story = told(
        "536365,85123A,LANTERN,6,2011-01-31 08:26:00,2.55,17850,EIRE\n\
         536365,22423,CAKE STAND,-2,2011-01-31 08:26:00,1.0,17850,EIRE\n\
         536366,22423,damaged,-7,2011-02-01 08:26:00,0.0,,EIRE\n",
    );
    let expected = [
        (3, -2, Reason::NegativeInOrder),
        (4, -7, Reason::StockAdjustment),
    ];
    assert_eq!(refusals(&story), expected);
    assert_eq!(story.totals.invoiced, gbp("15.30"));
    assert_eq!(story.totals.documents["stock adjustments"], 1);
    assert!(!story.buyers.contains_key(CASH), "nobody did anything");
    adds_up(&story);
}

#[test]
fn goods_come_back_as_far_as_the_customer_bought_them_and_the_rest_is_refused() {
    let story = told(
        "536365,85123A,LANTERN,6,2011-01-31 08:26:00,2.55,17850,EIRE\n\
         536366,85123a,LANTERN,4,2011-02-01 08:26:00,2.55,17850,EIRE\n\
         536367,22423,CAKE STAND,9,2011-02-01 08:26:00,2.55,13047,EIRE\n\
         C536368,85123A,LANTERN,-7,2011-02-02 08:26:00,2.55,17850,EIRE\n\
         C536369,85123A,LANTERN,-9,2011-02-03 08:26:00,2.55,17850,EIRE\n\
         C536369,22423,CAKE STAND,-1,2011-02-03 08:26:00,2.55,17850,EIRE\n\
         C536370,85123A,LANTERN,-1,2011-02-04 08:26:00,2.55,17850,EIRE\n",
    );
    let returned: Vec<_> = deeds(&story, "17850")
        .into_iter()
        .filter_map(|deed| match deed {
            Deed::Returned(r) => Some((&*r.key, r.lines.clone(), r.total)),
            _ => None,
        })
        .collect();
    let expected = [
        // What was bought last comes back first.
        ("C536368/536366", vec![(1, 4)], gbp("10.20")),
        ("C536368/536365", vec![(1, 3)], gbp("7.65")),
        ("C536369/536365", vec![(1, 3)], gbp("7.65")),
    ];
    assert_eq!(returned, expected);
    let expected = [
        (6, -6, Reason::MoreThanBought),
        (7, -1, Reason::NeverBought),
        (8, -1, Reason::MoreThanBought),
    ];
    assert_eq!(refusals(&story), expected);
    let Coverage {
        wholly,
        partly,
        not,
        at_another_price,
    } = story.totals.returns;
    assert_eq!((wholly, partly, not, at_another_price), (1, 1, 2, 0));
    adds_up(&story);
}

#[test]
fn what_is_credited_at_another_price_stands_on_a_document_of_its_own() {
    let story = told(
        "536365,85123A,LANTERN,6,2011-01-31 08:26:00,2.55,17850,EIRE\n\
         536365,22423,CAKE STAND,2,2011-01-31 08:26:00,12.75,17850,EIRE\n\
         C536366,85123A,LANTERN,-2,2011-02-02 08:26:00,2.95,17850,EIRE\n\
         C536367,22423,CAKE STAND,-1,2011-02-03 08:26:00,10.0,17850,EIRE\n\
         C536368,85123A,LANTERN,-2,2011-02-04 08:26:00,2.5,17850,EIRE\n\
         C536368,22423,CAKE STAND,-1,2011-02-04 08:26:00,12.85,17850,EIRE\n",
    );
    let all = deeds(&story, "17850");
    let notes: Vec<_> = all
        .iter()
        .filter_map(|deed| match deed {
            Deed::Credited(note) => Some(("credited", note.total, &*note.lines[0].text)),
            Deed::Charged(note) => Some(("charged", note.total, &*note.lines[0].text)),
            _ => None,
        })
        .collect();
    let expected = [
        ("credited", gbp("0.80"), "Difference of price, 85123A"),
        ("charged", gbp("2.75"), "Difference of price, 22423"),
        // The last two cancel each other out.
    ];
    assert_eq!(notes, expected);
    assert_eq!(story.totals.returns.at_another_price, 4);
    let file = ["15.3", "25.5", "-5.9", "-10", "-5", "-12.85"].map(gbp);
    assert_eq!(story.totals.accepted, file.iter().sum());
    adds_up(&story);
}

#[test]
fn a_cancellation_without_goods_is_credited_without_a_purchase() {
    let story = told(
        "536365,85123A,LANTERN,6,2011-01-31 08:26:00,2.55,17850,EIRE\n\
         C536366,85123A,LANTERN,-2,2011-02-02 08:26:00,2.55,17850,EIRE\n\
         C536366,D,Discount,-1,2011-02-02 08:26:00,4.99,17850,EIRE\n\
         C536366,POST,,-2,2011-02-02 08:26:00,1.0,17850,EIRE\n",
    );
    let [_, Deed::Returned(back), Deed::Credited(note)] = deeds(&story, "17850")[..] else {
        panic!("{story:?}");
    };
    assert_eq!((back.total, note.total), (gbp("5.10"), gbp("6.99")));
    let lines = note.lines.iter();
    let lines: Vec<_> = lines.map(|line| (&*line.text, line.quantity)).collect();
    assert_eq!(lines, [("Discount", 1), ("POST", 2)]);
    assert_eq!(story.totals.credited_lines, 2);
    adds_up(&story);
}

#[test]
fn the_cash_customer_pays_at_once_and_is_paid_out_at_once() {
    let story = told(
        "536365,85123A,LANTERN,6,2011-01-31 08:26:00,2.55,,EIRE\n\
         536366,85123A,LANTERN,6,2011-01-31 08:26:00,0.0,,France\n\
         C536367,85123A,LANTERN,-2,2011-02-02 08:26:00,2.55,,EIRE\n\
         C536367,AMAZONFEE,AMAZON FEE,-1,2011-02-02 08:26:00,13.0,,EIRE\n",
    );
    let steps: Vec<_> = story.buyers[CASH].steps.iter().map(|s| &s.deed).collect();
    let [
        Deed::Sold(sale),
        Deed::Paid(payment),
        Deed::Sold(gift),
        Deed::Returned(_),
        Deed::PaidOut { amount: back, .. },
        Deed::Credited(_),
        Deed::PaidOut { amount: fee, .. },
    ] = steps[..]
    else {
        panic!("{story:?}");
    };
    assert_eq!(sale.due, date(2011, 1, 31));
    assert_eq!((payment.amount, gift.total), (gbp("15.30"), gbp("0.00")));
    assert_eq!((*back, *fee), (gbp("5.10"), gbp("13.00")));
    assert_eq!(story.totals.open(), gbp("0.00"));
    adds_up(&story);
}

#[test]
fn a_bad_debt_is_charged_and_written_off_once() {
    let story = told(
        "A563185,B,Adjust bad debt,1,2011-08-12 14:50:00,11062.06,,EIRE\n\
         A563186,B,Adjust bad debt,1,2011-08-12 14:51:00,-11062.06,,EIRE\n\
         A563187,B,Adjust bad debt,1,2011-08-12 14:52:00,-11062.06,,EIRE\n",
    );
    let [
        Deed::DebtCharged { .. },
        Deed::WrittenOff { debt, amount, .. },
    ] = deeds(&story, CASH)[..]
    else {
        panic!("{story:?}");
    };
    assert_eq!((&**debt, *amount), ("A563185", gbp("11062.06")));
    assert_eq!(refusals(&story), [(4, 1, Reason::NothingToWriteOff)]);
    assert_eq!(
        (story.totals.debts, story.totals.open()),
        (*amount, gbp("0.00"))
    );
    adds_up(&story);
}

#[test]
fn lines_that_contradict_each_other_are_errors_that_name_their_line() {
    let good = "536365,85123A,LANTERN,6,2011-01-31 08:26:00,2.55,17850,EIRE\n";
    for (bad, what) in [
        ("536365,X,Y,6,2011-01-31 08:26:00,2.55,13047,EIRE", "13047"),
        ("536366,X,Y,6,2011-01-30 08:26:00,2.55,17850,EIRE", "above"),
        (
            "C36366,X,Y,6,2011-01-31 08:26:00,2.55,17850,EIRE",
            "cancels",
        ),
        ("X36366,X,Y,6,2011-01-31 08:26:00,2.55,17850,EIRE", "X36366"),
        (
            "536366,X,Y,0,2011-01-31 08:26:00,2.55,17850,EIRE",
            "Quantity",
        ),
        ("536366,X,Y,6,2011-01-31 08:26:00,-2.55,17850,EIRE", "-2.55"),
        (
            "536366,X,Y,6,2011-01-31 08:26:00,0.00001,17850,EIRE",
            "4 decimal",
        ),
    ] {
        let said = format!("{:#}", documents(&format!("{good}{bad}\n")).unwrap_err());
        assert!(said.contains("line 3") && said.contains(what), "{said}");
    }
}
