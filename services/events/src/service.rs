//! What can happen in the service service.

mod calendar;

pub use crate::customer_copy::service::CustomerCopyEvent;
pub use calendar::{
    CalendarDefined, CalendarDefinition, CalendarEvent, CalendarId, CalendarVersion, Holiday, Hours,
    SpecialDay, Week,
};
