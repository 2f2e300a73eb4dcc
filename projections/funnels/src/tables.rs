//! Courses in and out of the tables: a few statements for a whole batch.

use std::collections::BTreeMap;

use guanxi_projection::Write;
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use tokio_postgres::{Error, Row, types::ToSql};
use uuid::Uuid;

use crate::fold::{Amount, Course, Details, Span, State};

/// Tenant and opportunity.
pub(crate) type Id = (String, Uuid);

/// The courses of a batch, in the order of their keys, so that two transactions never wait for each
/// other crosswise and the index is walked in one direction.
pub(crate) type Courses = BTreeMap<Id, Course>;

/// The opportunities as they stand, without their past.
pub(crate) async fn load(write: &Write<'_>, ids: &[&Id]) -> Result<Courses, Error> {
    let rows = wanted(write, include_str!("sql/load_opportunities.sql"), ids).await?;
    let mut courses = Courses::new();
    for row in &rows {
        let course = Course {
            pipeline: row.try_get("pipeline")?,
            created_at: row.try_get("created_at")?,
            version: row.try_get("version")?,
            unloaded: row.try_get("spans")?,
            earlier: Vec::new(),
            last: Span {
                from: row.try_get("valid_from")?,
                state: state(row)?,
                left: false,
            },
        };
        courses.insert((row.try_get("tenant")?, row.try_get("id")?), course);
    }
    Ok(courses)
}

/// Adds their whole past to courses fresh from [`load`].
pub(crate) async fn load_past(
    write: &Write<'_>,
    ids: &[&Id],
    courses: &mut Courses,
) -> Result<(), Error> {
    for row in wanted(write, include_str!("sql/load_spans.sql"), ids).await? {
        let id: Id = (row.try_get("tenant")?, row.try_get("id")?);
        if let Some(course) = courses.get_mut(&id) {
            course.unloaded = 0;
            course.earlier.push(Span {
                from: row.try_get("valid_from")?,
                state: state(&row)?,
                left: row.try_get("left_by_step")?,
            });
        }
    }
    Ok(())
}

async fn wanted(write: &Write<'_>, sql: &str, ids: &[&Id]) -> Result<Vec<Row>, Error> {
    let (tenants, ids): (Vec<&str>, Vec<Uuid>) = ids
        .iter()
        .map(|(tenant, id)| (tenant.as_str(), *id))
        .unzip();
    write.query(sql, &[&tenants, &ids]).await
}

/// The state that a row of either table holds.
pub(crate) fn state(row: &Row) -> Result<State, Error> {
    let value: Option<Decimal> = row.try_get("amount")?;
    let currency: Option<String> = row.try_get("currency")?;
    Ok(State {
        stage: row.try_get("stage")?,
        stage_since: row.try_get("stage_since")?,
        status: row.try_get("status")?,
        probability: row.try_get("probability")?,
        closed_at: row.try_get("closed_at")?,
        close_reason: row.try_get("close_reason")?,
        owner: row.try_get("owner")?,
        team: row.try_get("team")?,
        details: Details {
            title: row.try_get("title")?,
            customer: row.try_get("customer")?,
            amount: value
                .zip(currency)
                .map(|(value, currency)| Amount { value, currency }),
            expected_close: row.try_get("expected_close")?,
            source: row.try_get("source")?,
            priority: row.try_get("priority")?,
        },
    })
}

/// Writes courses back: what they are now, and the spans that are loaded.
pub(crate) async fn store(write: &Write<'_>, courses: &Courses) -> Result<(), Error> {
    let mut now = Heads::default();
    let mut past = Spans::default();
    for ((tenant, id), course) in courses {
        now.push(tenant, *id, course);
        let begins = course.earlier.iter().skip(1).map(|span| span.from);
        let ends = begins.chain([course.last.from]);
        for ((span, until), n) in course.earlier.iter().zip(ends).zip(course.unloaded..) {
            past.push(tenant, *id, course, (n, span, until));
        }
    }
    let (now_params, past_params) = (now.params(), past.params());
    let now = write.execute(include_str!("sql/write_opportunities.sql"), &now_params);
    let past = async {
        if past.ids.is_empty() {
            return Ok(0);
        }
        write
            .execute(include_str!("sql/write_spans.sql"), &past_params)
            .await
    };
    futures::try_join!(now, past)?;
    Ok(())
}

type Params<'a> = Vec<&'a (dyn ToSql + Sync)>;

