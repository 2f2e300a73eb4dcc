//! `GetServiceFigures`.

use guanxi_proto::query::v1::{
    GetServiceFiguresRequest, GetServiceFiguresResponse, ServiceFigures as Message,
    ServiceSatisfaction, ServiceTargets, ServiceTimes,
};
use guanxi_runtime::Fields;
use guanxi_service_figures::queries::{Clock, Figures, FiguresGroup, FiguresQuery, Lengths};
use tonic::Status;

use super::{ServiceFigures, reader, request};
use crate::{
    asked::Asked,
    failure,
    request::{finished, within},
    wire::{duration, quotient, share},
};

/// More groups than anyone reads.
const MOST: u16 = 1_000;

impl ServiceFigures {
    pub(super) async fn figures(
        &self,
        asked: &Asked,
        request: GetServiceFiguresRequest,
    ) -> Result<GetServiceFiguresResponse, Status> {
        let query = query(&request, asked)?;
        let mut connection = self.0.connection(asked, &request.after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let groups = reader(&snapshot, asked).figures(&query).await;
        let groups = groups.map_err(|error| failure::postgres(&error))?;
        within(groups.len(), MOST)?;
        Ok(GetServiceFiguresResponse {
            groups: groups.iter().map(group).collect(),
            positions: snapshot.positions().await?,
        })
    }
}

fn query(request: &GetServiceFiguresRequest, asked: &Asked) -> Result<FiguresQuery, Status> {
    let mut fields = Fields::default();
    let zone = &asked.home.zone;
    let days = request::days(&mut fields, "days", request.days.as_ref(), zone);
    let filter = request::filter(&mut fields, request.filter.as_ref());
    let group_by = request::group_by(&mut fields, request.group_by);
    let query = (|| {
        Some(FiguresQuery {
            days: days?,
            filter: filter?,
            group_by: group_by?,
            zone: zone.clone(),
            // One more tells that there are too many.
            limit: MOST + 1,
        })
    })();
    finished(fields, query)
}

fn group(group: &FiguresGroup) -> Message {
    let figures = &group.figures;
    Message {
        key: group.key.clone(),
        opened: figures.opened,
        resolved: figures.resolved,
        reopened: figures.reopened,
        reopen_rate: share(figures.reopened, figures.resolved),
        first_response: Some(times(&figures.first_response)),
        resolution: Some(times(&figures.resolution)),
        targets: Some(targets(figures.clocks())),
        first_response_targets: Some(targets(figures.first_response_clock)),
        next_response_targets: Some(targets(figures.next_response_clock)),
        resolution_targets: Some(targets(figures.resolution_clock)),
        satisfaction: Some(satisfaction(figures)),
    }
}

fn times(lengths: &Lengths) -> ServiceTimes {
    ServiceTimes {
        count: lengths.count,
        in_working_time: lengths.worked,
        median: lengths.median.map(duration),
        p90: lengths.p90.map(duration),
    }
}

fn targets(clock: Clock) -> ServiceTargets {
    ServiceTargets {
        met: clock.met,
        missed: clock.missed,
        share: share(clock.met, clock.met + clock.missed),
    }
}

fn satisfaction(figures: &Figures) -> ServiceSatisfaction {
    ServiceSatisfaction {
        asked: figures.asked,
        answered: figures.answered,
        satisfied: figures.satisfied,
        low: figures.low,
        csat: share(figures.satisfied, figures.answered),
        mean_score: quotient(figures.score_sum, figures.answered, 2),
    }
}
