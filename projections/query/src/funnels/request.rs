//! From requests to questions: every bad field is named.

use guanxi_funnels::{
    Status as Outcome,
    queries::{Cursor, Filter, FunnelQuery, GroupBy, OpportunitiesQuery},
};
use guanxi_proto::query::v1::{
    FunnelGrouping, GetFunnelRequest, ListOpportunitiesRequest, OpportunityFilter,
    OpportunityStatus,
};
use guanxi_runtime::Fields;
use jiff::{Timestamp, tz::TimeZone};
use tonic::Status;

use crate::{
    days,
    pages::{Binding, Place},
    request::finished,
};

impl Place for Cursor {
    fn write(&self) -> String {
        format!("{}.{}", self.created_at.as_microsecond(), self.id)
    }

    fn read(text: &str) -> Option<Self> {
        let (created_at, id) = text.split_once('.')?;
        Some(Self {
            created_at: Timestamp::from_microsecond(created_at.parse().ok()?).ok()?,
            id: id.parse().ok()?,
        })
    }
}

/// The most values of one filter.
const MOST: usize = 200;

/// A funnel.
pub(super) fn funnel(request: &GetFunnelRequest, zone: &TimeZone) -> Result<FunnelQuery, Status> {
    let mut fields = Fields::default();
    let until = days::end_of(&mut fields, "as_of", request.as_of.as_ref(), zone);
    let filter = filter(&mut fields, request.filter.as_ref(), zone);
    let entered = days::range(&mut fields, "entered", request.entered.as_ref(), zone);
    let group_by = match FunnelGrouping::try_from(request.group_by) {
        Ok(FunnelGrouping::Unspecified) => Some(GroupBy::Nothing),
        Ok(FunnelGrouping::Owner) => Some(GroupBy::Owner),
        Ok(FunnelGrouping::Team) => Some(GroupBy::Team),
        Ok(FunnelGrouping::Source) => Some(GroupBy::Source),
        Ok(FunnelGrouping::Month) => Some(GroupBy::Month),
        Err(_) => {
            fields.bad(
                "group_by",
                format!("must be one of the known values, got {}", request.group_by),
            );
            None
        }
    };
    let query = (|| {
        Some(FunnelQuery {
            until: until?,
            filter: filter?,
            entered: entered?,
            group_by: group_by?,
            zone: zone.clone(),
        })
    })();
    finished(fields, query)
}

/// A list.
pub(super) fn opportunities(
    request: &ListOpportunitiesRequest,
    binding: &Binding,
    zone: &TimeZone,
) -> Result<OpportunitiesQuery, Status> {
    let mut fields = Fields::default();
    let until = days::end_of(&mut fields, "as_of", request.as_of.as_ref(), zone);
    let filter = filter(&mut fields, request.filter.as_ref(), zone);
    fields.count("stages", request.stages.len(), MOST);
    fields.count("statuses", request.statuses.len(), 3);
    let statuses: Vec<Outcome> = request
        .statuses
        .iter()
        .enumerate()
        .filter_map(|(n, status)| {
            fields.choice(&format!("statuses[{n}]"), *status, |status| match status {
                OpportunityStatus::Unspecified => None,
                OpportunityStatus::Open => Some(Outcome::Open),
                OpportunityStatus::Won => Some(Outcome::Won),
                OpportunityStatus::Lost => Some(Outcome::Lost),
            })
        })
        .collect();
    let customer = fields.optional_id("customer_id", &request.customer_id);
    let page = binding.page(&mut fields, request);
    let query = (|| {
        let (limit, after) = page?;
        Some(OpportunitiesQuery {
            until: until?,
            filter: filter?,
            stages: request.stages.clone(),
            statuses,
            customer: customer?,
            rotting: request.rotting,
            after,
            limit,
        })
    })();
    finished(fields, query)
}

fn filter(
    fields: &mut Fields,
    filter: Option<&OpportunityFilter>,
    zone: &TimeZone,
) -> Option<Filter> {
    let Some(filter) = filter else {
        return Some(Filter::default());
    };
    let pipeline = fields.optional_id("filter.pipeline_id", &filter.pipeline_id);
    for (name, list) in [
        ("owners", &filter.owners),
        ("teams", &filter.teams),
        ("sources", &filter.sources),
    ] {
        fields.count(&format!("filter.{name}"), list.len(), MOST);
    }
    let created = days::range(fields, "filter.created", filter.created.as_ref(), zone);
    Some(Filter {
        pipeline: pipeline?,
        owners: filter.owners.clone(),
        teams: filter.teams.clone(),
        sources: filter.sources.clone(),
        created: created?,
    })
}
