//! The backlog (V-14): what is not resolved now, by state and age.

use guanxi_proto::query::v1::{
    BacklogAge, BacklogGroup, GetBacklogRequest, GetBacklogResponse, ServiceGrouping,
};
use guanxi_runtime::Fields;
use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    Texts, Tickets,
    grouping::{self, Groups},
};
use crate::{
    days::today,
    web::{
        ask::answer,
        chart::{Chart, Point, Series, Shape},
        failure::Failure,
        figure::Figure,
        format::{grouped, moment},
        frame::Section,
        language::Language,
        list::{Chunk, List},
        parameters::{self, Parameter},
        session::Visitor,
        table::{Cell, Column, Kind, Row, instant_of},
    },
};

/// A row for each group.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Backlog {
    pub(super) group_by: Parameter,
}

/// The ages of a bucket.
fn age(age: &BacklogAge, texts: &Texts) -> String {
    match age.last_day {
        Some(last) => format!("{}–{last}", age.first_day),
        None => format!("{} {}", age.first_day, texts.and_more),
    }
}

/// Of these tickets, those of an age.
fn aged(tickets: &Tickets, age: &BacklogAge, today: Date) -> Tickets {
    let ago = |days: i32| today.saturating_sub(i64::from(days).days()).to_string();
    Tickets {
        from: age.last_day.map(ago),
        to: parameters::set(ago(age.first_day)),
        ..tickets.clone()
    }
}

impl Backlog {
    /// Asks for it.
    pub(super) async fn ask(&self, visitor: &Visitor) -> Result<GetBacklogResponse, Failure> {
        let request = visitor.request(GetBacklogRequest {
            group_by: self.grouping()?.into(),
            ..GetBacklogRequest::default()
        })?;
        answer(visitor.desk().get_backlog(request).await)
    }

    fn grouping(&self) -> Result<ServiceGrouping, Failure> {
        let mut fields = Fields::default();
        let grouping = grouping::chosen(&mut fields, &self.group_by);
        parameters::finish(fields)?;
        Ok(grouping)
    }

    /// How much it is, and since when.
    pub(super) fn figure(
        &self,
        visitor: &Visitor,
        backlog: &GetBacklogResponse,
        texts: &Texts,
    ) -> Figure {
        let total = backlog.total.clone().unwrap_or_default();
        let tickets = grouped(total.tickets.into()).into();
        let figure = Figure::new(
            texts.backlog,
            vec![tickets],
            Some(Tickets::unresolved().address()),
        );
        match instant_of(total.oldest_opened_at.as_ref()) {
            Some(oldest) => figure.with_note(format!(
                "{}: {}",
                texts.oldest,
                moment(oldest, &visitor.home.zone, visitor.language())
            )),
            None => figure,
        }
    }

    /// By age, and by state.
    pub(super) fn charts(
        visitor: &Visitor,
        backlog: &GetBacklogResponse,
        texts: &Texts,
    ) -> [Chart; 2] {
        let total = backlog.total.clone().unwrap_or_default();
        let today = today(&visitor.home.zone);
        let ages = backlog.ages.iter().zip(&total.by_age);
        let ages = ages.map(|(bucket, count)| {
            let tickets = aged(&Tickets::unresolved(), bucket, today);
            (age(bucket, texts), *count, tickets)
        });
        let states = [
            (texts.new, total.new_tickets, "new"),
            (texts.open, total.open_tickets, "open"),
            (texts.pending, total.pending_tickets, "pending"),
        ];
        let states =
            states.map(|(name, count, state)| (name.to_owned(), count, Tickets::in_state(state)));
        [
            chart(texts, (texts.backlog_by_age, Shape::Bar, "1"), ages),
            chart(texts, (texts.backlog_by_state, Shape::Row, "3"), states),
        ]
    }

    /// The table.
    pub(super) async fn table(
        &self,
        visitor: &Visitor,
        backlog: &GetBacklogResponse,
        texts: &Texts,
    ) -> Result<Chunk, Failure> {
        let grouping = self.grouping()?;
        let keys = backlog.groups.iter().map(|group| group.key.as_str());
        let groups = Groups::of(visitor, grouping, keys).await?;
        let mut columns = vec![Column::new(grouping::name(grouping, texts), Kind::Text)];
        let counts = [texts.backlog, texts.new, texts.open, texts.pending];
        columns.extend(counts.map(|name| Column::new(name, Kind::Number)));
        let ages = backlog.ages.iter().map(|bucket| age(bucket, texts));
        columns.extend(ages.map(|age| {
            let name = format!("{age} {}", texts.last_days);
            Column::new(name, Kind::Number)
        }));
        columns.push(Column::new(texts.oldest, Kind::Moment));
        let today = today(&visitor.home.zone);
        let rows = backlog.groups.iter();
        let rows = rows.map(|group| row(group, &groups, (&backlog.ages, today), texts));
        Ok(Chunk::whole(columns, rows.collect()))
    }
}

fn chart(
    texts: &Texts,
    (title, shape, colour): (&str, Shape, &'static str),
    bars: impl IntoIterator<Item = (String, i64, Tickets)>,
) -> Chart {
    let (mut categories, mut points) = (vec![], vec![]);
    for (name, count, tickets) in bars {
        categories.push(name);
        points.push(Some(Point {
            value: count.into(),
            text: grouped(count.into()),
            leads_to: Some(tickets.address()),
        }));
    }
    Chart {
        title: title.to_owned(),
        shape,
        stacked: false,
        unit: texts.tickets_count.to_owned(),
        categories,
        series: vec![Series {
            name: texts.backlog.to_owned(),
            colour,
            points,
        }],
    }
}

fn row(
    group: &BacklogGroup,
    groups: &Groups,
    (ages, today): (&[BacklogAge], Date),
    texts: &Texts,
) -> Row {
    let all = groups.tickets(&group.key, &Tickets::unresolved());
    let mut row = vec![groups.cell(&group.key, &Tickets::unresolved(), texts)];
    let counts = [
        (group.tickets, "unresolved"),
        (group.new_tickets, "new"),
        (group.open_tickets, "open"),
        (group.pending_tickets, "pending"),
    ];
    row.extend(counts.map(|(count, state)| {
        let tickets = groups.tickets(&group.key, &Tickets::in_state(state));
        Cell::count(count).to(tickets.address())
    }));
    let by_age = group.by_age.iter().zip(ages);
    row.extend(by_age.map(|(count, age)| Cell::count(*count).to(aged(&all, age, today).address())));
    row.push(Cell::moment(group.oldest_opened_at.as_ref()));
    row
}

impl List for Backlog {
    const PATH: &'static str = "/service/backlog";
    const SECTION: Section = Section::Service;

    fn title(&self, language: Language) -> String {
        Texts::of(language).backlog.to_owned()
    }

    fn filters(&self, _visitor: &Visitor) -> Vec<(&'static str, String)> {
        vec![]
    }

    async fn chunk(
        &self,
        visitor: &Visitor,
        _size: i32,
        _after: Option<&str>,
    ) -> Result<Chunk, Failure> {
        let backlog = self.ask(visitor).await?;
        let texts = Texts::of(visitor.language());
        self.table(visitor, &backlog, texts).await
    }
}
