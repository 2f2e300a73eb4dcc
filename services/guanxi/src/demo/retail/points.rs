//! What the wholesaler's customers earned: by the reaction to their paid orders, and to what came back.

use guanxi_proto::{
    query::v1::{
        GetPointsBalancesRequest, PointsFilter, PointsGrouping,
        points_service_client::PointsServiceClient,
    },
    types::v1::PageRequest,
};
use rust_decimal::Decimal;

use super::{Dataset, load::program};
use crate::{
    demo::{Caller, ids::Ids},
    output,
};

/// Asks for the program's points, prints them, and says whether they can be right: every member's
/// points conserve, something was earned and something taken back, and no more is held than was paid
/// and not given back, a point a pound.
///
/// # Errors
/// When the query service does not answer.
pub(super) async fn show(
    caller: &Caller,
    wholesaler: &Dataset,
    tokens: &[String],
) -> anyhow::Result<bool> {
    let program = program(Ids::of(&wholesaler.name));
    let client = PointsServiceClient::new(caller.query.clone());
    let message = GetPointsBalancesRequest {
        // Those of sales and of customers: by the reactions that answer them.
        after: tokens.to_vec(),
        filter: Some(PointsFilter {
            program_ids: vec![program.to_string()],
            ..PointsFilter::default()
        }),
        group_by: PointsGrouping::Program.into(),
        page: Some(PageRequest::default()),
        ..GetPointsBalancesRequest::default()
    };
    let call = async |request| client.clone().get_points_balances(request).await;
    let answer = caller.send(message, call).await?;
    let total = answer.totals.into_iter().next().unwrap_or_default();
    let points = total.points.unwrap_or_default();
    let read = |text: &str| match text {
        // Nothing had happened to any member's points.
        "" => Ok(Decimal::ZERO),
        text => text.parse::<Decimal>(),
    };
    let (earned, reversed) = (read(&points.earned)?, read(&points.reversed)?);
    let (pending, active) = (read(&points.pending)?, read(&points.active)?);
    let totals = &wholesaler.story.totals;
    let paid = totals.invoiced - totals.credited;
    let right = answer.conserves
        && earned > Decimal::ZERO
        && reversed > Decimal::ZERO
        && earned - reversed <= paid;
    output::line(format!(
        "Points of {} members: {} earned by paid orders, {} taken back by returns and bounces, {} pending, {} active; \
         conservation holds for every member: {}",
        output::grouped(total.members),
        output::money(earned),
        output::money(reversed),
        output::money(pending),
        output::money(active),
        output::verdict(right),
    ))?;
    Ok(right)
}
