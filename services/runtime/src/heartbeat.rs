//! Since when a call may have been waiting to be read.
//!
//! `grpc-timeout` says how long a caller waits, not since when. A process that stood still (SIGSTOP, a
//! frozen control group, no processor for long) finds calls in its sockets whose callers have gone,
//! asked another replica, and may have been refused there. Done now, such a command would be done
//! against what its caller was told. So whatever is read soon after a standstill counts as having come
//! when that began: for who has gone nothing is done, and who is still there may be told to ask again
//! though the call has just come.
//!
//! It cannot know of a call that something else has kept back, the network or a proxy, nor of a machine
//! whose clock stood still as well; and what lasts less than [`STILL`] is no standstill.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::task::AbortOnDropHandle;

const BEAT: Duration = Duration::from_millis(100);
/// After a silence no longer than this the process may only have been busy.
const STILL: Duration = Duration::from_millis(500);
/// What lay in the sockets has been read when the process has been awake for so long. The longer this
/// is, the more who have just come are told to ask again; a process that stands still again and again
/// refuses all who have less time than five such spells.
pub(crate) const AFTER: Duration = Duration::from_secs(2);

/// Tells whether the process stands still, as long as it lives.
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
                sign_of_life(&beaten);
            }
        });
        Self {
            beats,
            _beating: AbortOnDropHandle::new(beating),
        }
    }

    /// When the standstill began in which what has just been read may have come, if there was one.
    pub(crate) fn stood_since(&self) -> Option<Instant> {
        sign_of_life(&self.beats)
    }
}

fn sign_of_life(beats: &Mutex<Beats>) -> Option<Instant> {
    // Nothing in it is half done when a thread panics.
    let mut beats = beats.lock().unwrap_or_else(PoisonError::into_inner);
    let stood = beats.at(Instant::now());
    let since = beats.stood_since();
    drop(beats);
    if let Some(stood) = stood {
        let seconds = stood.as_secs_f64();
        tracing::warn!(seconds, "this process stood still");
    }
    since
}

/// What the beats tell. Pure: it is told the time.
struct Beats {
    last: Instant,
    /// How long the process has been awake since it began. A standstill counts as [`STILL`], so that
    /// each is forgotten at last even where the process never wakes for long.
    awake: Duration,
    /// The standstills of which something may not have been read yet, the earliest first.
    stood: VecDeque<Standstill>,
}

struct Standstill {
    from: Instant,
    /// Until [`Beats::awake`] has passed this, something may be unread.
    unread_until: Duration,
}

impl Beats {
    const fn new(now: Instant) -> Self {
        Self {
            last: now,
            awake: Duration::ZERO,
            stood: VecDeque::new(),
        }
    }

    /// A sign of life, and how long the process stood still before it.
    fn at(&mut self, now: Instant) -> Option<Duration> {
        let silence = now.saturating_duration_since(self.last);
        let stood = silence > STILL;
        self.awake += silence.min(STILL);
        if stood {
            self.stood.push_back(Standstill {
                from: self.last,
                unread_until: self.awake + AFTER,
            });
        }
        self.last = self.last.max(now);
        let read = |first: &Standstill| first.unread_until < self.awake;
        while self.stood.front().is_some_and(read) {
            self.stood.pop_front();
        }
        stood.then_some(silence)
    }

    /// When the standstill began in which what was read at the last sign of life may have come.
    fn stood_since(&self) -> Option<Instant> {
        self.stood.front().map(|first| first.from)
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

        /// When what is read at `ms` may have come, in milliseconds.
        fn at(&mut self, ms: u64) -> u128 {
            let now = self.1 + Duration::from_millis(ms);
            self.0.at(now);
            (self.0.stood_since().unwrap_or(now) - self.1).as_millis()
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
        for ms in [5_600, 5_601, 6_000, 6_400, 6_800, 7_200, 7_600] {
            assert_eq!(heart.at(ms), 100, "{ms}");
        }
        assert_eq!(heart.at(7_601), 7_601);
    }

    #[test]
    fn a_standstill_soon_after_another_does_not_hide_it() {
        let mut heart = Heart::new();
        heart.at(100);
        heart.at(20_100);
        heart.at(20_200);
        assert_eq!(heart.at(40_200), 100);
        for ms in [40_500, 40_900, 41_300] {
            assert_eq!(heart.at(ms), 100, "{ms}");
        }
        assert_eq!(heart.at(41_700), 20_200, "the first is over");
        heart.at(42_200);
        assert_eq!(heart.at(42_201), 42_201);
    }

    #[test]
    fn of_standstills_that_follow_each_other_at_once_the_fifth_hides_the_first() {
        let mut heart = Heart::new();
        let came = [1, 2, 3, 4, 5, 6].map(|spell| heart.at(spell * 10_000));
        assert_eq!(came, [0, 0, 0, 0, 0, 10_000]);
    }

    #[test]
    fn a_process_that_never_keeps_up_serves_those_who_wait_a_few_seconds() {
        let mut heart = Heart::new();
        for beat in 1..100 {
            let now = beat * 700;
            assert!(u128::from(now) - heart.at(now) <= 3_500);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_beats_by_itself_as_long_as_it_lives() {
        let heart = Heartbeat::start();
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(heart.stood_since(), None);
        let beats = heart.beats.clone();
        drop(heart);
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(Arc::strong_count(&beats), 1);
    }
}
