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
    /// With any process of a Postgres, those that have ended meanwhile included.
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
                // What a backend did is its parent's, as a child's, from its end on.
                postgres += ticks.own + ticks.children;
            }
        }
        Ok(Self {
            all: Cores::look()?,
            own: parse(&own).map_or(0, |(_, ticks)| ticks.own),
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

/// The ticks that a process has worked, in the kernel and outside.
#[derive(Debug, PartialEq, Eq)]
struct Ticks {
    own: u64,
    /// Those of its children that have ended.
    children: u64,
}

/// A process's name, and what it has worked.
fn parse(stat: &str) -> Option<(&str, Ticks)> {
    // The name may hold anything, even blanks and brackets.
    let (head, fields) = stat.rsplit_once(") ")?;
    let (_, name) = head.split_once('(')?;
    let mut fields = fields.split(' ').skip(11);
    let mut both = || -> Option<u64> {
        let (outside, kernel): (u64, u64) =
            (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        Some(outside + kernel)
    };
    let (own, children) = (both()?, both()?);
    Some((name, Ticks { own, children }))
}

#[cfg(test)]
mod tests {
    use std::{hint::black_box, time::Instant};

    use super::*;

    #[test]
    fn a_process_is_known_by_its_name_whatever_that_is() {
        let stat = "42 (a (b) c) S 1 42 42 0 -1 4194304 120 0 3 0 170 29 7 2 20 0 1 0 5 9 8";
        let (own, children) = (199, 9);
        assert_eq!(parse(stat), Some(("a (b) c", Ticks { own, children })));
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
