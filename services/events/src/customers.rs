//! What can happen in the customers service.

mod change;
mod claim_quota;
mod contact;
mod customer;
mod desk_transfer;
mod follow_up;
mod ids;
mod interaction;
mod pool;
mod values;

pub use change::Changed;
pub use claim_quota::{ClaimCounted, ClaimQuotaEvent, HoldingAdded, HoldingRemoved};
pub use contact::{
    ContactChange, ContactEvent, ContactField, ContactLinked, ContactProfile,
    ContactProfileChanged, ContactRegistered, ContactUnlinked,
};
pub use customer::{
    CustomerAssigned, CustomerChange, CustomerClaimed, CustomerEnteredPool, CustomerEvent,
    CustomerField, CustomerOwnerChanged, CustomerProfile, CustomerProfileChanged,
    CustomerRegistered, PoolEntry, PrimaryContactChanged,
};
pub use desk_transfer::{
    DeskTransferAdvanced, DeskTransferEvent, DeskTransferId, DeskTransferStarted,
    DeskTransferTakenBack, RefusedItem,
};
pub use follow_up::{
    FollowUpBecameOverdue, FollowUpCancelled, FollowUpDone, FollowUpEvent, FollowUpPlanned,
    FollowUpReminded, FollowUpRescheduled, Schedule,
};
pub use ids::{ClaimQuotaId, ContactId, CustomerId, FollowUpId, InteractionId, PoolId};
pub use interaction::{
    InteractionAmended, InteractionChange, InteractionDetails, InteractionEvent, InteractionField,
    InteractionRecorded, NextAction,
};
pub use pool::{
    PoolChanged, PoolClosed, PoolEvent, PoolOpened, PoolPeople, PoolPeopleChanged, PoolReopened,
    PoolSettings,
};
pub use values::{
    Address, AddressKind, CustomerKind, DecisionRole, Direction, Email, InteractionKind, Phone,
};
