//! This service's own events become its own commands: what a resolution and a late reply lead to.

mod follow_up;
mod survey;

pub use follow_up::FollowUpLateReplies;
pub use survey::AskAfterResolutions;
