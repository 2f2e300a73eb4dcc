//! `GetPointsBalances`.

use guanxi_points::queries::{Balance, BalancesQuery, GroupBy};
use guanxi_proto::query::v1::{
    GetPointsBalancesRequest, GetPointsBalancesResponse, PointsBalance, PointsGrouping,
    TierPointsFigures,
};
use guanxi_runtime::Fields;
use tonic::Status;

use super::{Points, reader, request, wire};
use crate::{asked::Asked, failure, pages::Binding, request::finished};

impl Points {
    pub(super) async fn balances(
        &self,
        asked: &Asked,
        request: GetPointsBalancesRequest,
    ) -> Result<GetPointsBalancesResponse, Status> {
        let binding = Binding::of(&asked.tenant, &request);
        let query = query(&request, &binding, asked)?;
        let mut connection = self.0.connection(asked, &request.after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let found = reader(&snapshot, asked).balances(&query).await;
        let mut found = found.map_err(|error| failure::postgres(&error))?;
        let next = binding.next(&mut found.groups, query.limit, |row| &row.cursor);
        let group = |balance| wire_balance(balance, query.group_by);
        let total = |balance| wire_balance(balance, GroupBy::Program);
        Ok(GetPointsBalancesResponse {
            balances: found.groups.iter().map(group).collect(),
            totals: found.totals.iter().map(total).collect(),
            conserves: found.totals.iter().all(|total| total.conserves),
            next_page_token: next,
            positions: snapshot.positions().await?,
        })
    }
}

fn query(
    request: &GetPointsBalancesRequest,
    binding: &Binding,
    asked: &Asked,
) -> Result<BalancesQuery, Status> {
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
    let filter = request::filter(&mut fields, request.filter.as_ref());
    let group_by = fields.choice("group_by", request.group_by, |grouping| {
        Some(match grouping {
            PointsGrouping::Unspecified | PointsGrouping::Member => GroupBy::Member,
            PointsGrouping::Tier => GroupBy::Tier,
            PointsGrouping::Program => GroupBy::Program,
        })
    });
    let page = binding.page(&mut fields, request);
    let query = (|| {
        let (limit, after) = page?;
        Some(BalancesQuery {
            times: times?,
            filter: filter?,
            group_by: group_by?,
            after,
            limit,
        })
    })();
    finished(fields, query)
}

fn wire_balance(balance: &Balance, group_by: GroupBy) -> PointsBalance {
    let tier = &balance.tier_points;
    let member_id = match group_by {
        GroupBy::Member => balance.cursor.key.clone(),
        GroupBy::Tier | GroupBy::Program => String::new(),
    };
    PointsBalance {
        program_id: balance.cursor.program.to_string(),
        program_name: wire::text(balance.program_name.as_ref()),
        shop: wire::text(balance.shop.as_ref()),
        member_id,
        member_number: wire::text(balance.member_number.as_ref()),
        customer_id: wire::id(balance.customer),
        customer_name: wire::text(balance.customer_name.as_ref()),
        tier: wire::text(balance.tier.as_ref()),
        members: balance.members,
        points: Some(wire::figures(&balance.figures, balance.lots)),
        tier_points: Some(TierPointsFigures {
            earned: wire::points(tier.earned),
            adjusted: wire::points(tier.adjusted),
            reversed: wire::points(tier.reversed),
            points: wire::points(tier.points),
        }),
        conserves: balance.conserves,
    }
}
