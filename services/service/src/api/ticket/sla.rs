//! How a ticket keeps to its targets, on the wire.

use guanxi_events::service::SlaClock;
use guanxi_proto::service::v1 as wire;
use guanxi_runtime::{count_to_wire, instant_to_wire, span_to_wire};

use crate::domain::ticket::{ClockState, Standing, Work};

pub(super) fn sla_to_wire(work: &Work) -> Option<wire::TicketSla> {
    let (terms, clocks) = work.clocks.standing()?;
    Some(wire::TicketSla {
        policy_key: terms.policy.key.clone(),
        policies_version: count_to_wire(terms.policy.version),
        calendar_id: terms.calendar.id.to_string(),
        calendar_version: count_to_wire(terms.calendar.version),
        clocks: clocks.map(clock_to_wire).collect(),
    })
}

fn clock_to_wire(standing: Standing) -> wire::TicketClock {
    let clock = match standing.clock {
        SlaClock::FirstResponse => wire::SlaClock::FirstResponse,
        SlaClock::NextResponse => wire::SlaClock::NextResponse,
        SlaClock::Resolution => wire::SlaClock::Resolution,
    };
    let state = match standing.state {
        ClockState::Running => wire::SlaClockState::Running,
        ClockState::Paused => wire::SlaClockState::Paused,
        ClockState::Stopped => wire::SlaClockState::Stopped,
    };
    wire::TicketClock {
        clock: clock.into(),
        state: state.into(),
        due_at: standing.due_at.map(instant_to_wire),
        breached_at: standing.breached_at.map(instant_to_wire),
        used: Some(span_to_wire(standing.used)),
    }
}
