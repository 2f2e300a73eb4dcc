//! Two small aggregates: a table in a restaurant, and the kitchen that its orders go to.

use guanxi_decider::{Context, Decider, Decision, Numbered, Reads, Refusal};
use guanxi_events::domain_events;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    pub seats: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Renamed {
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seated {
    pub guests: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cleared {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reserved {
    pub until: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lapsed {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ordered {
    pub kitchen: Uuid,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Switched {
    pub open: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Received {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tasted {}

domain_events! {
    /// What happens to a table.
    TableEvent in Sales, "table" {
        Opened(Opened) = "sales.table_opened" / 1,
        Renamed(Renamed) = "sales.table_renamed" / 1,
        Seated(Seated) = "sales.table_seated" / 1,
        Cleared(Cleared) = "sales.table_cleared" / 1,
        Reserved(Reserved) = "sales.table_reserved" / 1,
        Lapsed(Lapsed) = "sales.table_lapsed" / 1,
        Ordered(Ordered) = "sales.table_ordered" / 1,
        Tasted(Tasted) = "sales.table_tasted" / 1,
    }
}

domain_events! {
    /// What happens to a kitchen.
    KitchenEvent in Sales, "kitchen" {
        Switched(Switched) = "sales.kitchen_switched" / 1,
        Received(Received) = "sales.kitchen_received" / 1,
    }
}

#[derive(Debug, Clone)]
pub enum Command {
    Open {
        seats: u32,
    },
    Rename {
        name: String,
    },
    Seat {
        guests: u32,
    },
    Clear,
    Reserve {
        until: Timestamp,
    },
    Order {
        kitchen: Uuid,
    },
    /// Depends on the kitchen as an order does, and leaves it as it is.
    Taste {
        kitchen: Uuid,
    },
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct TableState {
    pub seats: u32,
    pub guests: u32,
    pub name: String,
    pub number: Option<i64>,
    pub reserved: Option<Timestamp>,
}

pub struct Table;

impl Decider for Table {
    type State = TableState;
    type Command = Command;
    type Event = TableEvent;
    const SNAPSHOT: u16 = 1;

    fn reads(_: &TableState, command: &Command) -> Reads {
        match command {
            Command::Order { kitchen } | Command::Taste { kitchen } => {
                Reads::none().and::<Kitchen>(*kitchen)
            }
            _ => Reads::none(),
        }
    }

    fn decide(
        state: &TableState,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<TableEvent>, Refusal> {
        if let Command::Open { seats } = command {
            if state.seats > 0 {
                return Err(Refusal::already_exists("OPEN", "it is open"));
            }
            return Ok(Decision::event(Opened { seats: *seats }).numbered("TB"));
        }
        if state.seats == 0 {
            return Err(Refusal::not_found("table", context.id));
        }
        Ok(match command {
            Command::Open { .. } => Decision::nothing(),
            Command::Rename { name } if *name == state.name => Decision::nothing(),
            Command::Rename { name } => {
                let renamed = Decision::event(Renamed { name: name.clone() }).claim("name", name);
                if state.name.is_empty() {
                    renamed
                } else {
                    renamed.release("name", &state.name)
                }
            }
            Command::Seat { .. } if state.reserved.is_some() => {
                return Err(Refusal::precondition("RESERVED", "it is reserved"));
            }
            Command::Seat { guests } if state.guests + guests > state.seats => {
                return Err(Refusal::precondition("FULL", "there are not enough seats")
                    .figure("seats", state.seats)
                    .figure("guests", state.guests));
            }
            Command::Seat { guests } => Decision::event(Seated { guests: *guests }),
            Command::Clear => Decision::event(Cleared {}),
            Command::Reserve { until } => Decision::event(Reserved { until: *until }),
            Command::Order { kitchen } | Command::Taste { kitchen } => {
                if !context.read::<Kitchen>(*kitchen)?.open {
                    return Err(Refusal::precondition(
                        "KITCHEN_CLOSED",
                        "the kitchen is closed",
                    ));
                }
                match command {
                    Command::Taste { .. } => Decision::event(Tasted {}),
                    _ => Decision::event(Ordered { kitchen: *kitchen })
                        .elsewhere::<KitchenEvent>(*kitchen, Received {}),
                }
            }
        })
    }

    fn evolve(mut state: TableState, event: &TableEvent) -> TableState {
        match event {
            TableEvent::Opened(opened) => state.seats = opened.seats,
            TableEvent::Renamed(renamed) => state.name.clone_from(&renamed.name),
            TableEvent::Seated(seated) => state.guests += seated.guests,
            TableEvent::Cleared(_) => state.guests = 0,
            TableEvent::Reserved(reserved) => state.reserved = Some(reserved.until),
            TableEvent::Lapsed(_) => state.reserved = None,
            TableEvent::Ordered(_) | TableEvent::Tasted(_) => {}
        }
        state
    }

    fn numbered(mut state: TableState, number: Numbered<'_>) -> TableState {
        state.number = Some(number.number);
        state
    }

    fn due(state: &TableState) -> Option<Timestamp> {
        state.reserved
    }

    fn fire(_: &TableState, _: Timestamp) -> Vec<TableEvent> {
        vec![Lapsed {}.into()]
    }
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct KitchenState {
    pub open: bool,
    pub orders: u32,
}

pub struct Kitchen;

impl Decider for Kitchen {
    type State = KitchenState;
    type Command = bool;
    type Event = KitchenEvent;
    const SNAPSHOT: u16 = 1;

    fn decide(
        _: &KitchenState,
        open: &bool,
        _: &Context,
    ) -> Result<Decision<KitchenEvent>, Refusal> {
        Ok(Decision::event(Switched { open: *open }))
    }

    fn evolve(mut state: KitchenState, event: &KitchenEvent) -> KitchenState {
        match event {
            KitchenEvent::Switched(switched) => state.open = switched.open,
            KitchenEvent::Received(_) => state.orders += 1,
        }
        state
    }
}
