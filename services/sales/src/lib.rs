//! The sales service: pipelines and opportunities (S-02), products and price lists (S-04), orders
//! and returns (S-08, S-09), customers' accounts (S-10, S-23 to S-25), and its own reference copy of
//! customers.

mod api;
pub mod domain;
pub mod reactions;

use guanxi_events::Service;
use guanxi_runtime::Module;

use crate::domain::{
    account::Account, customer_copy::CustomerCopy, opportunity::Opportunity, order::Order,
    order_return::OrderReturn, pipeline::Pipeline, price_list::PriceList, product::Product,
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
        .decider::<Order>()
        .decider::<OrderReturn>()
        .reaction(reactions::CopyCustomers)
        .grpc(api::mount)
}
