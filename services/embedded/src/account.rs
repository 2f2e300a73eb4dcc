//! The account that runs Postgres, which refuses to run as root.

use std::{
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use nix::unistd::{User, geteuid};

use crate::{EmbeddedError, error::Attempting};

/// The unprivileged account that takes root's place.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    name: String,
    uid: u32,
    gid: u32,
}

impl Account {
    /// Who runs Postgres on `data`: `None` when we are not root and simply do it ourselves,
    /// otherwise the owner of existing data, else `postgres`, else `nobody`.
    pub(crate) fn for_postgres(data: &Path) -> Result<Option<Self>, EmbeddedError> {
        if !geteuid().is_root() {
            return Ok(None);
        }
        if let Ok(owner) = data.metadata()
            && owner.uid() != 0
        {
            let (uid, gid) = (owner.uid(), owner.gid());
            return Ok(Some(Self {
                name: format!("uid {uid}"),
                uid,
                gid,
            }));
        }
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .map(|user| Self {
                name: user.name,
                uid: user.uid.as_raw(),
                gid: user.gid.as_raw(),
            })
            .ok_or(EmbeddedError::NoAccount)
            .map(Some)
    }

    /// Makes the command run as this account; supplementary groups of root are dropped with it.
    pub(crate) fn run(&self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }

    /// Gives a file or directory to this account.
    pub(crate) fn own(&self, path: &Path) -> Result<(), EmbeddedError> {
        std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid))
            .attempting(|| format!("give {} to {}", path.display(), self.name))
    }

    /// Whether the account can work in `dir`. Asked of the system by doing it, since modes do not
    /// tell of access lists, mount options or a closed parent such as /root.
    pub(crate) async fn reaches(&self, dir: &Path) -> bool {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", "test -w . && test -x ."])
            .current_dir(dir)
            .stdin(Stdio::null());
        self.run(&mut command);
        tokio::process::Command::from(command)
            .status()
            .await
            .is_ok_and(|status| status.success())
    }

    /// The error for a directory this account cannot reach.
    pub(crate) fn unreachable(&self, dir: PathBuf) -> EmbeddedError {
        EmbeddedError::Unreachable {
            account: self.name.clone(),
            dir,
        }
    }
}
