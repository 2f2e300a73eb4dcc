//! `GetPointsLiability`.

use guanxi_points::queries::{Liability, LiabilityQuery, Value};
use guanxi_proto::query::v1::{
    GetPointsLiabilityRequest, GetPointsLiabilityResponse, ProgramLiability,
};
use guanxi_runtime::Fields;
use rust_decimal::Decimal;
use tonic::Status;

use super::{Points, reader, request, wire};
use crate::{
    asked::Asked,
    failure,
    request::{finished, ids},
    wire::money,
};

impl Points {
    pub(super) async fn liability(
        &self,
        asked: &Asked,
        request: GetPointsLiabilityRequest,
    ) -> Result<GetPointsLiabilityResponse, Status> {
        let query = query(&request, asked)?;
        let mut connection = self.0.connection(asked, &request.after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let programs = reader(&snapshot, asked).liability(&query).await;
        let programs = programs.map_err(|error| failure::postgres(&error))?;
        let programs = programs.iter().map(program);
        Ok(GetPointsLiabilityResponse {
            programs: programs.collect::<Result<_, _>>()?,
            positions: snapshot.positions().await?,
        })
    }
}

fn query(request: &GetPointsLiabilityRequest, asked: &Asked) -> Result<LiabilityQuery, Status> {
    let mut fields = Fields::default();
    let times = request::times(
        &mut fields,
        (request.as_of.as_ref(), request.as_of_instant.as_ref()),
        (
            request.as_known_at.as_ref(),
            request.as_known_at_instant.as_ref(),
        ),
        &asked.home.zone,
    );
    let programs = ids(&mut fields, "program_ids", &request.program_ids);
    let query = (|| {
        Some(LiabilityQuery {
            times: times?,
            programs: programs?,
        })
    })();
    finished(fields, query)
}

fn program(liability: &Liability) -> Result<ProgramLiability, Status> {
    let value = liability.value.as_ref();
    let of_a_point = value.map(|value| wire::points(value.of_a_point));
    let amount = |of: fn(&Value) -> Decimal| {
        let amount = value.map(|value| money(of(value), &value.currency));
        amount.transpose()
    };
    Ok(ProgramLiability {
        program_id: liability.program.to_string(),
        program_name: wire::text(liability.name.as_ref()),
        shop: wire::text(liability.shop.as_ref()),
        members: liability.members,
        active: wire::points(liability.active),
        pending: wire::points(liability.pending),
        debt: wire::points(liability.debt),
        point_value: of_a_point.unwrap_or_default(),
        active_value: amount(|value| value.active)?,
        pending_value: amount(|value| value.pending)?,
        debt_value: amount(|value| value.debt)?,
        outstanding_value: amount(Value::outstanding)?,
    })
}
