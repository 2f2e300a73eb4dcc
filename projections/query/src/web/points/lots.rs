//! A member's lots (L-14), in the order in which they are spent.

use guanxi_proto::query::v1::{ListPointsLotsRequest, PointsCause, PointsLot, PointsLotState};
use guanxi_runtime::Fields;
use serde::{Deserialize, Serialize};

use super::{Dates, Texts, texts};
use crate::web::{
    ask::answer,
    failure::Failure,
    format::Amount,
    frame::Section,
    language::Language,
    list::{Chunk, List},
    parameters::{self, Parameter, plain, text, word},
    session::Visitor,
    table::{Cell, Column, Kind, Row, Tone, Value},
};

/// A row for each lot.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Lots {
    #[serde(flatten)]
    pub(super) dates: Dates,
    pub(super) member_id: Parameter,
    pub(super) state: Parameter,
}

impl Lots {
    /// A member's at these dates.
    pub(super) fn of(dates: &Dates, member: &str) -> Self {
        Self {
            dates: dates.clone(),
            member_id: parameters::set(member),
            state: None,
        }
    }
}

fn state_of(word: &str) -> Option<PointsLotState> {
    match word {
        "pending" => Some(PointsLotState::Pending),
        "active" => Some(PointsLotState::Active),
        "expired" => Some(PointsLotState::Expired),
        "used" => Some(PointsLotState::Used),
        _ => None,
    }
}

/// What caused something, in a few words.
pub(super) fn cause(cause: Option<&PointsCause>, texts: &Texts) -> Result<String, Failure> {
    let Some(cause) = cause else {
        return Ok(String::new());
    };
    let purpose = texts::purpose(cause.purpose(), texts);
    let value = cause.value.as_ref().map(Amount::of).transpose()?;
    let value = value.map_or_else(String::new, Amount::text);
    let parts = [
        texts::cause(cause.kind(), texts),
        &cause.reference,
        &cause.member_number,
        purpose,
        &value,
        &cause.shop,
    ];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Ok(parts.join(" · "))
}

/// The versions of the rules by which something happened; nothing where none did.
pub(super) fn versions(program: i32, earning: i32, texts: &Texts) -> Vec<String> {
    let all = [
        (texts.program_rules, program),
        (texts.earning_rules, earning),
    ];
    let made = all.into_iter().filter(|(_, version)| *version > 0);
    made.map(|(name, version)| format!("{name}: {} {version}", texts.version))
        .collect()
}

fn row(lot: &PointsLot, texts: &Texts) -> Result<Row, Failure> {
    let tone = match lot.state() {
        PointsLotState::Active => Tone::Good,
        _ => Tone::Calm,
    };
    let number = |text: &str| Cell::decimal(text, Value::Number);
    let rules = versions(lot.program_version, lot.rules_version, texts);
    Ok(vec![
        Cell::count(lot.lot),
        Cell::text(cause(lot.source.as_ref(), texts)?),
        Value::Mark(tone, texts::state(lot.state(), texts)).into(),
        Cell::moment(lot.earned_at.as_ref()),
        Cell::moment(lot.active_at.as_ref()),
        Cell::moment(lot.expires_at.as_ref()),
        number(&lot.points),
        number(&lot.pending),
        number(&lot.remaining),
        number(&lot.expired),
        Cell::text(rules.join(" · ")),
        Cell::text(&lot.tier),
    ])
}

impl List for Lots {
    const PATH: &'static str = "/points/lots";
    const SECTION: Section = Section::Points;

    fn title(&self, language: Language) -> String {
        Texts::of(language).lots.to_owned()
    }

    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        let texts = Texts::of(visitor.language());
        let mut filters = self.dates.filters(visitor);
        filters.extend(parameters::given([(texts.member, &self.member_id)]));
        let state = text(&self.state).and_then(state_of);
        let state = state.map(|state| texts::state(state, texts).to_owned());
        filters.extend(state.map(|state| (texts.state, state)));
        filters
    }

    async fn chunk(
        &self,
        visitor: &Visitor,
        size: i32,
        after: Option<&str>,
    ) -> Result<Chunk, Failure> {
        let texts = Texts::of(visitor.language());
        let mut fields = Fields::default();
        let (as_of, as_known_at) = self.dates.wire(&mut fields);
        let state = word(&mut fields, "state", &self.state, state_of);
        parameters::finish(fields)?;
        let request = visitor.request(ListPointsLotsRequest {
            as_of,
            as_known_at,
            member_id: plain(&self.member_id),
            states: state.map(i32::from).into_iter().collect(),
            page: Some(parameters::page(size, after)),
            ..ListPointsLotsRequest::default()
        })?;
        let page = answer(visitor.points().list_points_lots(request).await)?;
        let columns = [
            (texts.lot, Kind::Number),
            (texts.source, Kind::Text),
            (texts.state, Kind::Text),
            (texts.earned_at, Kind::Moment),
            (texts.active_at, Kind::Moment),
            (texts.expires_at, Kind::Moment),
            (texts.came_with, Kind::Number),
            (texts.pending, Kind::Number),
            (texts.remaining, Kind::Number),
            (texts.expired, Kind::Number),
            (texts.rules, Kind::Text),
            (texts.tier, Kind::Text),
        ];
        let columns = columns.map(|(name, kind)| Column::new(name, kind));
        let rows = page.lots.iter().map(|lot| row(lot, texts));
        let rows = rows.collect::<Result<_, _>>()?;
        Ok(Chunk::of(columns.into(), rows, page.next_page_token))
    }
}
