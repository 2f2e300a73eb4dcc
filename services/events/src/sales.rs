//! What can happen in the sales service.

mod customer_copy;
mod opportunity;
mod pipeline;
mod price_list;
mod product;

pub use customer_copy::{CustomerCopied, CustomerCopyEvent};
pub use opportunity::{
    OpportunityAssigned, OpportunityChanged, OpportunityDetails, OpportunityEvent, OpportunityId,
    OpportunityLinesSet, OpportunityLost, OpportunityOpened, OpportunityReopened,
    OpportunityStageChanged, OpportunityWon, ProductLine, StageEntry,
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
