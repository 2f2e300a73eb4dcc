//! Two tenants with the same members, their random histories, and what is known of their programs.

use std::collections::BTreeMap;

use iso_currency::Currency;
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use crate::{
    history::{MEMBERS, OTHER_PROGRAM, PROGRAM, Told, program_of, start},
    story::rules,
    world::World,
};

/// When the value of a point of the first program changes.
pub(crate) fn revalued() -> Timestamp {
    start() + 300.hours()
}

/// The tier of a member at the time: member 1 rises, member 2 falls out of it, the others have none.
pub(crate) fn tier(member: Uuid, until: Timestamp) -> Option<&'static str> {
    match member.as_u128() {
        1 if until > revalued() => Some("gold"),
        1 => Some("silver"),
        2 if until <= revalued() => Some("gold"),
        _ => None,
    }
}

/// Both tenants' programs, members and histories.
pub(crate) async fn told(histories: &BTreeMap<&'static str, Vec<Told>>) -> World {
    let mut world = World::new().await;
    let begun = start() - 400.hours();
    let mut times = Vec::new();
    for (name, history) in histories {
        let name = *name;
        let value = |value| rules("club", value, Currency::EUR);
        world
            .open_program((name, PROGRAM), None, value("0.015"), begun)
            .await;
        let yen = rules("shop", "1.5", Currency::JPY);
        world
            .open_program((name, OTHER_PROGRAM), Some("harbour"), yen, begun)
            .await;
        for n in 1..=MEMBERS {
            let member = Uuid::from_u128(n);
            world.enrol((name, member), program_of(member), begun).await;
            world
                .set_tier((name, member), tier(member, begun), begun)
                .await;
        }
        for n in 1..=2 {
            let member = Uuid::from_u128(n);
            let after = tier(member, Timestamp::MAX);
            world.set_tier((name, member), after, revalued()).await;
        }
        world
            .change_program((name, PROGRAM), value("0.02"), revalued())
            .await;
        for told in history {
            let key = (name, told.member);
            let position = world.points(key, told.event.clone(), told.at).await;
            times.push((position, told.recorded));
        }
    }
    // All else was known from the beginning.
    let sql = "update log_loyalty.events set recorded_at = '2024-01-01'";
    world.client().await.batch_execute(sql).await.unwrap();
    world.record_at(&times).await;
    world
}
