//! Members whose points expire within some days (L-14), the first to lose some first.

use guanxi_proto::query::v1::{
    ExpiringMember, ExpiringSums, GetExpiringPointsRequest, GetExpiringPointsResponse, PointsFilter,
};
use guanxi_runtime::Fields;
use serde::{Deserialize, Serialize};

use super::{Dates, Texts, balance, member::Member};
use crate::web::{
    ask::answer,
    failure::Failure,
    figure::{Figure, Line},
    format::{grouped, sums},
    frame::Section,
    language::Language,
    list::{Chunk, List},
    parameters::{self, Parameter, listed, text, whole},
    session::Visitor,
    table::{Cell, Column, Kind, Row, Value},
};

/// The days ahead, where none are given.
pub(super) const AHEAD: i32 = 90;

/// A row for each member.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Expiring {
    #[serde(flatten)]
    pub(super) dates: Dates,
    pub(super) within: Parameter,
    pub(super) program_id: Parameter,
}

impl Expiring {
    /// Of all programs.
    pub(super) fn of(dates: &Dates, within: i32) -> Self {
        Self {
            dates: dates.clone(),
            within: parameters::set(within.to_string()),
            program_id: None,
        }
    }

    /// Asks for some of them.
    pub(super) async fn ask(
        &self,
        visitor: &Visitor,
        size: i32,
        after: Option<&str>,
    ) -> Result<GetExpiringPointsResponse, Failure> {
        let mut fields = Fields::default();
        let (as_of, as_known_at) = self.dates.wire(&mut fields);
        let within = whole(&mut fields, "within", &self.within);
        parameters::finish(fields)?;
        let request = visitor.request(GetExpiringPointsRequest {
            as_of,
            as_known_at,
            within_days: within.unwrap_or(AHEAD),
            filter: Some(PointsFilter {
                program_ids: listed(&self.program_id),
                ..PointsFilter::default()
            }),
            page: Some(parameters::page(size, after)),
            ..GetExpiringPointsRequest::default()
        })?;
        answer(visitor.points().get_expiring_points(request).await)
    }

    /// What they are worth, and whose they are.
    pub(super) fn figure(
        &self,
        name: &'static str,
        totals: &[ExpiringSums],
        texts: &Texts,
    ) -> Result<Figure, Failure> {
        let members: i64 = totals.iter().map(|total| total.members).sum();
        let worth = sums(totals.iter().filter_map(|total| total.worth.as_ref()))?;
        let worth = worth.into_iter().map(Line::from).collect();
        let note = format!(
            "{} {} · {} {}",
            text(&self.within).unwrap_or_default(),
            texts.days,
            grouped(members.into()),
            texts.members.to_lowercase(),
        );
        Ok(Figure::new(name, worth, Some(self.address())).with_note(note))
    }

    /// The table.
    pub(super) fn table(
        &self,
        page: GetExpiringPointsResponse,
        texts: &Texts,
    ) -> Result<Chunk, Failure> {
        let columns = [
            (texts.member, Kind::Text),
            (texts.number, Kind::Text),
            (texts.program, Kind::Text),
            (texts.tier, Kind::Text),
            (texts.expiring_points, Kind::Number),
            (texts.pending, Kind::Number),
            (texts.lots, Kind::Number),
            (texts.first_expires, Kind::Moment),
            (texts.worth, Kind::Money),
        ];
        let columns = columns.map(|(name, kind)| Column::new(name, kind));
        let rows = page.members.iter().map(|one| self.row(one, texts));
        let rows = rows.collect::<Result<_, _>>()?;
        Ok(Chunk::of(columns.into(), rows, page.next_page_token))
    }

    fn row(&self, one: &ExpiringMember, texts: &Texts) -> Result<Row, Failure> {
        let sums = one.sums.as_ref();
        let sums = sums.ok_or_else(|| Failure::internal("expiring points have no sums"))?;
        let member = Member::of(&self.dates, &one.member_id).address();
        let name = balance::member(&one.customer_name, &one.member_number, texts);
        Ok(vec![
            Cell::text(name).to(member.clone()),
            Cell::text(&one.member_number),
            Cell::text(balance::program(&sums.program_name, &sums.program_id)),
            Cell::text(&one.tier),
            Cell::decimal(&sums.points, Value::Number).to(member.clone()),
            Cell::decimal(&sums.pending, Value::Number),
            Cell::count(sums.lots).to(member),
            Cell::moment(sums.first_expires_at.as_ref()),
            Cell::money(sums.worth.as_ref())?,
        ])
    }
}

impl List for Expiring {
    const PATH: &'static str = "/points/expiring";
    const SECTION: Section = Section::Points;

    fn title(&self, language: Language) -> String {
        Texts::of(language).expiring.to_owned()
    }

    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        let texts = Texts::of(visitor.language());
        let mut filters = self.dates.filters(visitor);
        let within = text(&self.within).map(|days| format!("{days} {}", texts.days));
        filters.extend(within.map(|days| (texts.within, days)));
        filters.extend(parameters::given([(texts.program, &self.program_id)]));
        filters
    }

    async fn chunk(
        &self,
        visitor: &Visitor,
        size: i32,
        after: Option<&str>,
    ) -> Result<Chunk, Failure> {
        let page = self.ask(visitor, size, after).await?;
        self.table(page, Texts::of(visitor.language()))
    }
}
