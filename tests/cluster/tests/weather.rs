//! Overload in fair weather and in foul: one company floods the service while another calls now and
//! then, and Postgres is slow for a while.

#![allow(clippy::float_arithmetic, reason = "mebibytes, no money")]

use std::time::Duration;

use guanxi_cluster::{
    Cluster, Plan, Role,
    flood::percentile,
    spell::{Spell, Stretch},
};

/// Half of the flood. Of these one company alone may have four fifths.
const IN_FLIGHT: &str = "limits.in_flight = 150";
const SPELL: Spell = Spell {
    callers: 300,
    // What is asked of Postgres is answered 200 ms later.
    later: Duration::from_millis(100),
    window: Duration::from_secs(6),
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_and_a_slow_postgres_are_bounded_shared_and_soon_over() {
    let plan = Plan::new()
        .with(Role::Sales, 1)
        .on_its_own_servers()
        .over_links()
        .set(IN_FLIGHT);
    let mut cluster = Cluster::start(plan).await.unwrap();
    // That the other company is never refused, and nothing of it expires, is seen to in there.
    let seen = SPELL.over(&mut cluster).await.unwrap();
    let (fair, slow) = (&seen.fair, &seen.slow);
    tell("fair", fair);
    tell("slow", slow);
    eprintln!(
        "{} expired; half as fast as before after {:?}, nine tenths after {:?}",
        seen.expired, seen.recovered, seen.recovered_wholly
    );

    assert!(
        fair.per_second > 20,
        "{} a second are no load",
        fair.per_second
    );
    assert!(
        slow.per_second > 0,
        "nothing is done while Postgres is slow"
    );
    assert!(slow.per_second < fair.per_second, "it is not slow");
    assert!(seen.unwritten > 100, "{} were told so", seen.unwritten);
    assert_eq!(seen.written_all_the_same, [""; 0]);
    assert!(
        seen.recovered < Duration::from_secs(3),
        "{:?}",
        seen.recovered
    );
    // At once: before Postgres could have said anything.
    assert!(
        slow.refusals.len() > 100,
        "{} refusals",
        slow.refusals.len()
    );
    let most = percentile(&slow.refusals, 90);
    assert!(
        most < SPELL.later * 2,
        "nine in ten refusals took up to {most:?}"
    );
    // Its commands ask Postgres three times, one after the other, and each time wait for a turn: not
    // for all that the flood has in line.
    for (weather, most) in [(fair, Duration::from_secs(2)), (slow, SPELL.later * 30)] {
        let others = &weather.others;
        assert!(others.len() > 3, "{} answers of the other", others.len());
        let longest = percentile(others, 100);
        assert!(longest < most, "the other company waited {longest:?}");
    }
    let grown = slow.memory.now - fair.memory.now;
    assert!(grown < 32.0, "memory grew by {grown:.0} MiB");
    cluster.stop().await.unwrap();
}

fn tell(weather: &str, seen: &Stretch) {
    let of = |all: &[Duration]| [50, 90, 99, 100].map(|percent| percentile(all, percent));
    eprintln!(
        "{weather}: {} a second, {:.0} MiB; {} refusals, p50, p90, p99, all: {:?}; {} of the other: {:?}",
        seen.per_second,
        seen.memory.now,
        seen.refusals.len(),
        of(&seen.refusals),
        seen.others.len(),
        of(&seen.others),
    );
}
