//! The sales service: pipelines and opportunities (S-02), products and price lists (S-04), payment
//! terms and receivable plans (S-20, S-21), billing profiles (S-22), the receivables policy (S-24),
//! exchange rates (S-30), and its own reference copy of customers.

mod api;
pub mod domain;
pub mod reactions;

use guanxi_events::Service;
use guanxi_runtime::Module;

use crate::domain::{
    account::Account, billing_profile::BillingProfile, customer_copy::CustomerCopy,
    exchange_rates::ExchangeRates, opportunity::Opportunity, payment_terms::PaymentTerms,
    pipeline::Pipeline, price_list::PriceList, product::Product, receivable_plan::ReceivablePlan,
    receivables_policy::ReceivablesPolicy,
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
        .decider::<PaymentTerms>()
        .decider::<ExchangeRates>()
        .decider::<BillingProfile>()
        .decider::<ReceivablesPolicy>()
        .decider::<ReceivablePlan>()
        .reaction(reactions::CopyCustomers)
        .grpc(api::mount)
}
