//! A server's directory: made, locked against a second owner, with its secret and its port.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use rand::distr::{Alphanumeric, SampleString};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::{EmbeddedError, account::Account, error::Attempting, nats, port, postgres};

/// Where a directory goes that the unprivileged account cannot reach.
const FALLBACK: &str = "/var/lib/guanxi";

/// A server's directory, ours as long as this value lives.
#[derive(Debug)]
pub(crate) struct Home {
    dir: PathBuf,
    account: Option<Account>,
    /// Whether the directory goes with this value.
    throw_away: bool,
    /// Held, not read: who has this lock may take a server that still runs here for an orphan.
    _lock: File,
}

impl Home {
    /// Takes `wanted` for a server that runs as we do.
    pub(crate) fn open(wanted: &Path) -> Result<Self, EmbeddedError> {
        let dir = make(wanted)?;
        Ok(Self {
            _lock: lock(&dir)?,
            dir,
            account: None,
            throw_away: false,
        })
    }

    /// Takes `wanted` for a server that must not run as root, or, where the account that stands in
    /// for root cannot reach it, the directory under `/var/lib/guanxi` that stands for it.
    pub(crate) async fn open_unprivileged(wanted: &Path) -> Result<Self, EmbeddedError> {
        let mut dir = make(wanted)?;
        let account = Account::for_postgres(&dir.join(postgres::DATA))?;
        if let Some(account) = &account {
            let fallback = fallback(&dir);
            account.own(&dir)?;
            // Data that once had to go there stays there, even if `wanted` was opened since.
            let moved = fallback.join(postgres::DATA).exists();
            if moved || !account.reaches(&dir).await {
                tracing::warn!(
                    wanted = %dir.display(), used = %fallback.display(),
                    "running as root: Postgres keeps its data where its own account can reach it"
                );
                dir = make(&fallback)?;
                account.own(&dir)?;
                if !account.reaches(&dir).await {
                    return Err(account.unreachable(dir));
                }
            }
        }
        Ok(Self {
            _lock: lock(&dir)?,
            dir,
            account,
            throw_away: false,
        })
    }

    /// Removes the directory with this value, if it is meant to be thrown away.
    pub(crate) fn thrown_away(mut self, throw_away: bool) -> Self {
        self.throw_away = throw_away;
        self
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn account(&self) -> Option<&Account> {
        self.account.as_ref()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// The secret kept in the file `name`, generated the first time; readable by its owner only.
    pub(crate) fn secret(&self, name: &str) -> Result<SecretString, EmbeddedError> {
        let path = self.path(name);
        if let Some(secret) = read_if_there(&path)? {
            return Ok(SecretString::from(secret.trim()));
        }
        // Letters and digits only: it stands in URLs and configuration files without escapes.
        let secret = SecretString::from(Alphanumeric.sample_string(&mut rand::rng(), 32));
        self.write_private(name, secret.expose_secret())?;
        Ok(secret)
    }

    /// Writes a file that only its owner can read, whole or not at all.
    pub(crate) fn write_private(&self, name: &str, content: &str) -> Result<(), EmbeddedError> {
        let (path, new) = (self.path(name), self.path(&format!("{name}.new")));
        let what = || format!("write {}", path.display());
        if read_if_there(&new)?.is_some() {
            fs::remove_file(&new).attempting(what)?;
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&new)
            .attempting(what)?;
        file.write_all(content.as_bytes())
            .and_then(|()| file.sync_all())
            .attempting(what)?;
        self.own(&new)?;
        fs::rename(&new, &path).attempting(what)
    }

    /// The port used last time, so that addresses survive a restart, if nobody took it meanwhile.
    pub(crate) fn remembered_port(&self) -> Option<u16> {
        let port = fs::read_to_string(self.path("port"))
            .ok()?
            .trim()
            .parse()
            .ok()?;
        port::is_free(port).then_some(port)
    }

    pub(crate) fn remember_port(&self, port: u16) -> Result<(), EmbeddedError> {
        self.write_private("port", &port.to_string())
    }

    /// An empty log; the one of the run before stands beside it, for that one tells of a crash.
    pub(crate) fn fresh_log(&self, name: &str) -> Result<File, EmbeddedError> {
        let path = self.path(name);
        let what = || format!("open {}", path.display());
        if path.exists() {
            fs::rename(&path, path.with_extension("previous.log")).attempting(what)?;
        }
        // Appending, so that what we and the server write never overwrites each other.
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&path)
            .attempting(what)?;
        self.own(&path)?;
        Ok(log)
    }

    /// Gives a path to the account that runs the server, if that is another than ours.
    pub(crate) fn own(&self, path: &Path) -> Result<(), EmbeddedError> {
        self.account
            .as_ref()
            .map_or(Ok(()), |account| account.own(path))
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // What cannot be removed is no harm to anyone but the disk.
        if self.throw_away
            && let Err(error) = fs::remove_dir_all(&self.dir)
        {
            tracing::warn!(dir = %self.dir.display(), %error, "cannot remove");
        }
    }
}

/// Removes a server's directory with all its data, ending what an owner that was killed left
/// running in it.
///
/// # Errors
/// `InUse` while the owner lives; `Io`.
pub async fn discard(dir: &Path) -> Result<(), EmbeddedError> {
    let Ok(dir) = dir.canonicalize() else {
        return Ok(());
    };
    for dir in [fallback(&dir), dir] {
        if !dir.exists() {
            continue;
        }
        let _lock = lock(&dir)?;
        postgres::end_orphan(&dir).await?;
        nats::end_orphan(&dir).await;
        fs::remove_dir_all(&dir).attempting(|| format!("remove {}", dir.display()))?;
    }
    Ok(())
}

fn make(dir: &Path) -> Result<PathBuf, EmbeddedError> {
    fs::create_dir_all(dir)
        .and_then(|()| dir.canonicalize())
        .attempting(|| format!("make the directory {}", dir.display()))
}

/// A name that stays the same for the same directory, whatever version of guanxi asks.
fn fallback(dir: &Path) -> PathBuf {
    let name = Uuid::new_v5(&Uuid::NAMESPACE_URL, dir.as_os_str().as_encoded_bytes());
    Path::new(FALLBACK).join(name.to_string())
}

/// The kernel drops the lock with its holder, however that one ends.
fn lock(dir: &Path) -> Result<File, EmbeddedError> {
    let what = || format!("lock {}", dir.display());
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(dir.join("lock"))
        .attempting(what)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(EmbeddedError::InUse {
            dir: dir.to_owned(),
        }),
        Err(TryLockError::Error(error)) => Err(error).attempting(what),
    }
}

fn read_if_there(path: &Path) -> Result<Option<String>, EmbeddedError> {
    match fs::read_to_string(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).attempting(|| format!("read {}", path.display())),
    }
}
