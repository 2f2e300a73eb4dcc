//! Whose turn it is, and what each member has (V-03).

use guanxi_decider::Refusal;
use guanxi_events::{
    PersonId,
    service::{QueueMember, QueueTicketTaken, Strategy, ticket::Given},
};

use super::Desk;

impl Desk {
    /// To whom the queue gives its next ticket: to nobody by hand, to nobody when none of its
    /// members is there and has room.
    pub fn next(&self) -> Option<(&PersonId, Given)> {
        let ahead = self.members.iter().cycle().skip(self.turn);
        let mut free = ahead
            .take(self.members.len())
            .filter(|member| self.is_free(member));
        let (member, given) = match self.settings.strategy {
            Strategy::ByHand => return None,
            Strategy::RoundRobin => (free.next()?, Given::RoundRobin),
            // The first of the least, so that equals have it in turn.
            Strategy::LeastLoaded => {
                let least = free.min_by_key(|member| self.load_of(&member.person));
                (least?, Given::LeastLoaded)
            }
        };
        Some((&member.person, given))
    }

    /// The same for somebody who asks that it be given.
    ///
    /// # Errors
    /// `QUEUE_GIVES_BY_HAND`, `NOBODY_FREE`.
    pub fn must_give(&self) -> Result<(&PersonId, Given), Refusal> {
        if let Some(next) = self.next() {
            return Ok(next);
        }
        let name = &self.settings.name;
        if self.settings.strategy == Strategy::ByHand {
            return Err(Refusal::precondition(
                "QUEUE_GIVES_BY_HAND",
                format!("the queue {name:?} gives nothing by itself: say to whom"),
            )
            .figure("queue", name));
        }
        let available = self.members.iter().filter(|m| m.available).count();
        let members = self.members.len();
        Err(Refusal::precondition(
            "NOBODY_FREE",
            format!(
                "of the {members} members of the queue {name:?}, {available} are there, and none \
                 of them has room"
            ),
        )
        .figure("members", members)
        .figure("available", available))
    }

    /// How many of the queue's tickets a person has.
    pub fn load_of(&self, person: &PersonId) -> u32 {
        self.load.get(person).copied().unwrap_or_default()
    }

    fn is_free(&self, member: &QueueMember) -> bool {
        let has = self.load_of(&member.person);
        let room = member.capacity.is_none_or(|most| has < u32::from(most));
        member.available && room
    }

    /// A new member is the last in turn; one that is there keeps its place.
    pub(super) fn seat(&mut self, member: &QueueMember) {
        match self.place(&member.person) {
            Some(place) => self.members[place] = member.clone(),
            None => self.members.push(member.clone()),
        }
    }

    /// The turn stays with whom it was, or goes to who comes after the one that left.
    pub(super) fn unseat(&mut self, person: &PersonId) {
        let Some(place) = self.place(person) else {
            return;
        };
        self.members.remove(place);
        if place < self.turn {
            self.turn -= 1;
        }
        self.turn %= self.members.len().max(1);
    }

    pub(super) fn took(&mut self, taken: &QueueTicketTaken) {
        let has = self.load.entry(taken.person.clone()).or_default();
        *has = has.saturating_add(1);
        if let (true, Some(place)) = (taken.given, self.place(&taken.person)) {
            self.turn = (place + 1) % self.members.len();
        }
    }

    pub(super) fn gave_up(&mut self, person: &PersonId) {
        let Some(has) = self.load.get_mut(person) else {
            return;
        };
        *has = has.saturating_sub(1);
        if *has == 0 {
            self.load.remove(person);
        }
    }

    fn place(&self, person: &PersonId) -> Option<usize> {
        self.members.iter().position(|m| m.person == *person)
    }
}
