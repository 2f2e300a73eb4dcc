//! The customers service: customers, contacts, interactions, follow-ups and public pools.

pub mod domain;
pub mod jobs;

mod api;

pub use api::{ContactApi, CustomerApi, DeskTransferApi, FollowUpApi, InteractionApi, PoolApi};

use guanxi_events::Service;
use guanxi_proto::customers::v1::{
    contact_service_server::ContactServiceServer, customer_service_server::CustomerServiceServer,
    desk_transfer_service_server::DeskTransferServiceServer,
    follow_up_service_server::FollowUpServiceServer,
    interaction_service_server::InteractionServiceServer, pool_service_server::PoolServiceServer,
};
use guanxi_runtime::{Commands, Module};

use domain::{ClaimQuota, Contact, Customer, FollowUp, Interaction, Pool};

/// The service, ready to be served.
pub fn module() -> Module {
    Module::new(Service::Customers)
        .decider::<Customer>()
        .decider::<Contact>()
        .decider::<Interaction>()
        .decider::<FollowUp>()
        .decider::<Pool>()
        .decider::<ClaimQuota>()
        .job(jobs::HandDeskOn)
        .grpc(|commands: Commands, routes| {
            let commands = || commands.clone();
            routes.add_service(CustomerServiceServer::new(CustomerApi {
                commands: commands(),
            }));
            routes.add_service(DeskTransferServiceServer::new(DeskTransferApi {
                commands: commands(),
            }));
            routes.add_service(ContactServiceServer::new(ContactApi {
                commands: commands(),
            }));
            routes.add_service(InteractionServiceServer::new(InteractionApi {
                commands: commands(),
            }));
            routes.add_service(FollowUpServiceServer::new(FollowUpApi {
                commands: commands(),
            }));
            routes.add_service(PoolServiceServer::new(PoolApi {
                commands: commands(),
            }));
        })
}
