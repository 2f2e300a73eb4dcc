//! `guanxi demo` with a small generated company.

use std::path::Path;

use crate::kit::{complained, guanxi, printed, scratch};

fn demo(dir: &Path) -> std::process::Output {
    guanxi()
        .args(["demo", "--once", "--deals", "120", "--seed", "3", "--dir"])
        .arg(dir)
        // Where no real data is beside.
        .current_dir(std::env::temp_dir())
        .output()
        .unwrap()
}

#[test]
fn a_company_is_loaded_once_and_every_total_is_right() {
    let scratch = scratch();
    let dir = scratch.path().join("demo");
    let first = demo(&dir);
    assert!(
        first.status.success(),
        "{}{}",
        printed(&first),
        complained(&first)
    );
    assert!(
        printed(&first).contains("Loading generated-3-120"),
        "{}",
        printed(&first)
    );
    assert!(!printed(&first).contains("WRONG"), "{}", printed(&first));

    let second = demo(&dir);
    assert!(second.status.success(), "{}", complained(&second));
    assert!(
        printed(&second).contains("there already"),
        "{}",
        printed(&second)
    );
}
