//! What can happen in the sales service.

pub mod account;
mod billing_profile;
mod credit_note;
mod exchange_rates;
mod invoice;
mod lines;
mod opportunity;
mod order;
mod order_return;
mod payment_terms;
mod pipeline;
mod price_list;
mod product;
mod receivable_plan;
mod receivables_policy;

pub use crate::{CustomerCopied, customer_copy::sales::CustomerCopyEvent};
pub use account::{AccountEvent, PaymentId, PaymentMethod, RefundId};
pub use billing_profile::{BillingDetails, BillingProfileEvent, BillingProfileSet};
pub use credit_note::{
    CreditNoteCancelled, CreditNoteEvent, CreditNoteId, CreditNoteIssued, Credited,
};
pub use exchange_rates::{BOOK_RATES, ExchangeRateSet, ExchangeRatesEvent, exchange_rates_id};
pub use invoice::{
    Billed, InvoiceCancelled, InvoiceDelivered, InvoiceEvent, InvoiceId, InvoiceIssued,
    InvoiceMailed, InvoiceRequested, InvoiceWithdrawn, TaxTotal,
};
pub use lines::{LinePart, LineQuantity, SaleLine};
pub use opportunity::{
    OpportunityAssigned, OpportunityChanged, OpportunityDetails, OpportunityEvent, OpportunityId,
    OpportunityLinesSet, OpportunityLost, OpportunityOpened, OpportunityReopened,
    OpportunityStageChanged, OpportunityWon, ProductLine, StageEntry,
};
pub use order::{
    OrderBilled, OrderConfirmed, OrderCredited, OrderDelivered, OrderEvent, OrderGoodsReturned,
    OrderHeld, OrderId, OrderLinesChanged, OrderPlaced, OrderReleased, OrderReopened,
    OrderRestCancelled, OrderReturnAsked, OrderReturnDropped, OrderUnbilled, OrderUncredited,
};
pub use order_return::{
    RefundAs, ReturnApproved, ReturnEvent, ReturnId, ReturnLine, ReturnPartlyRefunded,
    ReturnReceived, ReturnRefundTakenBack, ReturnRefunded, ReturnRejected, ReturnRequested,
    ReturnWithdrawn,
};
pub use payment_terms::{
    DueRule, EarlyPayment, PaymentTermsDefined, PaymentTermsDefinition, PaymentTermsEvent,
    PaymentTermsId, PaymentTermsVersion, Portion,
};
pub use pipeline::{
    InvalidStageKey, PipelineChanged, PipelineCreated, PipelineDefinition, PipelineEvent,
    PipelineId, PipelineVersion, RequiredField, Stage, StageKey,
};
pub use price_list::{
    PriceListChanged, PriceListCreated, PriceListEvent, PriceListId, PriceListPricesSet,
    PriceListTerms, QuantityPrice, Validity,
};
pub use product::{
    ProductChanged, ProductCreated, ProductDetails, ProductEvent, ProductId, ProductReactivated,
    ProductRetired,
};
pub use receivable_plan::{PlanVersion, PlannedInstalment, ReceivablePlanEvent, ReceivablePlanSet};
pub use receivables_policy::{
    RECEIVABLES_POLICY, ReceivablesPolicyEvent, ReceivablesPolicySet, ReceivablesRules,
};
