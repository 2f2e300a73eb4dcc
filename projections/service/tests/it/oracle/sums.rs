//! Facts added up, by brute force.

use guanxi_events::service::SlaClock;
use guanxi_service_figures::queries::{Clock, Figures, Lengths};
use jiff::SignedDuration;

use super::Fact;

/// The figures of these facts.
pub(crate) fn figures<'a>(facts: impl Iterator<Item = &'a Fact>) -> Figures {
    let facts: Vec<&Fact> = facts.collect();
    let all = |what: &'static str| facts.iter().filter(move |fact| fact.what == what).copied();
    let many = |what| i64::try_from(all(what).count()).unwrap();
    let clock = |clock| {
        let of = || all("clock").filter(move |fact| fact.clock == Some(clock));
        Clock {
            met: i64::try_from(of().filter(|fact| fact.good).count()).unwrap(),
            missed: i64::try_from(of().filter(|fact| !fact.good).count()).unwrap(),
        }
    };
    let count = |facts: &mut dyn Iterator<Item = &Fact>| i64::try_from(facts.count()).unwrap();
    Figures {
        opened: many("opened"),
        resolved: many("resolved"),
        reopened: count(&mut all("resolved").filter(|fact| !fact.good)),
        first_response: lengths(all("responded").collect()),
        resolution: lengths(all("resolved").filter(|fact| fact.good).collect()),
        first_response_clock: clock(SlaClock::FirstResponse),
        next_response_clock: clock(SlaClock::NextResponse),
        resolution_clock: clock(SlaClock::Resolution),
        asked: many("asked"),
        answered: many("answered"),
        score_sum: all("answered").map(|fact| fact.score).sum(),
        satisfied: count(&mut all("answered").filter(|fact| fact.score >= 4)),
        low: count(&mut all("answered").filter(|fact| !fact.good)),
    }
}

fn lengths(facts: Vec<&Fact>) -> Lengths {
    let mut lengths: Vec<i64> = facts.iter().map(|fact| fact.length).collect();
    lengths.sort_unstable();
    // The first that at least so many tenths do not pass.
    let at = |tenths: usize| {
        let place = (lengths.len() * tenths).div_ceil(10).max(1) - 1;
        lengths.get(place).copied().map(SignedDuration::from_micros)
    };
    Lengths {
        count: i64::try_from(lengths.len()).unwrap(),
        worked: i64::try_from(facts.iter().filter(|fact| fact.worked).count()).unwrap(),
        median: at(5),
        p90: at(9),
    }
}
