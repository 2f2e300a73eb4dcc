//! What outstanding points come to in money (L-21).

use guanxi_proto::query::v1::{
    GetPointsLiabilityRequest, GetPointsLiabilityResponse, ProgramLiability,
};
use guanxi_runtime::Fields;
use serde::{Deserialize, Serialize};

use super::{Dates, Members, Texts, balance};
use crate::web::{
    ask::answer,
    failure::Failure,
    figure::{Figure, Line},
    format::sums,
    frame::Section,
    language::Language,
    list::{Chunk, List},
    parameters::{self, Parameter, listed},
    session::Visitor,
    table::{Cell, Column, Kind, Row, Value},
};

/// A row for each program.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Liability {
    #[serde(flatten)]
    dates: Dates,
    program_id: Parameter,
}

impl Liability {
    /// At these dates.
    pub(super) fn of(dates: &Dates) -> Self {
        Self {
            dates: dates.clone(),
            program_id: None,
        }
    }

    /// Asks for it.
    pub(super) async fn ask(
        &self,
        visitor: &Visitor,
    ) -> Result<GetPointsLiabilityResponse, Failure> {
        let mut fields = Fields::default();
        let (as_of, as_known_at) = self.dates.wire(&mut fields);
        parameters::finish(fields)?;
        let request = visitor.request(GetPointsLiabilityRequest {
            as_of,
            as_known_at,
            program_ids: listed(&self.program_id),
            ..GetPointsLiabilityRequest::default()
        })?;
        answer(visitor.points().get_points_liability(request).await)
    }

    /// What all programs owe.
    pub(super) fn figure(
        &self,
        liability: &GetPointsLiabilityResponse,
        texts: &Texts,
    ) -> Result<Figure, Failure> {
        let programs = liability.programs.iter();
        let sums = sums(programs.filter_map(|program| program.outstanding_value.as_ref()))?;
        let sums = sums.into_iter().map(Line::from).collect();
        Ok(Figure::new(texts.liability, sums, Some(self.address())))
    }

    /// The table.
    pub(super) fn table(
        &self,
        liability: &GetPointsLiabilityResponse,
        texts: &Texts,
    ) -> Result<Chunk, Failure> {
        let columns = [
            (texts.program, Kind::Text),
            (texts.shop, Kind::Text),
            (texts.members, Kind::Number),
            (texts.active, Kind::Number),
            (texts.pending, Kind::Number),
            (texts.debt, Kind::Number),
            (texts.point_value, Kind::Number),
            (texts.active_value, Kind::Money),
            (texts.pending_value, Kind::Money),
            (texts.liability, Kind::Money),
            (texts.debt_value, Kind::Money),
        ];
        let columns = columns.map(|(name, kind)| Column::new(name, kind));
        let rows = liability.programs.iter().map(|one| self.row(one));
        Ok(Chunk::whole(
            columns.into(),
            rows.collect::<Result<_, _>>()?,
        ))
    }

    fn row(&self, one: &ProgramLiability) -> Result<Row, Failure> {
        let members = Members {
            program_id: parameters::set(&one.program_id),
            ..Members::of(&self.dates)
        };
        let members = members.address();
        let name = balance::program(&one.program_name, &one.program_id);
        let number = |text: &str| Cell::decimal(text, Value::Number);
        Ok(vec![
            Cell::text(name).to(members.clone()),
            Cell::text(&one.shop),
            Cell::count(one.members).to(members),
            number(&one.active),
            number(&one.pending),
            number(&one.debt),
            number(&one.point_value),
            Cell::money(one.active_value.as_ref())?,
            Cell::money(one.pending_value.as_ref())?,
            Cell::money(one.outstanding_value.as_ref())?,
            Cell::money(one.debt_value.as_ref())?,
        ])
    }
}

impl List for Liability {
    const PATH: &'static str = "/points/liability";
    const SECTION: Section = Section::Points;

    fn title(&self, language: Language) -> String {
        Texts::of(language).liability.to_owned()
    }

    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        let texts = Texts::of(visitor.language());
        let mut filters = self.dates.filters(visitor);
        filters.extend(parameters::given([(texts.program, &self.program_id)]));
        filters
    }

    async fn chunk(
        &self,
        visitor: &Visitor,
        _size: i32,
        _after: Option<&str>,
    ) -> Result<Chunk, Failure> {
        let liability = self.ask(visitor).await?;
        self.table(&liability, Texts::of(visitor.language()))
    }
}
