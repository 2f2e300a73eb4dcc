//! The real file, where it is there.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::date;

use super::*;

/// The lines of cancellations, counted the plain way: how far each customer bought as much of the
/// same code before. With goods, and without.
fn plain_coverage(documents: &Documents) -> BTreeMap<(bool, &'static str), u32> {
    let mut bought: HashMap<(&str, &str), i64> = HashMap::new();
    let mut counts = BTreeMap::new();
    for document in documents.all.iter().filter(|d| !d.customer.is_empty()) {
        for line in &document.lines {
            let there = bought.entry((&document.customer, &line.code)).or_default();
            let quantity = i64::from(line.quantity);
            if !document.number.starts_with('C') {
                *there += quantity;
                continue;
            }
            let covered = -quantity.max(-*there);
            *there -= covered;
            let how = match covered {
                0 => "not at all",
                _ if covered < -quantity => "partly",
                _ => "wholly",
            };
            *counts.entry((is_goods(&line.code), how)).or_default() += 1;
        }
    }
    counts
}

#[test]
fn the_real_file_is_told_and_its_totals_are_known() {
    let Some(data) = data() else {
        eprintln!("SKIPPED: set GUANXI_DATA to the folder of real data");
        return;
    };
    let documents = Documents::gather(read(&data.join(FILE)).unwrap()).unwrap();
    assert_eq!(documents.lines, 541_909);
    let sum = |cancelled: bool| -> Decimal {
        let all = documents.all.iter();
        let some = all.filter(|document| document.number.starts_with('C') == cancelled);
        let lines = some.flat_map(|document| &document.lines);
        lines.map(|l| Decimal::from(l.quantity) * l.price).sum()
    };
    assert_eq!(sum(false), Decimal::new(10_644_560_424, 3));
    assert_eq!(sum(true), gbp("-896812.49"));

    // What the data's description says of all lines with a customer, with and without goods.
    let coverage = plain_coverage(&documents);
    let lines = |how| [true, false].map(|goods| coverage[&(goods, how)]);
    assert_eq!(lines("wholly"), [7_432, 84], "7 516 in all");
    assert_eq!(lines("partly"), [51, 3], "54 in all");
    assert_eq!(lines("not at all"), [1_056, 279], "1 335 in all");

    let story = tell(&documents, 1).unwrap();
    whole::holds(&story);
    let totals = &story.totals;
    let counts: Vec<_> = totals.documents.iter().map(|(k, v)| (*k, *v)).collect();
    let expected = [
        ("bad debts", 3),
        ("cancellations", 3_836),
        ("orders", 20_725),
        ("stock adjustments", 1_336),
    ];
    assert_eq!(counts, expected, "22 061 of 5…");
    assert_eq!(story.buyers.len(), 4_372 + 1, "and the cash customer");
    // The same by the rules of the story, with the cash customer's: 153 wholly, 9 partly, 3 not.
    let returns = totals.returns;
    assert_eq!(
        (returns.wholly, returns.partly, returns.not),
        (7_432 + 153, 51 + 9, 1_056 + 3)
    );
    assert_eq!(totals.credited_lines, 9_288 - 7_585 - 60 - 1_059);
    assert_eq!(
        (story.first_day, story.last_day),
        (date(2010, 12, 1), date(2011, 12, 9))
    );

    // 1 119 lines with goods, wholly or partly.
    let refused: Vec<_> = Refused::by_reason(&story.refused).into_iter().collect();
    let expected = [
        (Reason::NeverBought, (1_034, gbp("-22217.21"))),
        (Reason::MoreThanBought, (85, gbp("-1816.29"))),
        (Reason::StockAdjustment, (1_336, Decimal::ZERO)),
        (Reason::NothingToWriteOff, (1, gbp("-11062.06"))),
    ];
    assert_eq!(refused, expected);
    // Three of the four lines at a tenth of a penny, and one at 0, are cushion pads.
    assert_eq!(story.articles.len(), 3_816);
    assert_eq!(documents.lower_case, 1_977);

    // The file's 9 747 747.934, less what was refused and half a debt, less fractions of a penny.
    let sales_less_cancellations = gbp("9747747.93") + gbp("11062.06");
    let refused_returns = gbp("22217.21") + gbp("1816.29");
    assert_eq!(totals.accepted, sales_less_cancellations + refused_returns);
    assert_eq!(totals.debts, gbp("11062.06"));
    assert_eq!(totals.written_off, totals.debts);
}
