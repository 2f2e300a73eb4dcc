//! Members, and where their points are (L-19).

use guanxi_proto::query::v1::{
    GetPointsBalancesRequest, GetPointsBalancesResponse, PointsBalance, PointsFilter,
    PointsGrouping,
};
use guanxi_runtime::Fields;
use serde::{Deserialize, Serialize};

use super::{Dates, Texts, balance, member::Member};
use crate::web::{
    ask::answer,
    failure::Failure,
    frame::Section,
    language::Language,
    list::{Chunk, List},
    parameters::{self, Parameter, listed},
    session::Visitor,
    table::{Cell, Column, Kind, Row},
};

/// A row for each member to whose points something happened.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::web) struct Members {
    #[serde(flatten)]
    pub(super) dates: Dates,
    pub(super) program_id: Parameter,
    pub(super) member_id: Parameter,
    pub(super) tier: Parameter,
}

impl Members {
    /// All at these dates.
    pub(super) fn of(dates: &Dates) -> Self {
        Self {
            dates: dates.clone(),
            ..Self::default()
        }
    }

    /// Asks for some of them.
    pub(super) async fn ask(
        &self,
        visitor: &Visitor,
        size: i32,
        after: Option<&str>,
    ) -> Result<GetPointsBalancesResponse, Failure> {
        let mut fields = Fields::default();
        let (as_of, as_known_at) = self.dates.wire(&mut fields);
        parameters::finish(fields)?;
        let request = visitor.request(GetPointsBalancesRequest {
            as_of,
            as_known_at,
            filter: Some(PointsFilter {
                program_ids: listed(&self.program_id),
                member_ids: listed(&self.member_id),
                tiers: listed(&self.tier),
            }),
            group_by: PointsGrouping::Member.into(),
            page: Some(parameters::page(size, after)),
            ..GetPointsBalancesRequest::default()
        })?;
        answer(visitor.points().get_points_balances(request).await)
    }

    fn row(&self, balance: &PointsBalance, texts: &Texts) -> Result<Row, Failure> {
        let member = Member::of(&self.dates, &balance.member_id).address();
        let name = balance::member(&balance.customer_name, &balance.member_number, texts);
        let mut row = vec![
            Cell::text(name).to(member),
            Cell::text(&balance.member_number),
            Cell::text(balance::program(&balance.program_name, &balance.program_id)),
            Cell::text(&balance.tier),
        ];
        row.extend(balance::cells(balance, texts)?);
        Ok(row)
    }
}

impl List for Members {
    const PATH: &'static str = "/points/members";
    const SECTION: Section = Section::Points;

    fn title(&self, language: Language) -> String {
        Texts::of(language).by_member.to_owned()
    }

    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        let texts = Texts::of(visitor.language());
        let mut filters = self.dates.filters(visitor);
        filters.extend(parameters::given([
            (texts.program, &self.program_id),
            (texts.member, &self.member_id),
            (texts.tier, &self.tier),
        ]));
        filters
    }

    async fn chunk(
        &self,
        visitor: &Visitor,
        size: i32,
        after: Option<&str>,
    ) -> Result<Chunk, Failure> {
        let texts = Texts::of(visitor.language());
        let page = self.ask(visitor, size, after).await?;
        let columns = [texts.member, texts.number, texts.program, texts.tier];
        let mut columns: Vec<Column> = columns.map(|name| Column::new(name, Kind::Text)).into();
        columns.extend(balance::columns(texts));
        let rows = page.balances.iter().map(|balance| self.row(balance, texts));
        let rows = rows.collect::<Result<_, _>>()?;
        Ok(Chunk::of(columns, rows, page.next_page_token))
    }
}
