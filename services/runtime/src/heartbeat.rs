//! Since when a call may have been waiting to be read.
//!
//! `grpc-timeout` says how long a caller waits, not since when. A process that stood still (stopped,
//! starved, its machine frozen) finds calls in its sockets whose callers have gone, asked another
//! replica, and may have been refused there. Done now, such a command would be done against what its
//! caller was told. So whatever is read soon after a standstill counts as having come at its beginning:
//! who has gone is not served, and who came just now and had to wait less than that asks again.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::task::AbortOnDropHandle;

const BEAT: Duration = Duration::from_millis(100);
/// So late is no beat on a machine that is merely busy.
const STILL: Duration = Duration::from_millis(500);
/// What lay in the sockets has been read by then.
const AFTER: Duration = Duration::from_secs(2);

/// The process's heart; it beats until it is dropped.
pub(crate) struct Heartbeat {
    beats: Arc<Mutex<Beats>>,
    _beating: AbortOnDropHandle<()>,
}

impl Heartbeat {
    /// In the current runtime.
    pub(crate) fn start() -> Self {
        let beats = Arc::new(Mutex::new(Beats::new(Instant::now())));
        let (beaten, mut ticks) = (beats.clone(), interval(BEAT));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let beating = tokio::spawn(async move {
            loop {
                ticks.tick().await;
                read(&beaten, Instant::now());
            }
        });
        Self {
            beats,
            _beating: AbortOnDropHandle::new(beating),
        }
    }

    /// When what is read now came, at the earliest.
    pub(crate) fn came(&self) -> Instant {
        read(&self.beats, Instant::now())
    }
}

fn read(beats: &Mutex<Beats>, now: Instant) -> Instant {
    // Nothing in it is half done when a thread panics.
    let mut beats = beats.lock().unwrap_or_else(PoisonError::into_inner);
    beats.at(now)
}

/// What the beats tell. Pure: it is told the time.
struct Beats {
    last: Instant,
    stood: VecDeque<Standstill>,
}

struct Standstill {
    from: Instant,
    until: Instant,
}

impl Beats {
    const fn new(now: Instant) -> Self {
        Self {
            last: now,
            stood: VecDeque::new(),
        }
    }

    /// A sign of life at `now`; when what is read now came, at the earliest.
    fn at(&mut self, now: Instant) -> Instant {
        let silence = now.saturating_duration_since(self.last);
        if silence > STILL {
            tracing::warn!(seconds = silence.as_secs_f64(), "this process stood still");
            self.stood.push_back(Standstill {
                from: self.last,
                until: now,
            });
        }
        self.last = self.last.max(now);
        // The earliest is also the one that ended first.
        while let Some(first) = self.stood.front()
            && first.until + AFTER < now
        {
            self.stood.pop_front();
        }
        self.stood.front().map_or(now, |first| first.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Heart(Beats, Instant);

    impl Heart {
        fn new() -> Self {
            let now = Instant::now();
            Self(Beats::new(now), now)
        }

        /// When what is read at `ms` came, in milliseconds.
        fn at(&mut self, ms: u64) -> u128 {
            let came = self.0.at(self.1 + Duration::from_millis(ms));
            (came - self.1).as_millis()
        }
    }

    #[test]
    fn what_is_read_while_the_heart_beats_has_just_come() {
        let mut heart = Heart::new();
        for ms in [0, 100, 300, 550, 1000, 1100] {
            assert_eq!(heart.at(ms), u128::from(ms));
        }
    }

    #[test]
    fn what_is_read_soon_after_a_standstill_came_when_it_began() {
        let mut heart = Heart::new();
        heart.at(100);
        assert_eq!(heart.at(5_600), 100);
        for ms in [5_600, 6_000, 6_400, 6_800, 7_200, 7_600] {
            assert_eq!(heart.at(ms), 100, "{ms}");
        }
        assert_eq!(heart.at(7_601), 7_601);
    }

    #[test]
    fn a_second_standstill_does_not_hide_the_first() {
        let mut heart = Heart::new();
        heart.at(100);
        heart.at(5_600);
        assert_eq!(heart.at(6_200), 100);
        heart.at(6_700);
        heart.at(7_200);
        assert_eq!(heart.at(7_700), 5_600, "the first is over");
    }

    #[test]
    fn a_machine_that_never_keeps_up_serves_who_waits_a_few_seconds() {
        let mut heart = Heart::new();
        for beat in 1..100 {
            let now = beat * 700;
            assert!(u128::from(now) - heart.at(now) <= 3_000);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_beats_by_itself_as_long_as_it_lives() {
        let heart = Heartbeat::start();
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert!(heart.came().elapsed() < Duration::from_millis(1));
        let beats = heart.beats.clone();
        drop(heart);
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(Arc::strong_count(&beats), 1);
    }
}
