//! Directories that go with the test, and what is done about those whose test was killed.

use std::{
    fs::{self, File, Permissions},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use nix::unistd::geteuid;

/// The variable with the directory for scratch directories; by default the system's.
pub const SCRATCH: &str = "GUANXI_TEST_SCRATCH";

const PREFIX: &str = "guanxi-test-";
const LOCK: &str = "in-use";

/// A directory of its own, removed when dropped.
#[derive(Debug)]
pub struct ScratchDir {
    path: PathBuf,
    /// Tells [`sweep`] that somebody still lives here.
    _lock: File,
}

impl ScratchDir {
    /// Makes one where `GUANXI_TEST_SCRATCH` says, or in the system's directory.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create() -> anyhow::Result<Self> {
        let parent = std::env::var_os(SCRATCH).map_or_else(std::env::temp_dir, PathBuf::from);
        Self::create_in(&parent)
    }

    /// Makes one in `parent`.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create_in(parent: &Path) -> anyhow::Result<Self> {
        let path = parent.join(format!("{PREFIX}{}", uuid::Uuid::new_v4().simple()));
        fs::create_dir_all(&path).with_context(|| format!("make {}", path.display()))?;
        // Whatever the umask: run as root, Postgres has an account of its own and passes here.
        fs::set_permissions(&path, Permissions::from_mode(0o755))?;
        let lock = File::create(path.join(LOCK))?;
        lock.try_lock()?;
        Ok(Self { path, _lock: lock })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for ScratchDir {
    fn drop(&mut self) {
        // Nothing to do about a failure but to leave the rest to the system's own cleaning.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Removes the scratch directories in `parent` whose owners were killed, at least `older_than`
/// old, with the servers that still run in them.
///
/// # Errors
/// When `parent` cannot be read.
pub async fn sweep(parent: &Path, older_than: Duration) -> anyhow::Result<()> {
    for entry in fs::read_dir(parent)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX)
            && let Err(error) = sweep_one(&entry.path(), older_than).await
        {
            eprintln!("cannot remove {}: {error:#}", entry.path().display());
        }
    }
    Ok(())
}

async fn sweep_one(dir: &Path, older_than: Duration) -> anyhow::Result<()> {
    let metadata = dir.symlink_metadata()?;
    // The system's directory is shared; what others call by our names is not ours to open.
    if !metadata.is_dir() || metadata.uid() != geteuid().as_raw() {
        return Ok(());
    }
    // One made this moment may not have its lock yet.
    let age = metadata.modified()?.elapsed().unwrap_or_default();
    let lock = File::create(dir.join(LOCK))?;
    if age < older_than || lock.try_lock().is_err() {
        return Ok(());
    }
    for server in fs::read_dir(dir)?
        .flatten()
        .filter(|entry| entry.path().is_dir())
    {
        if server.file_name().to_string_lossy().starts_with(PREFIX) {
            Box::pin(sweep_one(&server.path(), Duration::ZERO)).await?;
        } else {
            let discarded = guanxi_embedded::discard(&server.path()).await;
            // Where a disk of its own stands, nothing can be removed but what is on it.
            if !crate::disk::unmount(&server.path()) {
                discarded?;
            }
        }
    }
    // It may have gone with its own content.
    if dir.exists() {
        fs::remove_dir_all(dir)?;
    }
    Ok(())
}
