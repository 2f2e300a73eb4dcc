//! A small disk of a server's own, so that it can be full without harm to anybody else: a tmpfs.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, ensure};
use nix::{
    errno::Errno,
    fcntl::{FallocateFlags, fallocate},
    unistd::geteuid,
};

/// The file that fills it.
const BALLAST: &str = "ballast";
/// The largest and the smallest piece that is taken of it at once, bytes.
const PIECES: (i64, i64) = (1 << 30, 1 << 12);

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

    /// Fills it to the last page; how many bytes that took.
    ///
    /// # Errors
    /// When there is another reason than that it is full.
    pub fn fill(&self) -> anyhow::Result<i64> {
        let ballast = File::create(self.at.join(BALLAST))?;
        let (mut piece, smallest) = PIECES;
        let mut filled = 0;
        while piece >= smallest {
            match fallocate(&ballast, FallocateFlags::empty(), filled, piece) {
                Ok(()) => filled += piece,
                Err(Errno::ENOSPC) => piece /= 2,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(filled)
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

#[cfg(test)]
mod tests {
    use std::{env, io::ErrorKind};

    use super::*;
    use crate::ScratchDir;

    #[test]
    fn a_full_disk_takes_nothing_and_takes_it_again_when_there_is_room() {
        let scratch = ScratchDir::create_in(&env::temp_dir()).unwrap();
        if !SmallDisk::is_possible(scratch.path()) {
            eprintln!("a disk can be mounted by root only");
            return;
        }
        let at = scratch.path().join("small");
        let disk = SmallDisk::mount(&at, 2).unwrap();
        let file = at.join("file");
        fs::write(&file, "there").unwrap();
        let filled = disk.fill().unwrap();
        assert!((1 << 20..=2 << 20).contains(&filled), "{filled}");
        let refused = fs::write(at.join("more"), [1; 8_192]).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::StorageFull);
        disk.free().unwrap();
        fs::write(at.join("more"), [1; 8_192]).unwrap();
        drop(disk);
        assert!(!file.exists(), "it is still mounted");
    }
}
