//! Samples that were released stay as they are, to the byte: the log holds such events for ever,
//! and a sample that was changed would prove nothing about them.
//!
//! `tests/released.sha256` lists them, in the form of `sha256sum`. A new sample needs no line until
//! it is released. To release, take the new ones down and commit the list:
//!
//! ```text
//! GUANXI_RELEASE=1 cargo test -p guanxi-events --test released
//! ```
//!
//! That only ever adds lines. Whoever must say otherwise what an event says gives it a new version,
//! with a sample of its own and an upcaster from the old one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use aws_lc_rs::digest::{SHA256, digest};

/// Checksums by file name.
type Sums = BTreeMap<String, String>;

fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn list() -> PathBuf {
    package().join("tests/released.sha256")
}

fn read(list: &str) -> Sums {
    list.lines()
        .map(|line| {
            let (sum, file) = line.split_once("  ").unwrap_or_else(|| panic!("{line}"));
            (file.to_owned(), sum.to_owned())
        })
        .collect()
}

fn written(sums: &Sums) -> String {
    sums.iter()
        .map(|(file, sum)| format!("{sum}  {file}\n"))
        .collect()
}

fn samples_in(folder: &Path) -> Sums {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let sum = hex::encode(digest(&SHA256, &fs::read(&path).unwrap()));
            (path.file_name().unwrap().to_str().unwrap().to_owned(), sum)
        })
        .collect()
}

/// Released samples that are not as they were released.
fn broken(released: &Sums, there: &Sums) -> Vec<String> {
    released
        .iter()
        .filter_map(|(file, sum)| match there.get(file) {
            None => Some(format!("{file} is missing")),
            Some(now) if now != sum => Some(format!("{file} was changed")),
            Some(_) => None,
        })
        .collect()
}

#[test]
fn a_released_sample_is_still_what_it_was() {
    let there = samples_in(&package().join("samples"));
    let mut released = read(&fs::read_to_string(list()).unwrap());
    let broken = broken(&released, &there);
    assert!(
        broken.is_empty(),
        "events that were released are read from logs as they are: give a changed one a new \
         version and put these back: {broken:#?}"
    );
    if std::env::var_os("GUANXI_RELEASE").is_some() {
        released.extend(there);
        fs::write(list(), written(&released)).unwrap();
    }
}

#[test]
fn the_list_is_in_order_and_knows_every_sample_once() {
    let text = fs::read_to_string(list()).unwrap();
    assert_eq!(written(&read(&text)), text);
}

#[test]
fn a_change_of_one_byte_and_a_missing_sample_are_noticed_and_a_new_one_is_not() {
    let sum = |text: &str| hex::encode(digest(&SHA256, text.as_bytes()));
    let sums = |samples: &[(&str, &str)]| -> Sums {
        samples
            .iter()
            .map(|(file, text)| ((*file).to_owned(), sum(text)))
            .collect()
    };
    let released = sums(&[("a.1.json", "{}"), ("b.1.json", "[1]"), ("c.1.json", "2")]);
    let there = sums(&[("a.1.json", "{ }"), ("c.1.json", "2"), ("c.2.json", "3")]);
    let found = broken(&released, &there);
    assert_eq!(found, ["a.1.json was changed", "b.1.json is missing"]);
}
