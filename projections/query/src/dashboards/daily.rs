//! `GetDailyFigures`.

use guanxi_dashboards::{
    Figure,
    queries::{DailyQuery, Line},
};
use guanxi_proto::query::v1::{
    DailyFigure, DailyFigureKind, Day, GetDailyFiguresRequest, GetDailyFiguresResponse,
};
use guanxi_runtime::{Fields, date_to_wire};
use jiff::ToSpan;
use tonic::Status;

use super::{Dashboards, reader};
use crate::{
    asked::Asked,
    days, failure,
    request::{MOST, choices, finished, within},
    wire::money,
};

/// More figures than anyone reads.
const MOST_LINES: u16 = 20_000;
/// Three years.
const MOST_DAYS: i64 = 1_100;

impl Dashboards {
    pub(super) async fn daily(
        &self,
        asked: &Asked,
        request: GetDailyFiguresRequest,
    ) -> Result<GetDailyFiguresResponse, Status> {
        let query = query(&request, asked)?;
        let mut connection = self.0.connection(asked, &request.after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let daily = reader(&snapshot, asked).daily(&query).await;
        let daily = daily.map_err(|error| failure::postgres(&error))?;
        within(daily.days.len() + daily.sums.len(), MOST_LINES)?;
        Ok(GetDailyFiguresResponse {
            days: by_day(&daily.days)?,
            sum: daily.sums.iter().map(figure).collect::<Result<_, _>>()?,
            first: Some(date_to_wire(query.first)),
            last: Some(date_to_wire(query.last)),
            positions: snapshot.positions().await?,
        })
    }
}

fn query(request: &GetDailyFiguresRequest, asked: &Asked) -> Result<DailyQuery, Status> {
    let mut fields = Fields::default();
    let zone = &asked.home.zone;
    let span = days::span(&mut fields, "days", request.days.as_ref());
    let owners = fields.count("owners", request.owners.len(), MOST);
    let figures = choices(&mut fields, "figures", &request.figures, of_wire);
    let query = (|| {
        let (first, last) = span?;
        let last = last.unwrap_or_else(|| days::today(zone));
        let first = first.unwrap_or(last);
        if first > last {
            fields.bad("days", "its last day is before its first");
            return None;
        }
        if first
            .checked_add(MOST_DAYS.days())
            .is_ok_and(|end| end <= last)
        {
            fields.bad("days", format!("must be at most {MOST_DAYS}"));
            return None;
        }
        let from = days::begin_of(&mut fields, "days.first", first, zone);
        let until = days::on(&mut fields, "days.last", last, zone);
        owners?;
        Some(DailyQuery {
            first,
            last,
            from: from?,
            until: until?.ends,
            owners: request.owners.clone(),
            figures: figures?,
            zone: zone.clone(),
            // One more tells that there are too many.
            limit: MOST_LINES + 1,
        })
    })();
    finished(fields, query)
}

/// Lines of one day follow each other.
fn by_day(lines: &[Line]) -> Result<Vec<Day>, Status> {
    let mut days: Vec<Day> = Vec::new();
    for line in lines {
        let day = line.day.map(date_to_wire);
        if days.last().map(|last| &last.day) != Some(&day) {
            days.push(Day {
                day,
                figures: vec![],
            });
        }
        if let Some(last) = days.last_mut() {
            last.figures.push(figure(line)?);
        }
    }
    Ok(days)
}

fn figure(line: &Line) -> Result<DailyFigure, Status> {
    let with_currency = !line.currency.is_empty();
    let amount = with_currency.then(|| money(line.amount, &line.currency));
    let points = counts_points(line.figure).then(|| line.amount.normalize().to_string());
    Ok(DailyFigure {
        figure: to_wire(line.figure).into(),
        detail: line.detail.clone(),
        count: line.count,
        amount: amount.transpose()?,
        points: points.unwrap_or_default(),
    })
}

const fn counts_points(figure: Figure) -> bool {
    matches!(
        figure,
        Figure::PointsEarned
            | Figure::PointsSpent
            | Figure::PointsReturned
            | Figure::PointsReversed
            | Figure::PointsExpired
    )
}

macro_rules! same_names {
    ($($figure:ident),+ $(,)?) => {
        const fn to_wire(figure: Figure) -> DailyFigureKind {
            match figure { $( Figure::$figure => DailyFigureKind::$figure ),+ }
        }

        fn of_wire(kind: DailyFigureKind) -> Option<Figure> {
            match kind {
                DailyFigureKind::Unspecified => None,
                $( DailyFigureKind::$figure => Some(Figure::$figure) ),+
            }
        }
    };
}

same_names! {
    CustomersRegistered, CustomersClaimed, CustomersAssigned, CustomersHandedOver, CustomersPooled,
    Interactions, FollowUpsDue, FollowUpsDone, FollowUpsOverdue, OpportunitiesOpened,
    OpportunitiesWon, OpportunitiesLost, OrdersConfirmed, Invoiced, InvoicesVoided, Received,
    PaymentsBounced, GoodsReturned, TicketsOpened, TicketsResolved, TicketsReopened,
    TicketsBreached, MembersEnrolled, PointsEarned, PointsSpent, PointsReturned, PointsReversed,
    PointsExpired,
}
