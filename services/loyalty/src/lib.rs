//! The loyalty service: members, cards and tiers (L-03 to L-05), and its own reference copy of
//! customers.

mod api;
pub mod domain;
mod jobs;

use guanxi_copies::CopyCustomers;
use guanxi_events::{Service, loyalty::CustomerCopyEvent};
use guanxi_runtime::Module;

use crate::{
    domain::{
        card::Card, card_batch::CardBatch, card_numbers::CardNumbersOfProgram,
        customer_copy::CustomerCopy, holder::Holder, program::Program, tier_ladder::TierLadder,
    },
    jobs::ReviewTiers,
};

/// The service as the runtime serves it.
pub fn module() -> Module {
    Module::new(Service::Loyalty)
        .decider::<CustomerCopy>()
        .decider::<Program>()
        .decider::<Holder>()
        .decider::<TierLadder>()
        .decider::<CardNumbersOfProgram>()
        .decider::<CardBatch>()
        .decider::<Card>()
        .job(ReviewTiers)
        .reaction(CopyCustomers::<CustomerCopyEvent>::default())
        .grpc(api::mount)
}
