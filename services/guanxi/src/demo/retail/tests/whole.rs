//! Whole stories: what must hold of each.

use std::{collections::HashMap, path::PathBuf};

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn generated(seed: u64, many: u32) -> Story {
    let rows = wholesaler(seed, many).into_iter().map(Ok);
    tell(&Documents::gather(rows).unwrap(), seed).unwrap()
}

/// What must hold of every story: invoices less credit notes are the file's sum over what was
/// accepted, nothing is paid twice, and what is open is what the totals say.
pub(super) fn holds(story: &Story) {
    let totals = &story.totals;
    assert_eq!(totals.invoiced - totals.credited, totals.accepted);
    let last = Ageing::of(story, story.last_day);
    assert_eq!(last.total(), totals.open());
    for (key, buyer) in &story.buyers {
        let mut open: HashMap<&str, Decimal> = HashMap::new();
        let mut before = story.first_day.at(0, 0, 0, 0);
        for step in &buyer.steps {
            assert!(step.at >= before, "{key}: {step:?}");
            assert!(step.at.date() <= story.last_day, "{key}: {step:?}");
            before = step.at;
            match &step.deed {
                Deed::Sold(sale) => drop(open.insert(&sale.document, sale.total)),
                Deed::Charged(note) => drop(open.insert(&note.document, note.total)),
                Deed::Paid(payment) => {
                    assert!(payment.amount > Decimal::ZERO, "{step:?}");
                    let left = open.get_mut(&*payment.invoice).unwrap();
                    *left -= payment.amount;
                    assert!(*left >= Decimal::ZERO, "{key}: {step:?}");
                }
                Deed::Bounced { payment } => {
                    let (invoice, _) = payment.rsplit_once('/').unwrap();
                    // What it was does not matter: it can be paid anew.
                    open.insert(invoice, Decimal::MAX);
                }
                _ => {}
            }
        }
    }
}

#[test]
fn a_generated_wholesaler_has_every_quirk() {
    let story = generated(1, 100);
    let reasons = Refused::by_reason(&story.refused);
    for reason in [
        Reason::NeverBought,
        Reason::MoreThanBought,
        Reason::StockAdjustment,
        Reason::NothingToWriteOff,
    ] {
        assert!(reasons.contains_key(&reason), "{reason}");
    }
    let returns = story.totals.returns;
    assert!(returns.wholly > 0 && returns.partly > 0 && returns.not > 0);
    assert!(returns.at_another_price > 0 && story.totals.credited_lines > 0);
    let steps = story.buyers.values().flat_map(|buyer| &buyer.steps);
    let mut deeds: HashMap<_, u32> = HashMap::new();
    for step in steps {
        *deeds.entry(std::mem::discriminant(&step.deed)).or_default() += 1;
    }
    assert_eq!(deeds.len(), 10, "every deed is done: {deeds:?}");
    assert!(story.buyers.contains_key(CASH));
}

#[test]
fn a_wholesaler_is_always_the_same_for_a_seed() {
    assert_eq!(wholesaler(3, 200), wholesaler(3, 200));
    assert_ne!(wholesaler(3, 200), wholesaler(4, 200));
    assert_eq!(generated(3, 200), generated(3, 200));
}

#[test]
fn every_refused_line_is_in_the_report_with_what_is_refused_of_it() {
    let story = told(
        "536365,85123A,\"LANTERN, RED\",6,2011-01-31 08:26:00,2.55,17850,EIRE\n\
         C536369,85123A,\"LANTERN, RED\",-9,2011-02-03 08:26:00,2.55,17850,EIRE\n\
         536370,22423,lost,-1,2011-02-04 08:26:00,0.0,,EIRE\n",
    );
    let file = scratch("refused.csv");
    write_refused(&story.refused, &file).unwrap();
    let report = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let expected = "Line,InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,\
         RefusedQuantity,Reason\n\
         3,C536369,85123A,\"LANTERN, RED\",-9,2011-02-03 08:26:00,2.55,17850,-3,\
         more returned than bought\n\
         4,536370,22423,lost,-1,2011-02-04 08:26:00,0.0,,-1,stock adjustment\n";
    assert_eq!(report, expected);
}

/// A file of this test alone.
pub(super) fn scratch(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("{}-{name}", uuid::Uuid::new_v4()))
}

#[test]
fn an_invoice_ages_by_its_due_date_and_a_free_credit_is_not_mixed_with_it() {
    let mut numbers = (536_365..).map(|number| number.to_string());
    let unpaid = numbers.find(|number| attempts(1, number, date(2011, 3, 2)).is_empty());
    let story = told(&format!(
        "{},85123A,LANTERN,10,2011-01-31 08:26:00,2.55,17850,EIRE\n\
         C536385,D,Discount,-1,2011-02-10 08:26:00,5.5,17850,EIRE\n\
         536386,85123A,LANTERN,1,2011-12-09 08:26:00,2.0,,EIRE\n",
        unpaid.unwrap()
    ));
    let owed = gbp("25.50");
    for (day, bucket) in [
        (date(2011, 2, 28), 0),
        (date(2011, 3, 2), 0),
        (date(2011, 3, 3), 1),
        (date(2011, 4, 1), 1),
        (date(2011, 4, 2), 2),
        (date(2011, 5, 2), 3),
        (date(2011, 6, 1), 4),
        (date(2011, 6, 30), 4),
        (date(2011, 7, 1), 5),
    ] {
        let ageing = Ageing::of(&story, day);
        let mut expected = [Decimal::ZERO; 6];
        expected[bucket] = owed;
        assert_eq!(ageing.buckets, expected, "{day}");
        assert_eq!(ageing.credits, gbp("-5.50"), "{day}");
    }
    assert_eq!(Ageing::of(&story, date(2011, 2, 9)).credits, Decimal::ZERO);
    assert_eq!(Ageing::of(&story, date(2011, 1, 30)), Ageing::default());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_story_adds_up_on_every_day(seed in any::<u64>(), many in 60_u32..400) {
        let story = generated(seed, many);
        holds(&story);
    }
}