/// Columns of `opportunities`.
#[derive(Default)]
struct Heads<'a> {
    tenants: Vec<&'a str>,
    ids: Vec<Uuid>,
    pipelines: Vec<Uuid>,
    created_at: Vec<Timestamp>,
    versions: Vec<i64>,
    spans: Vec<i32>,
    from: Vec<Timestamp>,
    states: States<'a>,
}

impl<'a> Heads<'a> {
    fn push(&mut self, tenant: &'a str, id: Uuid, course: &'a Course) {
        self.tenants.push(tenant);
        self.ids.push(id);
        self.pipelines.push(course.pipeline);
        self.created_at.push(course.created_at);
        self.versions.push(course.version);
        self.spans.push(course.ended());
        self.from.push(course.last.from);
        self.states.push(&course.last.state);
    }

    fn params(&self) -> Params<'_> {
        let own: [&(dyn ToSql + Sync); 7] = [
            &self.tenants,
            &self.ids,
            &self.pipelines,
            &self.created_at,
            &self.versions,
            &self.spans,
            &self.from,
        ];
        own.into_iter().chain(self.states.params()).collect()
    }
}

/// Columns of `spans`.
#[derive(Default)]
struct Spans<'a> {
    tenants: Vec<&'a str>,
    ids: Vec<Uuid>,
    pipelines: Vec<Uuid>,
    created_at: Vec<Timestamp>,
    n: Vec<i32>,
    from: Vec<Timestamp>,
    until: Vec<Timestamp>,
    left: Vec<bool>,
    states: States<'a>,
}

impl<'a> Spans<'a> {
    fn push(
        &mut self,
        tenant: &'a str,
        id: Uuid,
        course: &Course,
        (n, span, until): (i32, &'a Span, Timestamp),
    ) {
        self.tenants.push(tenant);
        self.ids.push(id);
        self.pipelines.push(course.pipeline);
        self.created_at.push(course.created_at);
        self.n.push(n);
        self.from.push(span.from);
        self.until.push(until);
        self.left.push(span.left);
        self.states.push(&span.state);
    }

    fn params(&self) -> Params<'_> {
        let own: [&(dyn ToSql + Sync); 8] = [
            &self.tenants,
            &self.ids,
            &self.pipelines,
            &self.created_at,
            &self.n,
            &self.from,
            &self.until,
            &self.left,
        ];
        own.into_iter().chain(self.states.params()).collect()
    }
}

/// The columns that both tables share, in their order.
#[derive(Default)]
struct States<'a> {
    stages: Vec<&'a str>,
    since: Vec<Timestamp>,
    statuses: Vec<&'static str>,
    probabilities: Vec<i16>,
    closed_at: Vec<Option<Timestamp>>,
    reasons: Vec<Option<&'a str>>,
    owners: Vec<&'a str>,
    teams: Vec<Option<&'a str>>,
    titles: Vec<&'a str>,
    customers: Vec<Option<Uuid>>,
    amounts: Vec<Option<Decimal>>,
    currencies: Vec<Option<&'a str>>,
    expected: Vec<Option<Date>>,
    sources: Vec<Option<&'a str>>,
    priorities: Vec<bool>,
}

impl<'a> States<'a> {
    fn push(&mut self, state: &'a State) {
        let details = &state.details;
        self.stages.push(&state.stage);
        self.since.push(state.stage_since);
        self.statuses.push(state.status.as_str());
        self.probabilities.push(state.probability);
        self.closed_at.push(state.closed_at);
        self.reasons.push(state.close_reason.as_deref());
        self.owners.push(&state.owner);
        self.teams.push(state.team.as_deref());
        self.titles.push(&details.title);
        self.customers.push(details.customer);
        self.amounts
            .push(details.amount.as_ref().map(|amount| amount.value));
        self.currencies.push(
            details
                .amount
                .as_ref()
                .map(|amount| amount.currency.as_str()),
        );
        self.expected.push(details.expected_close);
        self.sources.push(details.source.as_deref());
        self.priorities.push(details.priority);
    }

    fn params(&self) -> [&(dyn ToSql + Sync); 15] {
        [
            &self.stages,
            &self.since,
            &self.statuses,
            &self.probabilities,
            &self.closed_at,
            &self.reasons,
            &self.owners,
            &self.teams,
            &self.titles,
            &self.customers,
            &self.amounts,
            &self.currencies,
            &self.expected,
            &self.sources,
            &self.priorities,
        ]
    }
}
