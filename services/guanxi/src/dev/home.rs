//! The folder of a private set-up: its lock, its secrets, its ports.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions, TryLockError},
    io::{ErrorKind, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use guanxi_embedded::free_port;

const LOCK: &str = "lock";
const PORTS: &str = "ports.json";

/// The folder of a private set-up, held by one process at a time.
#[derive(Debug)]
pub struct DevHome {
    dir: PathBuf,
    /// The kernel lets go of it with the process, however that one ends.
    _lock: File,
}

impl DevHome {
    /// Takes the folder, which is made when missing.
    ///
    /// # Errors
    /// When another process has it, or it cannot be written.
    pub fn open(dir: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(dir).with_context(|| format!("make the folder {}", dir.display()))?;
        let dir = dir
            .canonicalize()
            .with_context(|| format!("find the folder {}", dir.display()))?;
        let mut lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(dir.join(LOCK))
            .with_context(|| format!("write in {}", dir.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Only for the message; the lock itself is what counts.
                let known = lock.read_to_string(&mut holder).is_ok() && !holder.is_empty();
                let holder = if known { holder } else { "unknown".to_owned() };
                bail!(
                    "another guanxi runs in {} (process {}); stop that one first, or choose \
                     another folder with --dir",
                    dir.display(),
                    holder.trim()
                );
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("lock {}", dir.display()));
            }
        }
        lock.set_len(0)?;
        lock.write_all(std::process::id().to_string().as_bytes())?;
        Ok(Self { dir, _lock: lock })
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// A file or folder in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// The path of a file with 32 random bytes in hexadecimal, made the first time; readable by its
    /// owner only.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn secret(&self, name: &str) -> anyhow::Result<(PathBuf, String)> {
        let path = self.path(name);
        match fs::read_to_string(&path) {
            Ok(secret) => return Ok((path, secret.trim().to_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("read {}", path.display())),
        }
        let random: [u8; 32] = rand::random();
        let secret: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        self.write_private(name, secret.as_bytes())?;
        Ok((path, secret))
    }

    /// Writes a file that only its owner can read: whole, or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_private(&self, name: &str, content: &[u8]) -> anyhow::Result<()> {
        let (path, new) = (self.path(name), self.path(&format!("{name}.new")));
        let write = || -> std::io::Result<()> {
            // Left by a process that was killed; its mode may be any.
            if new.exists() {
                fs::remove_file(&new)?;
            }
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&new)?;
            file.write_all(content)?;
            file.sync_all()?;
            fs::rename(&new, &path)
        };
        write().with_context(|| format!("write {}", path.display()))
    }

    /// A port of 127.0.0.1 for each name: that of the last time where it is free, otherwise another.
    ///
    /// # Errors
    /// When they cannot be remembered.
    pub fn ports<const N: usize>(&self, names: [&str; N]) -> anyhow::Result<[SocketAddr; N]> {
        let path = self.path(PORTS);
        let mut known: BTreeMap<String, u16> = fs::read(&path)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default();
        let addresses = names.map(|name| {
            let port = known.get(name).copied().filter(|port| is_free(*port));
            let port = port.unwrap_or_else(free_port);
            known.insert(name.to_owned(), port);
            SocketAddr::from((Ipv4Addr::LOCALHOST, port))
        });
        self.write_private(PORTS, &serde_json::to_vec_pretty(&known)?)?;
        Ok(addresses)
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A folder that goes with the test.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new() -> Self {
            let name = format!("guanxi-home-{}", uuid::Uuid::new_v4().simple());
            Self(std::env::temp_dir().join(name))
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_second_process_is_told_who_has_the_folder() {
        let dir = Scratch::new();
        let held = DevHome::open(&dir.0).unwrap();
        let error = DevHome::open(&dir.0).unwrap_err().to_string();
        assert!(error.contains("another guanxi runs in"), "{error}");
        assert!(error.contains(&std::process::id().to_string()), "{error}");
        drop(held);
        DevHome::open(&dir.0).unwrap();
    }

    #[test]
    fn a_secret_is_made_once_and_is_for_its_owner_only() {
        let dir = Scratch::new();
        let home = DevHome::open(&dir.0).unwrap();
        let (path, secret) = home.secret("root-key").unwrap();
        assert_eq!(secret.len(), 64);
        assert_eq!(home.secret("root-key").unwrap().1, secret);
        assert_ne!(home.secret("other").unwrap().1, secret);
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn ports_are_remembered_unless_somebody_took_them() {
        let dir = Scratch::new();
        let home = DevHome::open(&dir.0).unwrap();
        let [sales, query] = home.ports(["sales", "query"]).unwrap();
        assert_ne!(sales, query);
        assert_eq!(home.ports(["sales", "query"]).unwrap(), [sales, query]);
        let _taken = TcpListener::bind(sales).unwrap();
        let [other, same] = home.ports(["sales", "query"]).unwrap();
        assert_ne!(other, sales);
        assert_eq!(same, query);
    }
}
