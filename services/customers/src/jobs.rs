//! The jobs of the customers service.

use guanxi_decider::Actor;
use guanxi_events::customers::RefusedItem;
use guanxi_runtime::{Done, Item, Job};

use crate::domain::{
    Customer, DeskTransfer,
    customer::Command as CustomerCommand,
    desk_transfer::{Command, State},
};

/// Hands the customers of a desk on, one command each (C-09).
#[derive(Debug, Clone, Copy)]
pub struct HandDeskOn;

impl Job for HandDeskOn {
    type Decider = DeskTransfer;
    type Target = Customer;

    fn next(state: &State, limit: usize) -> Vec<Item<CustomerCommand>> {
        let reason = state.order.as_ref().and_then(|order| order.reason.clone());
        let steps = state.steps(limit).into_iter();
        steps
            .map(|step| Item {
                number: step.item,
                id: step.customer.0,
                command: CustomerCommand::HandOn {
                    from: step.from,
                    to: step.to,
                    reason: reason.clone(),
                },
            })
            .collect()
    }

    fn actor(state: &State) -> Option<Actor> {
        state.actor()
    }

    fn report(done: Vec<Done>) -> Command {
        let next = done.last().map_or(0, |last| last.number + 1);
        let refused = done.into_iter().filter_map(|done| {
            let (code, reason) = done.refused?;
            Some(RefusedItem {
                item: done.number,
                code,
                reason,
            })
        });
        Command::Report {
            next,
            refused: refused.collect(),
        }
    }
}
