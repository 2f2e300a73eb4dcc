//! A small disk of a server's own, so that it can be full without harm to anybody else: a tmpfs.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, ensure};
use nix::{sys::statvfs::statvfs, unistd::geteuid};

/// How often it is tried to make a disk as small as what is on it, while more is written to it.
const ATTEMPTS: usize = 100;

/// A disk that is there as long as this value lives.
#[derive(Debug)]
pub struct SmallDisk {
    at: PathBuf,
    bytes: u64,
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

    /// One of so many MiB at this place, which is made. It takes memory as far as it is used.
    ///
    /// # Errors
    /// Without the right to do it.
    pub fn mount(at: &Path, mib: u32) -> anyhow::Result<Self> {
        fs::create_dir_all(at)?;
        let bytes = u64::from(mib) << 20;
        run_mount(&format!("size={bytes},mode=755"), at)?;
        Ok(Self {
            at: at.to_owned(),
            bytes,
        })
    }

    /// Lets it be full: it shrinks to what is on it. Filling it would take the memory for the rest.
    ///
    /// # Errors
    /// When it cannot be done.
    pub fn fill(&self) -> anyhow::Result<()> {
        let mut attempts = 0;
        loop {
            let now = statvfs(&self.at)?;
            let used = (now.blocks() - now.blocks_free()) * now.fragment_size();
            attempts += 1;
            match self.resize(used) {
                // More was written in the meantime: it holds more than that.
                Err(_) if attempts < ATTEMPTS => {}
                done => return done,
            }
        }
    }

    /// Gives back what it had.
    ///
    /// # Errors
    /// When it cannot be done.
    pub fn free(&self) -> anyhow::Result<()> {
        self.resize(self.bytes)
    }

    fn resize(&self, bytes: u64) -> anyhow::Result<()> {
        run_mount(&format!("remount,size={bytes}"), &self.at)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        unmount(&self.at);
    }
}

fn run_mount(options: &str, at: &Path) -> anyhow::Result<()> {
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(at);
    let done = mount.output().context("run mount")?;
    let said = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "no disk at {}: {said}", at.display());
    Ok(())
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
        disk.fill().unwrap();
        let refused = fs::write(at.join("more"), [1; 8_192]).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::StorageFull);
        disk.free().unwrap();
        fs::write(at.join("more"), [1; 8_192]).unwrap();
        drop(disk);
        assert!(!file.exists(), "it is still mounted");
    }
}
