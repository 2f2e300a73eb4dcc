//! Finds the installed programs, and says what to install when there are none.

use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::EmbeddedError;

/// The programs of one Postgres installation.
#[derive(Debug)]
pub(crate) struct PostgresPrograms {
    pub(crate) postgres: PathBuf,
    pub(crate) initdb: PathBuf,
}

/// Finds the Postgres programs that can open `data`, or the newest when there is no data yet.
///
/// # Errors
/// `ProgramMissing`, or `WrongVersion` when data exists that no installed Postgres can open.
pub(crate) async fn find_postgres(
    only_in: &[PathBuf],
    data: &Path,
) -> Result<PostgresPrograms, EmbeddedError> {
    let installed: Vec<PostgresPrograms> = places(only_in, postgres_places)
        .into_iter()
        .map(|dir| PostgresPrograms {
            postgres: dir.join("postgres"),
            initdb: dir.join("initdb"),
        })
        .filter(|programs| programs.postgres.is_file() && programs.initdb.is_file())
        .collect();
    let written_by = std::fs::read_to_string(data.join("PG_VERSION")).ok();
    let Some(written_by) = written_by.as_deref().map(str::trim) else {
        return installed.into_iter().next().ok_or_else(postgres_missing);
    };
    let mut found = Vec::new();
    for programs in installed {
        let version = major_version(&programs.postgres).await;
        if version.as_deref() == Some(written_by) {
            return Ok(programs);
        }
        found.extend(version);
    }
    if found.is_empty() {
        return Err(postgres_missing());
    }
    Err(EmbeddedError::WrongVersion {
        data: data.to_owned(),
        written_by: written_by.to_owned(),
        found,
    })
}

/// Finds `nats-server`.
///
/// # Errors
/// `ProgramMissing`.
pub(crate) fn find_nats(only_in: &[PathBuf]) -> Result<PathBuf, EmbeddedError> {
    places(only_in, nats_places)
        .into_iter()
        .map(|dir| dir.join("nats-server"))
        .find(|program| program.is_file())
        .ok_or_else(|| EmbeddedError::ProgramMissing {
            program: "nats-server",
            hint: hint(
                "nats-server",
                "nats-server",
                "see https://github.com/nats-io/nats-server",
            ),
        })
}

fn postgres_missing() -> EmbeddedError {
    EmbeddedError::ProgramMissing {
        program: "postgres",
        hint: hint(
            "postgresql",
            "postgresql@17",
            "see https://www.postgresql.org/download",
        ),
    }
}

fn hint(apt: &str, brew: &str, others: &str) -> String {
    format!(
        "Install it: on Debian or Ubuntu `sudo apt-get install {apt}`, on macOS `brew install \
         {brew}`, on others {others}; or put the directory that holds it on the PATH."
    )
}

/// PATH first, for who sets it means it; then where packages put what is not on the PATH.
fn places(only_in: &[PathBuf], usual: impl FnOnce() -> Vec<PathBuf>) -> Vec<PathBuf> {
    if !only_in.is_empty() {
        return only_in.to_vec();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).chain(usual()).collect()
}

fn postgres_places() -> Vec<PathBuf> {
    [
        ("/usr/lib/postgresql", ""), // Debian, Ubuntu: /usr/lib/postgresql/17/bin
        ("/usr", "pgsql-"),          // the project's own RPMs: /usr/pgsql-17/bin
        ("/opt/homebrew/opt", "postgresql@"),
        ("/usr/local/opt", "postgresql@"),
    ]
    .into_iter()
    .flat_map(|(parent, prefix)| versions_newest_first(Path::new(parent), prefix))
    .map(|version| version.join("bin"))
    .collect()
}

fn nats_places() -> Vec<PathBuf> {
    [
        "/usr/sbin",
        "/usr/local/bin",
        "/usr/local/sbin",
        "/opt/homebrew/bin",
    ]
    .into_iter()
    .map(PathBuf::from)
    .collect()
}

/// The subdirectories called `prefix` and a number, the highest number first.
fn versions_newest_first(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(parent) else {
        return Vec::new();
    };
    let mut versions: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let version = name.to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((version, entry.path()))
        })
        .collect();
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    versions.into_iter().map(|(_, path)| path).collect()
}

/// What `postgres --version` prints is "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)".
async fn major_version(postgres: &Path) -> Option<String> {
    let output = Command::new(postgres)
        .arg("--version")
        .output()
        .await
        .ok()?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = printed
        .split_whitespace()
        .find(|word| word.starts_with(char::is_numeric))?;
    let digits = version
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(version.len());
    Some(version[..digits].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_comes_first_by_number_not_by_letters() {
        let parent = std::env::temp_dir().join(uuid::Uuid::new_v4().to_string());
        for version in ["9", "15", "17", "extensions"] {
            std::fs::create_dir_all(parent.join(version)).unwrap();
        }
        let found = versions_newest_first(&parent, "");
        std::fs::remove_dir_all(&parent).unwrap();
        assert_eq!(found, ["17", "15", "9"].map(|version| parent.join(version)));
    }

    #[test]
    fn a_missing_nats_server_says_what_to_install() {
        let error = find_nats(&[PathBuf::from("/nonexistent")])
            .unwrap_err()
            .to_string();
        assert!(error.contains("apt-get install nats-server"), "{error}");
        assert!(error.contains("brew install nats-server"), "{error}");
        assert!(
            error.contains("https://github.com/nats-io/nats-server"),
            "{error}"
        );
    }
}
