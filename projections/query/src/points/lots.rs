//! `ListPointsLots`.

use guanxi_points::queries::{Lot, LotState, LotsQuery};
use guanxi_proto::query::v1::{
    ListPointsLotsRequest, ListPointsLotsResponse, PointsLot, PointsLotState,
};
use guanxi_runtime::{Fields, instant_to_wire};
use tonic::Status;

use super::{Points, reader, request, wire};
use crate::{asked::Asked, failure, pages::Binding, request::finished};

/// There are no more states than that.
const STATES: usize = 4;

impl Points {
    pub(super) async fn lots(
        &self,
        asked: &Asked,
        request: ListPointsLotsRequest,
    ) -> Result<ListPointsLotsResponse, Status> {
        let binding = Binding::of(&asked.tenant, &request);
        let query = query(&request, &binding, asked)?;
        let mut connection = self.0.connection(asked, &request.after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let lots = reader(&snapshot, asked).lots(&query).await;
        let mut lots = lots.map_err(|error| failure::postgres(&error))?;
        let next = binding.next(&mut lots, query.limit, |row| &row.cursor);
        Ok(ListPointsLotsResponse {
            lots: lots.iter().map(lot).collect(),
            next_page_token: next,
            positions: snapshot.positions().await?,
        })
    }
}

fn query(
    request: &ListPointsLotsRequest,
    binding: &Binding,
    asked: &Asked,
) -> Result<LotsQuery, Status> {
    let mut fields = Fields::default();
    let member = fields.id("member_id", &request.member_id);
    let times = request::times(
        &mut fields,
        (request.as_of.as_ref(), request.as_of_instant.as_ref()),
        (
            request.as_known_at.as_ref(),
            request.as_known_at_instant.as_ref(),
        ),
        &asked.home.zone,
    );
    fields.count("states", request.states.len(), STATES);
    let states = request.states.iter().enumerate();
    let states: Vec<LotState> = states
        .filter_map(|(n, state)| {
            fields.choice(&format!("states[{n}]"), *state, |state| match state {
                PointsLotState::Unspecified => None,
                PointsLotState::Pending => Some(LotState::Pending),
                PointsLotState::Active => Some(LotState::Active),
                PointsLotState::Expired => Some(LotState::Expired),
                PointsLotState::Used => Some(LotState::Used),
            })
        })
        .collect();
    let page = binding.page(&mut fields, request);
    let query = (|| {
        let (limit, after) = page?;
        Some(LotsQuery {
            times: times?,
            member: member?,
            states,
            after,
            limit,
        })
    })();
    finished(fields, query)
}

fn lot(lot: &Lot) -> PointsLot {
    let state = match lot.state {
        LotState::Pending => PointsLotState::Pending,
        LotState::Active => PointsLotState::Active,
        LotState::Expired => PointsLotState::Expired,
        LotState::Used => PointsLotState::Used,
    };
    PointsLot {
        lot: lot.cursor.lot,
        origin: lot.origin,
        source: Some(wire::cause(&lot.source, lot.shop.as_ref())),
        state: state.into(),
        earned_at: Some(instant_to_wire(lot.cursor.earned_at)),
        active_at: Some(instant_to_wire(lot.active_at)),
        expires_at: lot.cursor.expires_at.map(instant_to_wire),
        points: wire::points(lot.points),
        pending: wire::points(lot.pending),
        remaining: wire::points(lot.remaining),
        expired: wire::points(lot.expired),
        program_version: lot.program_version.unwrap_or_default(),
        rules_version: lot.rules_version.unwrap_or_default(),
        tier: wire::text(lot.tier.as_ref()),
    }
}
