//! What an address calls things: the names of the wire without their prefix, in small letters.

use guanxi_proto::query::v1::{
    TicketChannel, TicketKind, TicketPriority, TicketState, TicketTargets,
};

/// Nobody, or no category: brackets are in nobody's id.
pub(super) const NONE: &str = "(none)";

/// The word as the wire's enums spell it.
fn spelled(prefix: &str, word: &str) -> String {
    format!("{prefix}_{}", word.to_ascii_uppercase())
}

/// A state.
pub(super) fn state(word: &str) -> Option<TicketState> {
    let state = TicketState::from_str_name(&spelled("TICKET_STATE", word));
    state.filter(|state| *state != TicketState::Unspecified)
}

/// The states of a word; `unresolved` is the backlog's three.
pub(super) fn states(word: &str) -> Option<Vec<TicketState>> {
    if word == "unresolved" {
        return Some(vec![
            TicketState::New,
            TicketState::Open,
            TicketState::Pending,
        ]);
    }
    state(word).map(|state| vec![state])
}

/// A priority.
pub(in crate::web) fn priority(word: &str) -> Option<TicketPriority> {
    let priority = TicketPriority::from_str_name(&spelled("TICKET_PRIORITY", word));
    priority.filter(|priority| *priority != TicketPriority::Unspecified)
}

/// A kind.
pub(in crate::web) fn kind(word: &str) -> Option<TicketKind> {
    let kind = TicketKind::from_str_name(&spelled("TICKET_KIND", word));
    kind.filter(|kind| *kind != TicketKind::Unspecified)
}

/// A channel.
pub(super) fn channel(word: &str) -> Option<TicketChannel> {
    let channel = TicketChannel::from_str_name(&spelled("TICKET_CHANNEL", word));
    channel.filter(|channel| *channel != TicketChannel::Unspecified)
}

/// How a ticket keeps to its targets.
pub(super) fn targets(word: &str) -> Option<TicketTargets> {
    let targets = TicketTargets::from_str_name(&spelled("TICKET_TARGETS", word));
    targets.filter(|targets| *targets != TicketTargets::Unspecified)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_the_name_of_the_wire_without_its_prefix() {
        assert_eq!(channel("in_person"), Some(TicketChannel::InPerson));
        assert_eq!(priority("unspecified"), None);
        assert_eq!(kind("return"), Some(TicketKind::Return));
        assert_eq!(states("unresolved").map(|states| states.len()), Some(3));
        assert_eq!(states("maybe"), None);
    }
}
