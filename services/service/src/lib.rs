//! The service service: tickets and their service levels.

pub mod domain;

use guanxi_copies::CopyCustomers;
use guanxi_events::{Service, service::CustomerCopyEvent};
use guanxi_runtime::Module;

use crate::domain::customer_copy::CustomerCopy;

/// The service as the runtime serves it.
pub fn module() -> Module {
    Module::new(Service::Service)
        .decider::<CustomerCopy>()
        .reaction(CopyCustomers::<CustomerCopyEvent>::default())
}
