//! The sales service: pipelines and opportunities (S-02), products and price lists (S-04), and its
//! own reference copy of customers.

mod api;
pub mod domain;
pub mod reactions;

use guanxi_events::Service;
use guanxi_runtime::Module;

use crate::domain::{
    account::Account, customer_copy::CustomerCopy, opportunity::Opportunity, pipeline::Pipeline,
    price_list::PriceList, product::Product,
};

/// The service as the runtime serves it.
pub fn module() -> Module {
    Module::new(Service::Sales)
        .decider::<Pipeline>()
        .decider::<Opportunity>()
        .decider::<Product>()
        .decider::<PriceList>()
        .decider::<CustomerCopy>()
        .decider::<Account>()
        .reaction(reactions::CopyCustomers)
        .grpc(api::mount)
}
