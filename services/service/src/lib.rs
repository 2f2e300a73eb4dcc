//! The service service: tickets (V-01, V-02), their queues (V-03) and conversations (V-04), surveys
//! about them (V-11), how long they may take (V-05 to V-07), and its own reference copy of customers.

mod api;
pub mod domain;
pub mod reactions;

use guanxi_copies::CopyCustomers;
use guanxi_events::{Service, service::CustomerCopyEvent};
use guanxi_runtime::Module;

use crate::domain::{
    calendar::Calendar, customer_copy::CustomerCopy, queue::Queue, sla_policy::SlaPolicies,
    survey::Survey, ticket::Ticket,
};

/// The service as the runtime serves it.
pub fn module() -> Module {
    Module::new(Service::Service)
        .decider::<CustomerCopy>()
        .decider::<Ticket>()
        .decider::<Queue>()
        .decider::<Survey>()
        .decider::<Calendar>()
        .decider::<SlaPolicies>()
        .reaction(CopyCustomers::<CustomerCopyEvent>::default())
        .reaction(reactions::AskAfterResolutions)
        .reaction(reactions::FollowUpLateReplies)
        .grpc(api::mount)
}
