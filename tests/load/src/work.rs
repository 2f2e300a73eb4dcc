//! Who keeps the cores busy: this process, the machine's Postgres, or others.

use std::fs;

use crate::Cores;

/// What has been done since the machine and the processes started, in ticks.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    all: Cores,
    own: u64,
    postgres: u64,
}

/// How many cores were busy on average, and with whom.
#[derive(Debug, Clone, Copy)]
pub struct Shares {
    /// All of them.
    pub all: f64,
    /// With this process.
    pub own: f64,
    /// With any process of a Postgres. One that has ended meanwhile takes off what it had done before.
    pub postgres: f64,
}

impl Work {
    /// Now.
    ///
    /// # Errors
    /// Where there is no `/proc`.
    pub fn look() -> anyhow::Result<Self> {
        let own = fs::read_to_string("/proc/self/stat")?;
        let mut postgres = 0;
        for process in fs::read_dir("/proc")? {
            // Most entries are no processes, and some that are have ended by now.
            let Ok(stat) = fs::read_to_string(process?.path().join("stat")) else {
                continue;
            };
            if let Some(("postgres", ticks)) = parse(&stat) {
                postgres += ticks;
            }
        }
        Ok(Self {
            all: Cores::look()?,
            own: parse(&own).map_or(0, |(_, ticks)| ticks),
            postgres,
        })
    }

    /// What was done since `before`.
    pub fn since(self, before: Self) -> Shares {
        let cores = |now: u64, then: u64| {
            let ticks = now.saturating_sub(then) as f64;
            ticks * self.all.per_tick_since(before.all)
        };
        Shares {
            all: self.all.busy_since(before.all),
            own: cores(self.own, before.own),
            postgres: cores(self.postgres, before.postgres),
        }
    }
}

impl Shares {
    /// With neither of them.
    pub fn others(self) -> f64 {
        self.all - self.own - self.postgres
    }
}

/// A process's name, and the ticks that it has worked, for itself and in the kernel.
fn parse(stat: &str) -> Option<(&str, u64)> {
    // The name may hold anything, even blanks and brackets.
    let (head, fields) = stat.rsplit_once(") ")?;
    let (_, name) = head.split_once('(')?;
    let mut ticks = fields.split(' ').skip(11);
    let (own, kernel) = (ticks.next()?, ticks.next()?);
    Some((name, own.parse::<u64>().ok()? + kernel.parse::<u64>().ok()?))
}

#[cfg(test)]
mod tests {
    use std::{hint::black_box, time::Instant};

    use super::*;

    #[test]
    fn a_process_is_known_by_its_name_whatever_that_is() {
        let stat = "42 (a (b) c) S 1 42 42 0 -1 4194304 120 0 3 0 170 29 0 0 20 0 1 0 5 9 8";
        assert_eq!(parse(stat), Some(("a (b) c", 199)));
        assert_eq!(parse("42 (cut"), None);
    }

    #[test]
    fn what_this_process_does_is_its_own() {
        let (before, begun) = (Work::look().unwrap(), Instant::now());
        while begun.elapsed().as_millis() < 300 {
            black_box(Instant::now());
        }
        let shares = Work::look().unwrap().since(before);
        // Others may want the core as well.
        assert!(shares.own > 0.1, "{shares:?}");
        assert!(shares.own <= shares.all + 0.2, "{shares:?}");
    }
}
