//! What can happen in the service service.

mod calendar;
mod ids;
mod queue;
mod sla_policy;
mod survey;
pub mod ticket;
mod values;

pub use crate::customer_copy::service::CustomerCopyEvent;
pub use calendar::{
    CalendarDefined, CalendarDefinition, CalendarEvent, CalendarId, CalendarVersion, Holiday,
    Hours, SpecialDay, Week,
};
pub use ids::{MessageId, QueueId, SurveyId, TicketId};
pub use queue::{
    QueueChanged, QueueEvent, QueueMember, QueueMemberLeft, QueueMemberSet, QueueOpened,
    QueueSettings, QueueTicketLeft, QueueTicketTaken, RatingRules, Strategy,
};
pub use sla_policy::{
    SLA_POLICIES, SlaClock, SlaCondition, SlaPoliciesSet, SlaPolicy, SlaPolicyEvent,
    SlaPolicyVersion, SlaTarget, SlaTargets,
};
pub use survey::{SurveyAnswered, SurveyAsked, SurveyEvent, SurveyExpired, SurveySubject};
pub use ticket::{Attachment, Author, Message, TicketDetails, TicketEvent};
pub use values::{Channel, Priority, QueueVersion, TicketKind};
