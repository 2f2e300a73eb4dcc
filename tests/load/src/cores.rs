//! How many cores of the machine are busy, whoever makes them so.

use anyhow::Context;

/// What all cores have done since the machine started, in ticks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cores {
    busy: u64,
    idle: u64,
    number: usize,
}

impl Cores {
    /// Now.
    ///
    /// # Errors
    /// Where there is no `/proc`.
    pub fn look() -> anyhow::Result<Self> {
        let stat = std::fs::read_to_string("/proc/stat").context("read /proc/stat")?;
        Self::parse(&stat).context("/proc/stat says nothing of cores")
    }

    /// How many were busy since `before`, on average.
    pub fn busy_since(self, before: Self) -> f64 {
        let busy = self.busy.saturating_sub(before.busy) as f64;
        busy * self.per_tick_since(before)
    }

    /// Cores for each tick that someone worked since `before`.
    pub(crate) fn per_tick_since(self, before: Self) -> f64 {
        let all = (self.busy + self.idle).saturating_sub(before.busy + before.idle);
        self.number as f64 / all as f64
    }

    fn parse(stat: &str) -> Option<Self> {
        let cores = stat.lines().filter(|line| line.starts_with("cpu"));
        let all = stat.lines().next()?.strip_prefix("cpu ")?;
        let ticks: Result<Vec<u64>, _> = all.split_whitespace().map(str::parse).collect();
        let ticks = ticks.ok()?;
        // user, nice, system, idle, waiting for a disk, interrupts, soft ones, stolen; what guests
        // take is in the first two.
        let idle = ticks.get(3)? + ticks.get(4)?;
        Some(Self {
            busy: ticks.iter().take(8).sum::<u64>() - idle,
            idle,
            number: cores.count() - 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_are_busy_by_what_they_did_between_two_looks() {
        let stat = |all: &str| Cores::parse(&format!("cpu  {all} 0\ncpu0 1\ncpu1 1\nctxt 5\n"));
        let before = stat("100 10 50 800 40 0 0 0 70").unwrap();
        let now = stat("160 10 80 900 50 5 5 10 99").unwrap();
        // Busy for 60 + 30 + 5 + 5 + 10 of 220 ticks.
        assert_eq!(now.busy_since(before), 1.0);
        assert_eq!(Cores::parse("intr 5"), None);
    }
}
