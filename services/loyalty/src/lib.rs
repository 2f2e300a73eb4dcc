//! The loyalty service: programs (L-01), members, cards and tiers (L-03 to L-05), purchases (L-06),
//! points (L-10 to L-17, L-19), and its own reference copy of customers.

mod api;
pub mod domain;
mod jobs;
pub mod reactions;

use guanxi_copies::CopyCustomers;
use guanxi_events::{Service, loyalty::CustomerCopyEvent};
use guanxi_runtime::Module;

use crate::{
    domain::{
        card::Card, card_batch::CardBatch, card_numbers::CardNumbersOfProgram,
        customer_copy::CustomerCopy, earning_rules::EarningRules, holder::Holder,
        points::PointsAccount, points_batch::PointsBatch, program::Program, purchase::Purchase,
        redemption::Redemption, tier_ladder::TierLadder,
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
        .decider::<EarningRules>()
        .decider::<PointsAccount>()
        .decider::<PointsBatch>()
        .decider::<Purchase>()
        .decider::<Redemption>()
        .job(ReviewTiers)
        .reaction(CopyCustomers::<CustomerCopyEvent>::default())
        .reaction(reactions::EarnFromSales)
        .grpc(api::mount)
}
