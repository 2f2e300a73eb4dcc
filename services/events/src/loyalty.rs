//! What can happen in the loyalty service.

mod ids;

pub use crate::customer_copy::loyalty::CustomerCopyEvent;
pub use ids::{CardBatchId, CardId, MemberId, ProgramId};
