//! The sales service: pipelines and opportunities (S-02), products and price lists (S-04), orders
//! and returns (S-08, S-09), payment terms and plans (S-20, S-21), invoices and credit notes (S-22),
//! customers' accounts with their credit limit (S-10, S-23 to S-25), exchange rates (S-30), and its
//! own reference copy of customers.

mod api;
pub mod domain;

use guanxi_copies::CopyCustomers;
use guanxi_events::{Service, sales::CustomerCopyEvent};
use guanxi_runtime::Module;

use crate::domain::{
    account::Account, billing_profile::BillingProfile, credit_note::CreditNote,
    customer_copy::CustomerCopy, exchange_rates::ExchangeRates, invoice::Invoice,
    opportunity::Opportunity, order::Order, order_return::OrderReturn, payment_terms::PaymentTerms,
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
        .decider::<Order>()
        .decider::<Invoice>()
        .decider::<CreditNote>()
        .decider::<OrderReturn>()
        .decider::<ReceivablePlan>()
        .reaction(CopyCustomers::<CustomerCopyEvent>::default())
        .grpc(api::mount)
}
