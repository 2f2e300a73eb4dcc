//! Reading, counting and generating.

use std::path::{Path, PathBuf};

use jiff::{ToSpan, civil::date};
use rust_decimal::Decimal;

use super::*;

/// The folder of real data, where what is looked for is there.
pub(in crate::demo) fn data_with(is_in: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let given = std::env::var_os("GUANXI_DATA").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    given
        .into_iter()
        .chain([beside])
        .find(|folder| is_in(folder))
}

fn data() -> Option<PathBuf> {
    data_with(Files::are_in)
}

/// Deals as [`Company`] understands them, counted by their dates.
fn understood(company: &Company, day: jiff::civil::Date) -> Counts {
    let mut counts = Counts::default();
    for deal in &company.deals {
        let opened = deal.course.engaged().unwrap_or(company.last_day);
        let closed = deal.course.closed().is_some_and(|closed| closed <= day);
        match deal.course {
            _ if opened > day => {}
            Course::Prospecting => counts.prospecting += 1,
            Course::Won { value, .. } if closed => {
                counts.won += 1;
                counts.won_value += value;
            }
            Course::Lost { .. } if closed => counts.lost += 1,
            _ => counts.engaging += 1,
        }
    }
    counts
}

#[test]
fn the_same_seed_generates_the_same_company_and_another_seed_another() {
    assert_eq!(generate(1, 8_800), generate(1, 8_800));
    assert_ne!(generate(1, 8_800).pipeline, generate(2, 8_800).pipeline);
}

#[test]
fn a_generated_company_is_whole_and_of_the_usual_size() {
    let files = generate(1, 8_800);
    let company = Company::of(&files).unwrap();
    assert_eq!(company.deals.len(), 8_800);
    assert_eq!(company.accounts.len(), 85);
    assert_eq!(company.agents.len(), 36);
    let counts = count(&files.pipeline, company.last_day);
    assert_eq!(counts.all(), 8_800);
    assert!(counts.won > 3_000 && counts.lost > 1_500, "{counts:?}");
    assert!(
        counts.engaging > 500 && counts.prospecting > 300,
        "{counts:?}"
    );
}

#[test]
fn a_company_and_the_plain_count_agree_on_every_day() {
    let files = generate(7, 600);
    let company = Company::of(&files).unwrap();
    let mut day = company.first_day;
    while day <= company.last_day {
        assert_eq!(
            understood(&company, day),
            count(&files.pipeline, day),
            "{day}"
        );
        day = day.checked_add(1.day()).unwrap();
    }
}

#[test]
fn parents_are_registered_before_those_that_belong_to_them() {
    let mut files = generate(1, 8_800);
    files.accounts.reverse();
    let company = Company::of(&files).unwrap();
    for (index, account) in company.accounts.iter().enumerate() {
        if let Some(parent) = &account.parent {
            let before = &company.accounts[..index];
            assert!(
                before.iter().any(|other| other.name == *parent),
                "{account:?}"
            );
        }
    }
}

#[test]
fn accounts_that_belong_to_each_other_are_refused() {
    let mut files = generate(1, 8_800);
    let (a, b) = (
        files.accounts[0].account.clone(),
        files.accounts[1].account.clone(),
    );
    files.accounts[0].subsidiary_of = b;
    files.accounts[1].subsidiary_of = a;
    let error = Company::of(&files).unwrap_err().to_string();
    assert!(error.contains("belongs to itself"), "{error}");
}

#[test]
fn a_row_that_names_nobody_known_is_refused_by_its_key() {
    let mut files = generate(1, 8_800);
    files.pipeline[5].sales_agent = "Nobody".to_owned();
    let error = Company::of(&files).unwrap_err().to_string();
    assert!(
        error.contains("G0000005") && error.contains("Nobody"),
        "{error}"
    );
}

#[test]
fn the_real_files_are_read_with_their_quirks() {
    let Some(data) = data() else {
        eprintln!("without GUANXI_DATA there is nothing to read");
        return;
    };
    let files = Files::read(&data).unwrap();
    let company = Company::of(&files).unwrap();
    assert_eq!(company.accounts.len(), 85);
    assert_eq!(
        company
            .accounts
            .iter()
            .filter(|a| a.parent.is_some())
            .count(),
        15
    );
    assert_eq!(company.products.len(), 7);
    assert_eq!(company.agents.len(), 35);
    assert_eq!(company.deals.len(), 8_800);
    assert_eq!(
        company.deals.iter().filter(|d| d.account.is_none()).count(),
        1_425
    );
    assert_eq!(company.commands(), 23_811);
    assert_eq!(company.last_day, date(2017, 12, 31));
    assert_eq!(company.agents["Darcel Schlecht"].login, "darcel.schlecht");
    assert_eq!(company.corrections["GTXPro → GTX Pro"], 1_480);
    assert_eq!(company.corrections["technolgy → technology"], 12);
    assert_eq!(company.corrections["Philipines → Philippines"], 1);

    let now = count(&files.pipeline, company.last_day);
    let expected = Counts {
        prospecting: 500,
        engaging: 1_589,
        won: 4_238,
        won_value: Decimal::from(10_005_534),
        lost: 2_473,
    };
    assert_eq!(now, expected);
    let summer = date(2017, 6, 30);
    assert_eq!(understood(&company, summer), count(&files.pipeline, summer));
}
