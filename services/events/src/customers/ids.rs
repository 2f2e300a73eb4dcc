//! Ids of the customers service's aggregates.

use uuid::Uuid;

use crate::{PersonId, typed_id};

typed_id! {
    /// A customer (客户), C-01.
    CustomerId
}

typed_id! {
    /// A contact (联系人), C-02.
    ContactId
}

typed_id! {
    /// An interaction (互动), C-04.
    InteractionId
}

typed_id! {
    /// A follow-up plan (跟进计划), C-05.
    FollowUpId
}

typed_id! {
    /// A public pool (公海), C-06.
    PoolId
}

typed_id! {
    /// What one person has taken from one pool, C-06.
    ClaimQuotaId
}

impl ClaimQuotaId {
    /// The quota of a person in a pool: derived, so that every claim of the two meets in one stream.
    pub fn of(pool: PoolId, person: &PersonId) -> Self {
        Self(Uuid::new_v5(&pool.0, person.as_str().as_bytes()))
    }
}
