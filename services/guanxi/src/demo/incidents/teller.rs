//! From updates to deeds: what must have happened between two states of an incident.

use std::collections::HashMap;

use anyhow::{Context, bail};

use super::{Channel, Deed, Mapped, Priority, Row, State, Step, Story, Ticket};

/// Tells the story of the rows. They are taken in the order of their times; those of one time in
/// the file's.
///
/// # Errors
/// A state, priority or kind of contact that the file never has.
pub fn tell(rows: impl Iterator<Item = anyhow::Result<Row>>) -> anyhow::Result<Story> {
    let mut rows: Vec<Row> = rows.collect::<anyhow::Result<_>>()?;
    rows.sort_by_key(|row| row.at);
    let mut story = Story::default();
    let mut known: HashMap<String, (usize, Follower)> = HashMap::new();
    for row in &rows {
        take(&mut story, &mut known, row).with_context(|| format!("line {}", row.line))?;
    }
    Ok(story)
}

fn take(
    story: &mut Story,
    known: &mut HashMap<String, (usize, Follower)>,
    row: &Row,
) -> anyhow::Result<()> {
    if !row.caller.is_empty() {
        story.callers.insert(row.caller.clone());
    }
    let queue = story.queues.entry(row.group.clone()).or_default();
    if !row.resolver.is_empty() {
        queue.insert(row.resolver.clone());
    }
    if !known.contains_key(&row.number) {
        let opened_at = row.opened_at.min(row.at);
        if opened_at < row.opened_at {
            *story.mapped.entry(Mapped::OpenedLate).or_default() += 1;
        }
        known.insert(
            row.number.clone(),
            (story.tickets.len(), Follower::of(row)?),
        );
        story.tickets.push(Ticket {
            number: row.number.clone(),
            caller: row.caller.clone(),
            opened_at,
            channel: channel(&row.contact)?,
            category: row.category.clone(),
            priority: priority(&row.priority)?,
            queue: row.group.clone(),
            steps: Vec::new(),
            made_sla: row.made_sla,
            last: State::New,
        });
    }
    let Some((index, follower)) = known.get_mut(&row.number) else {
        return Ok(());
    };
    let Some(ticket) = story.tickets.get_mut(*index) else {
        return Ok(());
    };
    ticket.made_sla = row.made_sla;
    for mapped in follower.follow(row, &mut ticket.steps)? {
        *story.mapped.entry(mapped).or_default() += 1;
    }
    ticket.last = follower.state;
    Ok(())
}

/// Where an incident is by what was told so far.
struct Follower {
    state: State,
    queue: String,
    agent: String,
    priority: Priority,
    answered: bool,
    /// Given to somebody while it is new.
    noted: bool,
}

impl Follower {
    fn of(row: &Row) -> anyhow::Result<Self> {
        Ok(Self {
            state: State::New,
            queue: row.group.clone(),
            agent: String::new(),
            priority: priority(&row.priority)?,
            answered: false,
            noted: false,
        })
    }

    /// What must have happened for the incident to be as the row says.
    fn follow(&mut self, row: &Row, steps: &mut Vec<Step>) -> anyhow::Result<Vec<Mapped>> {
        let mut mapped = Vec::new();
        let Some(next) = state(&row.state)? else {
            return Ok(vec![Mapped::StateUnknown]);
        };
        let mut done = |deed| steps.push(Step { at: row.at, deed });

        let settled = |state| matches!(state, State::Resolved | State::Closed);
        if settled(self.state) && !settled(next) {
            if next != State::Open {
                mapped.push(Mapped::WentOnUnopened);
            }
            done(Deed::Reopened);
            self.state = State::Open;
        }
        if settled(self.state) {
            if self.changed(row)? {
                mapped.push(Mapped::ChangedAfterResolution);
            }
        } else {
            self.change(row, next, &mut done, &mut mapped)?;
        }
        if self.state == State::New && next != State::New && !self.answered {
            done(Deed::Answered);
            self.answered = true;
        }
        self.turn(next, &mut done, &mut mapped);
        Ok(mapped)
    }

    /// Whether hands, queue or priority are others than before.
    fn changed(&self, row: &Row) -> anyhow::Result<bool> {
        let moved = self.queue != row.group || self.agent != row.resolver;
        Ok(moved || self.priority != priority(&row.priority)?)
    }

    /// Queue, person and priority. As long as it is new, nobody has seen to it: who is named by then
    /// is given it when it is seen to.
    fn change(
        &mut self,
        row: &Row,
        next: State,
        done: &mut impl FnMut(Deed),
        mapped: &mut Vec<Mapped>,
    ) -> anyhow::Result<()> {
        let wanted = priority(&row.priority)?;
        if self.priority != wanted {
            done(Deed::Prioritised(wanted));
            self.priority = wanted;
        }
        let still_new = self.state == State::New && next == State::New;
        let agent = if still_new { "" } else { row.resolver.as_str() };
        if still_new && !row.resolver.is_empty() && !self.noted {
            mapped.push(Mapped::GivenWhileNew);
            self.noted = true;
        }
        if self.queue != row.group {
            done(Deed::Transferred {
                queue: row.group.clone(),
                agent: Some(agent.to_owned()).filter(|agent| !agent.is_empty()),
            });
            row.group.clone_into(&mut self.queue);
        } else if self.agent != agent {
            done(if agent.is_empty() {
                Deed::Unassigned
            } else {
                Deed::Assigned(agent.to_owned())
            });
        }
        agent.clone_into(&mut self.agent);
        Ok(())
    }

    /// From its state to the next.
    fn turn(&mut self, next: State, done: &mut impl FnMut(Deed), mapped: &mut Vec<Mapped>) {
        let before = self.state;
        match next {
            State::New => {}
            State::Open => {
                if before.waits() {
                    done(Deed::Resumed);
                }
                self.state = State::Open;
            }
            State::WaitsForCaller | State::WaitsForOthers => {
                if before != next {
                    done(Deed::Waits(next));
                }
                self.state = next;
            }
            State::Resolved => {
                // Closed comes after resolved: a row that says resolved again changes nothing.
                if before != State::Resolved && before != State::Closed {
                    done(Deed::Resolved);
                    self.state = State::Resolved;
                }
            }
            State::Closed => {
                if before != State::Closed {
                    if before != State::Resolved {
                        mapped.push(Mapped::ClosedUnresolved);
                        done(Deed::Resolved);
                    }
                    done(Deed::Closed);
                }
                self.state = State::Closed;
            }
        }
    }
}

/// The state that the file names; none for what is no state.
fn state(name: &str) -> anyhow::Result<Option<State>> {
    Ok(Some(match name {
        "New" => State::New,
        "Active" => State::Open,
        "Awaiting User Info" | "Awaiting Evidence" => State::WaitsForCaller,
        "Awaiting Vendor" | "Awaiting Problem" => State::WaitsForOthers,
        "Resolved" => State::Resolved,
        "Closed" => State::Closed,
        "-100" => return Ok(None),
        other => bail!("incident_state {other:?}"),
    }))
}

fn priority(name: &str) -> anyhow::Result<Priority> {
    Ok(match name {
        "1 - Critical" => Priority::Critical,
        "2 - High" => Priority::High,
        "3 - Moderate" => Priority::Medium,
        "4 - Low" => Priority::Low,
        other => bail!("priority {other:?}"),
    })
}

fn channel(name: &str) -> anyhow::Result<Channel> {
    Ok(match name {
        "Phone" => Channel::Phone,
        "Email" => Channel::Email,
        other => bail!("contact_type {other:?}"),
    })
}
