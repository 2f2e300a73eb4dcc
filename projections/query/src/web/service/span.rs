//! The days that volumes and figures are about.

use guanxi_proto::{
    google_type,
    query::v1::{GetTicketVolumesRequest, ListTicketsRequest},
    types::v1::DateRange,
};
use guanxi_runtime::{Fields, date_to_wire};
use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use super::Texts;
use crate::{
    days::today,
    web::{
        ask::answer,
        failure::Failure,
        parameters::{self, Parameter, days},
        session::Visitor,
        table::{date_of, instant_of},
    },
};

/// How many days can be chosen.
pub(super) const CHOICES: [i32; 4] = [7, 30, 90, 365];
/// The days, where none are chosen.
pub(super) const USUAL: i32 = 30;

/// From one day to another; all where none is given.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Span {
    pub(super) from: Parameter,
    pub(super) to: Parameter,
}

impl Span {
    /// So many days up to one.
    pub(super) fn until(last: Date, length: i32) -> Self {
        let first = last.saturating_sub(i64::from(length - 1).days());
        Self {
            from: parameters::set(first.to_string()),
            to: parameters::set(last.to_string()),
        }
    }

    /// One day.
    pub(super) fn on(day: Date) -> Self {
        Self::until(day, 1)
    }

    /// As messages hold them.
    pub(super) fn wire(&self) -> Result<Option<DateRange>, Failure> {
        let mut fields = Fields::default();
        let days = days(&mut fields, ("from", &self.from), ("to", &self.to));
        parameters::finish(fields)?;
        Ok(days)
    }

    /// Each of them, where both ends are given.
    pub(super) fn days(&self) -> Vec<Date> {
        let mut fields = Fields::default();
        let first = parameters::day(&mut fields, "from", &self.from);
        let last = parameters::day(&mut fields, "to", &self.to);
        let (Some(first), Some(last)) = (first, last) else {
            return vec![];
        };
        let days = first.series(1.day());
        days.take_while(|day| *day <= last).collect()
    }

    /// What they narrow a list down to.
    pub(super) fn filters(&self, texts: &Texts) -> Vec<(&'static str, String)> {
        parameters::given([(texts.first_day, &self.from), (texts.last_day, &self.to)])
    }
}

/// The last day on which anything happened: not before the last opening. Today where nothing did.
pub(super) async fn last_day(visitor: &Visitor) -> Result<Date, Failure> {
    let request = visitor.request(ListTicketsRequest {
        page: Some(parameters::page(1, None)),
        ..ListTicketsRequest::default()
    })?;
    let newest = answer(visitor.desk().list_tickets(request).await)?;
    let newest = newest.tickets.first();
    let opened = newest.and_then(|ticket| instant_of(ticket.opened_at.as_ref()));
    let Some(opened) = opened else {
        return Ok(today(&visitor.home.zone));
    };
    let opened = opened.to_zoned(visitor.home.zone.clone()).date();
    let request = visitor.request(GetTicketVolumesRequest {
        days: Some(DateRange {
            first: Some(date_to_wire(opened)),
            last: None::<google_type::Date>,
        }),
        ..GetTicketVolumesRequest::default()
    })?;
    let since = answer(visitor.desk().get_ticket_volumes(request).await)?;
    let days = since.volumes.iter();
    let last = days.filter_map(|volume| date_of(volume.day.as_ref())).max();
    Ok(last.unwrap_or(opened).max(opened))
}
