//! The loyalty service: members, cards and points.

pub mod domain;

use guanxi_copies::CopyCustomers;
use guanxi_events::{Service, loyalty::CustomerCopyEvent};
use guanxi_runtime::Module;

use crate::domain::customer_copy::CustomerCopy;

/// The service as the runtime serves it.
pub fn module() -> Module {
    Module::new(Service::Loyalty)
        .decider::<CustomerCopy>()
        .reaction(CopyCustomers::<CustomerCopyEvent>::default())
}
