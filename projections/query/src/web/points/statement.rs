//! A member's statement (积分明细, L-20): each line with what explains it.

use guanxi_proto::query::v1::{
    GetPointsStatementRequest, PointsAccount, PointsLineLot, PointsStanding, PointsStatementLine,
};
use guanxi_runtime::Fields;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Dates, Texts, lots, texts};
use crate::web::{
    ask::answer,
    failure::Failure,
    format::grouped,
    frame::Section,
    language::Language,
    list::{Chunk, List},
    parameters::{self, Parameter, date, days, plain, text, word},
    session::Visitor,
    table::{Cell, Column, Kind, Row, Value},
};

/// A row for each line.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Statement {
    member_id: Parameter,
    /// `reward`, where it is not `tier`.
    account: Parameter,
    from: Parameter,
    to: Parameter,
    as_known_at: Parameter,
}

impl Statement {
    /// Of reward points, up to a day.
    pub(super) fn of(dates: &Dates, member: &str) -> Self {
        Self {
            member_id: parameters::set(member),
            to: dates.as_of.clone(),
            as_known_at: dates.as_known_at.clone(),
            ..Self::default()
        }
    }

    /// The same of tier points.
    pub(super) fn of_tier(dates: &Dates, member: &str) -> Self {
        Self {
            account: parameters::set("tier"),
            ..Self::of(dates, member)
        }
    }

    fn is_of_tier(&self) -> bool {
        text(&self.account) == Some("tier")
    }

    fn message(&self) -> Result<GetPointsStatementRequest, Failure> {
        let mut fields = Fields::default();
        let days = days(&mut fields, ("from", &self.from), ("to", &self.to));
        let as_known_at = date(&mut fields, "as_known_at", &self.as_known_at);
        let account = word(&mut fields, "account", &self.account, |word| match word {
            "reward" => Some(PointsAccount::Reward),
            "tier" => Some(PointsAccount::Tier),
            _ => None,
        });
        parameters::finish(fields)?;
        Ok(GetPointsStatementRequest {
            days,
            as_known_at,
            account: account.unwrap_or_default().into(),
            member_id: plain(&self.member_id),
            ..GetPointsStatementRequest::default()
        })
    }
}

fn columns(texts: &Texts) -> Vec<Column> {
    let all = [
        (texts.at, Kind::Moment),
        (texts.line, Kind::Text),
        (texts.quantity, Kind::Number),
        (texts.active_after, Kind::Number),
        (texts.pending_after, Kind::Number),
        (texts.cause, Kind::Text),
        (texts.rules, Kind::Text),
        (texts.lots, Kind::Text),
        (texts.debt, Kind::Number),
        (texts.owed, Kind::Number),
        (texts.lapsed, Kind::Number),
        (texts.reason, Kind::Text),
        (texts.requested_by, Kind::Text),
        (texts.approved_by, Kind::Text),
        (texts.recorded, Kind::Moment),
    ];
    all.map(|(name, kind)| Column::new(name, kind)).into()
}

/// A balance before the first or after the last line.
fn balance(name: &str, standing: Option<&PointsStanding>, width: usize) -> Result<Row, Failure> {
    let figures = standing.and_then(|standing| standing.points.as_ref());
    let figures = figures.ok_or_else(|| Failure::internal("a statement has no balance"))?;
    let number = |text: &str| Cell::decimal(text, Value::Number);
    let mut row = vec![
        Value::None.into(),
        Cell::text(name),
        Value::None.into(),
        number(&figures.active),
        number(&figures.pending),
    ];
    row.resize(width, Value::None.into());
    Ok(row)
}

fn row(line: &PointsStatementLine, texts: &Texts) -> Result<Row, Failure> {
    let number = |text: &str| Cell::decimal(text, Value::Number);
    let lots: Vec<String> = line.lots.iter().map(|lot| moved(lot, texts)).collect();
    Ok(vec![
        Cell::moment(line.occurred_at.as_ref()),
        Cell::text(texts::line(line.kind(), texts)),
        number(&line.quantity),
        number(&line.active_after),
        number(&line.pending_after),
        Cell::text(lots::cause(line.cause.as_ref(), texts)?),
        Cell::text(rules(line, texts)),
        Cell::text(lots.join(" · ")),
        number(&line.debt),
        number(&line.owed),
        number(&line.lapsed),
        Cell::text(&line.reason),
        Cell::text(&line.requested_by),
        Cell::text(&line.approved_by),
        Cell::moment(line.recorded_at.as_ref()),
    ])
}

/// By which rules: their versions, the tier and its factor, and what each rule gave.
fn rules(line: &PointsStatementLine, texts: &Texts) -> String {
    let rules = line.rules.clone().unwrap_or_default();
    let mut parts = lots::versions(line.program_version, rules.version, texts);
    if !rules.tier.is_empty() {
        parts.push(format!("{} × {}", rules.tier, rules.factor));
    }
    let shares = rules.rules.iter();
    parts.extend(shares.map(|share| format!("{} {}", share.rule, signed(&share.points))));
    if rules
        .capped
        .parse()
        .is_ok_and(|capped: Decimal| !capped.is_zero())
    {
        parts.push(format!("{} {}", texts.capped, rules.capped));
    }
    parts.join(" · ")
}

/// What a line does to a lot.
fn moved(lot: &PointsLineLot, texts: &Texts) -> String {
    let zero = |text: &str| text.parse().is_ok_and(|number: Decimal| number.is_zero());
    let mut text = format!("#{}", lot.lot);
    if !zero(&lot.active) {
        text.push_str(&format!(" {}", signed(&lot.active)));
    }
    if !zero(&lot.pending) {
        text.push_str(&format!(
            " {} {}",
            texts.pending.to_lowercase(),
            signed(&lot.pending)
        ));
    }
    text
}

/// A number with its sign.
fn signed(text: &str) -> String {
    let number: Decimal = text.parse().unwrap_or_default();
    let plus = if number > Decimal::ZERO { "+" } else { "" };
    format!("{plus}{}", grouped(number))
}

impl List for Statement {
    const PATH: &'static str = "/points/statement";
    const SECTION: Section = Section::Points;

    fn title(&self, language: Language) -> String {
        let texts = Texts::of(language);
        let title = match self.is_of_tier() {
            true => texts.tier_statement,
            false => texts.statement,
        };
        title.to_owned()
    }

    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        let texts = Texts::of(visitor.language());
        parameters::given([
            (texts.member, &self.member_id),
            (texts.from, &self.from),
            (texts.to, &self.to),
            (texts.as_known_at, &self.as_known_at),
        ])
    }

    async fn chunk(
        &self,
        visitor: &Visitor,
        size: i32,
        after: Option<&str>,
    ) -> Result<Chunk, Failure> {
        let texts = Texts::of(visitor.language());
        let mut message = self.message()?;
        message.page = Some(parameters::page(size, after));
        let request = visitor.request(message)?;
        let page = answer(visitor.points().get_points_statement(request).await)?;
        let columns = columns(texts);
        let mut rows = Vec::new();
        if after.is_none() {
            rows.push(balance(
                texts.opening,
                page.opening.as_ref(),
                columns.len(),
            )?);
        }
        for line in &page.lines {
            rows.push(row(line, texts)?);
        }
        if page.next_page_token.is_empty() {
            rows.push(balance(
                texts.closing,
                page.closing.as_ref(),
                columns.len(),
            )?);
        }
        Ok(Chunk::of(columns, rows, page.next_page_token))
    }
}
