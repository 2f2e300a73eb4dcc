//! Who asks, and until when an answer is of use.

use guanxi_decider::Home;
use guanxi_events::{PersonId, TenantId};
use tokio::time::Instant;

/// Who asks, and until when an answer is of use.
pub(crate) struct Asked {
    pub(crate) tenant: TenantId,
    pub(crate) person: PersonId,
    pub(crate) home: Home,
    pub(crate) deadline: Instant,
}
