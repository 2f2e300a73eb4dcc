//! The contracts as buf sees them: style, and nothing broken since the last release.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The version is pinned so that a new rule does not break an old commit.
const BUF: &str = "@bufbuild/buf@1.75.0";

#[test]
fn the_contracts_are_clean_by_buf_lint() {
    let Some(buf) = Buf::find() else { return };
    let Output {
        status,
        stdout,
        stderr,
    } = buf.run(&["lint", "proto"]);
    let said = String::from_utf8_lossy(&stdout);
    assert!(
        status.success(),
        "{said}{}",
        String::from_utf8_lossy(&stderr)
    );
}

#[test]
fn the_contracts_break_nothing_that_was_released() {
    let Some(buf) = Buf::find() else { return };
    let tag = git(&["describe", "--tags", "--abbrev=0", "--match", "v*"]);
    let Some(tag) = tag else {
        eprintln!("nothing was released yet (no tag v*): there is nothing to break");
        return;
    };
    let against = format!(".git#tag={tag},subdir=proto");
    let Output {
        status,
        stdout,
        stderr,
    } = buf.run(&["breaking", "proto", "--against", &against]);
    let said = String::from_utf8_lossy(&stdout);
    assert!(
        status.success(),
        "since {tag}:\n{said}{}",
        String::from_utf8_lossy(&stderr)
    );
}

/// buf, by way of npm.
struct Buf;

impl Buf {
    /// None, with the reason, where npx is missing or cannot get it; in CI that is a failure.
    fn find() -> Option<Self> {
        let tried = Command::new("npx")
            .args(["--yes", BUF, "--version"])
            .output();
        let problem = match tried {
            Ok(output) if output.status.success() => return Some(Self),
            Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
            Err(error) => error.to_string(),
        };
        assert!(
            std::env::var_os("CI").is_none(),
            "npx cannot get {BUF}: {problem}"
        );
        eprintln!("SKIPPED, for npx cannot get {BUF}: {problem}");
        None
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new("npx");
        command.args(["--yes", BUF]).args(arguments);
        command.current_dir(root()).output().unwrap()
    }
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(root())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
