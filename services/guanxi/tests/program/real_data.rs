//! `guanxi demo` with the real data, where it is there.

use std::path::{Path, PathBuf};

use nix::sys::signal::Signal;

use crate::{
    demo::UP,
    kit::{Dev, scratch},
    receivables::age_as_python_says,
};

/// The folder of real data: `GUANXI_DATA`, or `../shared/data` beside the checkout.
fn data() -> Option<PathBuf> {
    let given = std::env::var_os("GUANXI_DATA").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let pipeline = "maven-crm-sales-opportunities/sales_pipeline.csv";
    given
        .into_iter()
        .chain([beside])
        .find(|folder| folder.join(pipeline).is_file())
}

/// The cells of the row of the totals that begins so: by the files, by the funnel, the verdict.
fn total<'a>(said: &'a str, what: &str) -> Vec<&'a str> {
    let (_, totals) = said.split_once("\nTotals\n").unwrap();
    let mut rows = totals.lines().map(|line| {
        let cells = line.split("  ").map(str::trim);
        cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>()
    });
    let row = rows.find(|cells| cells.first() == Some(&what));
    row.unwrap_or_else(|| panic!("no total of {what}:\n{totals}"))[1..].to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_pipeline_and_two_weeks_of_retail_are_loaded_and_every_total_is_that_of_the_files()
{
    let Some(data) = data() else {
        eprintln!("SKIPPED: set GUANXI_DATA to the folder of real data");
        return;
    };
    let data = data.display().to_string();
    let scratch = scratch();
    let dir = scratch.path().join("demo");
    let (dev, said) = Dev::demo(
        &dir,
        &[
            "--data",
            &data,
            "--days",
            "14",
            "--tickets",
            "200",
            "--members",
            "100",
        ],
        UP,
    );
    assert!(!said.contains("WRONG"), "{said}");
    assert!(
        said.contains("85 customers, 7 products, 8 800 opportunities in 23 811 commands"),
        "{said}"
    );
    for (what, expected) in [
        ("opportunities", "8 800"),
        ("prospecting", "500"),
        ("engaging", "1 589"),
        ("won", "4 238"),
        ("lost", "2 473"),
        ("won, USD", "10 005 534"),
        // From October 2016 to December 2017.
        ("month ends in the past", "15"),
    ] {
        assert_eq!(total(&said, what), [expected, expected, "✓"], "{what}");
    }
    age_as_python_says(&dev, scratch.path()).await;
    dev.signal(Signal::SIGTERM);
    assert_eq!(dev.ended(), Some(0));
}
