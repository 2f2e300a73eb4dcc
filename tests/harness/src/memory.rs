//! How much memory a process takes, as the system counts it.

#![allow(clippy::float_arithmetic, reason = "mebibytes, no money")]

use anyhow::Context;

/// One process's memory, in MiB.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Memory {
    /// What it holds now (resident set).
    pub now: f64,
    /// The most that it ever held.
    pub most: f64,
}

impl Memory {
    /// Of this process.
    ///
    /// # Errors
    /// Where there is no `/proc`.
    pub fn own() -> anyhow::Result<Self> {
        Self::read("self")
    }

    /// Of another one.
    ///
    /// # Errors
    /// When it has ended, or where there is no `/proc`.
    pub fn of(pid: u32) -> anyhow::Result<Self> {
        Self::read(&pid.to_string())
    }

    fn read(process: &str) -> anyhow::Result<Self> {
        let path = format!("/proc/{process}/status");
        let status = std::fs::read_to_string(&path).with_context(|| format!("read {path}"))?;
        Self::parse(&status).with_context(|| format!("{path} says nothing of memory"))
    }

    fn parse(status: &str) -> Option<Self> {
        let line = |name: &str| {
            let rest = status.lines().find_map(|line| line.strip_prefix(name))?;
            let kibibytes: f64 = rest.split_whitespace().next()?.parse().ok()?;
            Some(kibibytes / 1024.0)
        };
        Some(Self {
            now: line("VmRSS:")?,
            most: line("VmHWM:")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_from_what_the_system_says() {
        let status = "Name:\tguanxi\nVmPeak:\t 9 kB\nVmHWM:\t  4096 kB\nVmRSS:\t  2048 kB\n";
        let memory = Memory::parse(status).unwrap();
        assert_eq!((memory.now, memory.most), (2.0, 4.0));
        assert_eq!(Memory::parse("Name:\tkthreadd\n"), None);
    }

    #[test]
    fn a_process_has_memory() {
        let own = Memory::own().unwrap();
        assert!(own.now > 0.0 && own.most >= own.now, "{own:?}");
    }
}
