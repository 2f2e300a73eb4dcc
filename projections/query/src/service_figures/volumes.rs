//! `GetTicketVolumes`.

use guanxi_proto::query::v1::{GetTicketVolumesRequest, GetTicketVolumesResponse, TicketVolume};
use guanxi_runtime::{Fields, date_to_wire};
use guanxi_service_figures::queries::{Volume, VolumesQuery};
use tonic::Status;

use super::{ServiceFigures, reader, request};
use crate::{
    asked::Asked,
    failure,
    request::{finished, within},
};

/// More days and groups than anyone reads.
const MOST: u16 = 10_000;

impl ServiceFigures {
    pub(super) async fn volumes(
        &self,
        asked: &Asked,
        request: GetTicketVolumesRequest,
    ) -> Result<GetTicketVolumesResponse, Status> {
        let query = query(&request, asked)?;
        let mut connection = self.0.connection(asked, &request.after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let volumes = reader(&snapshot, asked).volumes(&query).await;
        let volumes = volumes.map_err(|error| failure::postgres(&error))?;
        within(volumes.len(), MOST)?;
        Ok(GetTicketVolumesResponse {
            volumes: volumes.into_iter().map(volume).collect(),
            positions: snapshot.positions().await?,
        })
    }
}

fn query(request: &GetTicketVolumesRequest, asked: &Asked) -> Result<VolumesQuery, Status> {
    let mut fields = Fields::default();
    let zone = &asked.home.zone;
    let days = request::days(&mut fields, "days", request.days.as_ref(), zone);
    let filter = request::filter(&mut fields, request.filter.as_ref());
    let group_by = request::group_by(&mut fields, request.group_by);
    let query = (|| {
        Some(VolumesQuery {
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

fn volume(row: Volume) -> TicketVolume {
    TicketVolume {
        day: Some(date_to_wire(row.day)),
        key: row.key,
        opened: row.opened,
        resolved: row.resolved,
        reopened: row.reopened,
    }
}
