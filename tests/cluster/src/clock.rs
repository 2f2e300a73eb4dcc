//! A clock of a process's own, that can be put ahead or back while it runs: by libfaketime, which
//! stands between the process and the system. Only the time of day moves; what measures how long
//! something takes does not, as with a system whose clock is put right.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where packages put the library.
const PLACES: [&str; 4] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib64/faketime/libfaketimeMT.so.1",
    "/usr/lib/faketime/libfaketimeMT.so.1",
];

/// The clock of one process.
#[derive(Debug, Clone)]
pub struct Clock {
    library: PathBuf,
    file: PathBuf,
}

impl Clock {
    /// The library, if it is installed (Debian: `libfaketime`).
    #[must_use]
    pub fn library() -> Option<PathBuf> {
        PLACES
            .iter()
            .map(PathBuf::from)
            .find(|place| place.exists())
    }

    /// One that goes right, kept in this file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn new(library: &Path, file: PathBuf) -> anyhow::Result<Self> {
        let clock = Self {
            library: library.to_owned(),
            file,
        };
        clock.set(0)?;
        Ok(clock)
    }

    /// Puts it so many seconds ahead of the system's, or behind; it is noticed within a second.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set(&self, seconds: i32) -> anyhow::Result<()> {
        // At once, for the process reads it when it likes.
        let new = self.file.with_extension("new");
        fs::write(&new, format!("{seconds:+}\n"))?;
        fs::rename(&new, &self.file)?;
        Ok(())
    }

    /// The variables by which a process has it.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let variables = [
            ("LD_PRELOAD", self.library.display().to_string()),
            ("FAKETIME_TIMESTAMP_FILE", self.file.display().to_string()),
            ("FAKETIME_CACHE_DURATION", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ];
        let owned = variables.map(|(name, value)| (name.to_owned(), value));
        owned.into()
    }
}
