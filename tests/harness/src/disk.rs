//! A small disk of a server's own, so that it can be full without harm to anybody else: a tmpfs.

use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, ensure};
use nix::unistd::geteuid;

/// The file that fills it.
const BALLAST: &str = "ballast";
/// How much of it is written at once, bytes.
const PIECE: usize = 1024 * 1024;

/// A disk that is there as long as this value lives.
#[derive(Debug)]
pub struct SmallDisk {
    at: PathBuf,
}

impl SmallDisk {
    /// Whether we may have one: mounting takes root, and in a container more than that.
    #[must_use]
    pub fn is_possible(scratch: &Path) -> bool {
        let at = scratch.join(format!("guanxi-disk-{}", uuid::Uuid::new_v4().simple()));
        let mounted = geteuid().is_root() && Self::mount(&at, 1).is_ok();
        // Not there when it was not even made.
        let _ = fs::remove_dir(&at);
        mounted
    }

    /// One of so many MiB at this place, which is made.
    ///
    /// # Errors
    /// Without the right to do it.
    pub fn mount(at: &Path, mib: u32) -> anyhow::Result<Self> {
        fs::create_dir_all(at)?;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o"]);
        mount.arg(format!("size={mib}m,mode=755"));
        let made = mount.arg("tmpfs").arg(at).output().context("run mount")?;
        let said = String::from_utf8_lossy(&made.stderr);
        ensure!(made.status.success(), "no disk at {}: {said}", at.display());
        Ok(Self { at: at.to_owned() })
    }

    /// Fills it to the last byte; how many MiB that took.
    ///
    /// # Errors
    /// When it cannot be written for another reason than that it is full.
    pub fn fill(&self) -> anyhow::Result<usize> {
        let mut ballast = File::create(self.at.join(BALLAST))?;
        let piece = vec![0_u8; PIECE];
        let mut pieces = 0;
        loop {
            match ballast.write_all(&piece) {
                Ok(()) => pieces += 1,
                Err(error) if error.kind() == ErrorKind::StorageFull => return Ok(pieces),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Gives back what was filled.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn free(&self) -> anyhow::Result<()> {
        Ok(fs::remove_file(self.at.join(BALLAST))?)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        unmount(&self.at);
    }
}

/// Takes away a disk that stands here, whoever still looks at it; whether one did.
pub(crate) fn unmount(at: &Path) -> bool {
    let unmounted = Command::new("umount").arg("--lazy").arg(at).output();
    unmounted.is_ok_and(|unmounted| unmounted.status.success())
}
