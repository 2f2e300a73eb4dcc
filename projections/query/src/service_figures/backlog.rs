//! `GetBacklog`.

use guanxi_proto::query::v1::{BacklogAge, BacklogGroup, GetBacklogRequest, GetBacklogResponse};
use guanxi_runtime::{Fields, instant_to_wire};
use guanxi_service_figures::queries::{self, BacklogQuery};
use tonic::Status;

use super::{ServiceFigures, reader, request};
use crate::{
    asked::Asked,
    days, failure,
    request::{finished, limits, within},
};

/// More groups than anyone reads.
const MOST: u16 = 1_000;
/// The limits of buckets when none are given.
const USUAL_LIMITS: [i32; 5] = [1, 3, 7, 14, 30];

impl ServiceFigures {
    pub(super) async fn backlog(
        &self,
        asked: &Asked,
        request: GetBacklogRequest,
    ) -> Result<GetBacklogResponse, Status> {
        let query = query(&request, asked)?;
        let mut connection = self.0.connection(asked, &request.after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let backlog = reader(&snapshot, asked).backlog(&query).await;
        let backlog = backlog.map_err(|error| failure::postgres(&error))?;
        within(backlog.groups.len(), MOST)?;
        Ok(GetBacklogResponse {
            groups: backlog.groups.iter().map(group).collect(),
            total: Some(group(&backlog.total)),
            ages: ages(&query.limits),
            positions: snapshot.positions().await?,
        })
    }
}

fn query(request: &GetBacklogRequest, asked: &Asked) -> Result<BacklogQuery, Status> {
    let mut fields = Fields::default();
    let zone = &asked.home.zone;
    let until = days::end_of(&mut fields, "as_of", request.as_of.as_ref(), zone);
    let filter = request::filter(&mut fields, request.filter.as_ref());
    let limits = limits(&mut fields, &request.limits, &USUAL_LIMITS, 0);
    let group_by = request::group_by(&mut fields, request.group_by);
    let query = (|| {
        Some(BacklogQuery {
            until: until?,
            today: days::today(zone),
            filter: filter?,
            limits: limits?,
            group_by: group_by?,
            zone: zone.clone(),
        })
    })();
    finished(fields, query)
}

fn group(group: &queries::BacklogGroup) -> BacklogGroup {
    BacklogGroup {
        key: group.key.clone(),
        tickets: group.tickets(),
        new_tickets: group.new,
        open_tickets: group.open,
        pending_tickets: group.pending,
        by_age: group.buckets.clone(),
        oldest_opened_at: group.oldest.map(instant_to_wire),
    }
}

/// What the places mean.
fn ages(limits: &[i32]) -> Vec<BacklogAge> {
    let first = [0].into_iter().chain(limits.iter().map(|limit| limit + 1));
    let last = limits.iter().copied().map(Some).chain([None]);
    let ages = first.zip(last);
    ages.map(|(first_day, last_day)| BacklogAge {
        first_day,
        last_day,
    })
    .collect()
}
