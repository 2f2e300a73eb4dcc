//! The funnel: what stands in each stage, and what became of what came there.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rust_decimal::Decimal;
use tokio_postgres::{Error, Row};
use uuid::Uuid;

use super::{Filter, Range, Reader, standing};
use crate::Status;

/// What to count.
#[derive(Debug, Clone)]
pub struct FunnelQuery {
    /// As it stood just before this instant; `None` is now.
    pub until: Option<Timestamp>,
    /// Which opportunities.
    pub filter: Filter,
    /// Which stays in a stage count for conversion, drop-out and times: those that began within
    /// this span. What stands in a stage is counted whenever it came there.
    pub entered: Range,
    /// What to tell apart.
    pub group_by: GroupBy,
    /// Where months begin.
    pub zone: TimeZone,
}

/// What a funnel is told apart by, beside the stage: as it stands at the time asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GroupBy {
    /// Nothing: one group with an empty key.
    #[default]
    Nothing,
    /// The owner.
    Owner,
    /// The team; an empty key is none.
    Team,
    /// The source; an empty key is none.
    Source,
    /// The month of creation, `2017-06`.
    Month,
}

impl GroupBy {
    /// The key, as SQL over `standing`. `{zone}` is a name that the time zone database knows.
    const fn key(self) -> &'static str {
        match self {
            Self::Nothing => "''::text",
            Self::Owner => "standing.owner",
            Self::Team => "coalesce(standing.team, '')",
            Self::Source => "coalesce(standing.source, '')",
            Self::Month => "to_char(standing.created_at at time zone '{zone}', 'YYYY-MM')",
        }
    }
}

/// The whole answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Funnel {
    /// By key.
    pub groups: Vec<Group>,
}

/// One group; each stage of its pipelines, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// The owner, team, source or month.
    pub key: String,
    /// Its stages, by pipeline and place.
    pub stages: Vec<StageFigures>,
}

impl Group {
    /// All that is open, won or lost in the group.
    pub fn total(&self, status: Status) -> Tally {
        let mut total = Tally::default();
        for stage in &self.stages {
            let tally = stage.tally(status);
            total.count += tally.count;
            for (currency, sum) in &tally.sums {
                *total.sums.entry(currency.clone()).or_default() += *sum;
            }
        }
        total
    }
}

/// How many, and how much in each currency; those without an amount only count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub count: i64,
    /// By currency code.
    pub sums: BTreeMap<String, Decimal>,
}

/// One stage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StageFigures {
    /// Its pipeline.
    pub pipeline: Uuid,
    /// What people call the pipeline.
    pub pipeline_name: String,
    /// For programs.
    pub stage: String,
    /// For people.
    pub name: String,
    /// Its place in the pipeline, from 1.
    pub ordinal: i16,
    /// What stands there and is open.
    pub open: Tally,
    /// What was won there.
    pub won: Tally,
    /// What was lost there.
    pub lost: Tally,
    /// How many opportunities came there.
    pub entered: i64,
    /// Of those, how many went on: to a later stage afterwards, or won.
    pub advanced: i64,
    /// Of those, how many are won.
    pub entered_won: i64,
    /// Of those, how many are lost and were lost there.
    pub dropped: i64,
    /// How many stays there have ended.
    pub finished: i64,
    /// The median of their lengths.
    pub median: Option<SignedDuration>,
    /// The length that nine tenths of them do not pass.
    pub p90: Option<SignedDuration>,
}

impl StageFigures {
    /// What stands there with that outcome.
    pub fn tally(&self, status: Status) -> &Tally {
        match status {
            Status::Open => &self.open,
            Status::Won => &self.won,
            Status::Lost => &self.lost,
        }
    }
}

/// A stage's place in an answer: group, pipeline, stage.
type Place = (String, Uuid, String);

/// What the rules of today say of a stage.
#[derive(Debug, Clone)]
struct Known {
    ordinal: i16,
    name: String,
    pipeline_name: String,
}

impl Reader<'_> {
    /// The funnel.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn funnel(&self, query: &FunnelQuery) -> Result<Funnel, Error> {
        let zone = query.zone.iana_name().unwrap_or("UTC");
        let key = query.group_by.key().replace("{zone}", zone);
        let statement = |text: &str| {
            format!(
                "{}{}",
                include_str!("../sql/standing.sql"),
                text.replace("{key}", &key)
            )
        };
        let params = standing(&self.tenant, &query.until, &query.filter);
        let mut figures: BTreeMap<Place, StageFigures> = BTreeMap::new();
        let sql = statement(include_str!("../sql/funnel_standing.sql"));
        for row in self.rows(&sql, &params).await? {
            tally(figures.entry(place(&row)?).or_default(), &row)?;
        }
        let mut params = params.to_vec();
        params.extend([
            &query.entered.from as &(dyn tokio_postgres::types::ToSql + Sync),
            &query.entered.until,
        ]);
        let sql = statement(include_str!("../sql/funnel_course.sql"));
        for row in self.rows(&sql, &params).await? {
            walked(figures.entry(place(&row)?).or_default(), &row)?;
        }
        let stages = self.stages(query.filter.pipeline).await?;
        Ok(arranged(figures, &stages, query.group_by))
    }

    /// Names and place of every stage of one pipeline, or of all.
    async fn stages(
        &self,
        pipeline: Option<Uuid>,
    ) -> Result<BTreeMap<(Uuid, String), Known>, Error> {
        let sql = "select pipeline, pipeline_name, stage, ordinal, name from {schema}.stages_now
                    where tenant = $1 and ($2::uuid is null or pipeline = $2)";
        let rows = self.rows(sql, &[&self.tenant, &pipeline]).await?;
        rows.iter()
            .map(|row| {
                let key = (row.try_get("pipeline")?, row.try_get("stage")?);
                let known = Known {
                    ordinal: row.try_get("ordinal")?,
                    name: row.try_get("name")?,
                    pipeline_name: row.try_get("pipeline_name")?,
                };
                Ok((key, known))
            })
            .collect()
    }
}

fn place(row: &Row) -> Result<Place, Error> {
    Ok((
        row.try_get("key")?,
        row.try_get("pipeline")?,
        row.try_get("stage")?,
    ))
}

fn tally(figures: &mut StageFigures, row: &Row) -> Result<(), Error> {
    let tally = match row.try_get("status")? {
        Status::Open => &mut figures.open,
        Status::Won => &mut figures.won,
        Status::Lost => &mut figures.lost,
    };
    tally.count += row.try_get::<_, i64>("opportunities")?;
    let currency: Option<String> = row.try_get("currency")?;
    let amount: Option<Decimal> = row.try_get("amount")?;
    if let Some((currency, amount)) = currency.zip(amount) {
        tally.sums.insert(currency, amount);
    }
    Ok(())
}

fn walked(figures: &mut StageFigures, row: &Row) -> Result<(), Error> {
    let length = |column: &str| -> Result<_, Error> {
        Ok(row
            .try_get::<_, Option<i64>>(column)?
            .map(SignedDuration::from_micros))
    };
    figures.entered = row.try_get("entered")?;
    figures.advanced = row.try_get("advanced")?;
    figures.entered_won = row.try_get("won")?;
    figures.dropped = row.try_get("dropped")?;
    figures.finished = row.try_get("finished")?;
    figures.median = length("median")?;
    figures.p90 = length("p90")?;
    Ok(())
}

/// The figures as groups of stages. A stage where nothing happened shows as such; ungrouped, those
/// of every pipeline do, for an empty funnel is an answer too.
fn arranged(
    figures: BTreeMap<Place, StageFigures>,
    stages: &BTreeMap<(Uuid, String), Known>,
    group_by: GroupBy,
) -> Funnel {
    let mut groups: BTreeMap<String, BTreeMap<(Uuid, String), StageFigures>> = BTreeMap::new();
    if group_by == GroupBy::Nothing {
        let all = stages
            .keys()
            .map(|key| (key.clone(), StageFigures::default()));
        groups.insert(String::new(), all.collect());
    }
    for ((key, pipeline, stage), figures) in figures {
        let group = groups.entry(key).or_default();
        for (key, _) in stages.range((pipeline, String::new())..) {
            if key.0 != pipeline {
                break;
            }
            group.entry(key.clone()).or_default();
        }
        group.insert((pipeline, stage), figures);
    }
    let groups = groups.into_iter().map(|(key, figures)| {
        let named = |((pipeline, stage), figures): ((Uuid, String), StageFigures)| {
            let known = stages.get(&(pipeline, stage.clone())).cloned();
            let Known {
                ordinal,
                name,
                pipeline_name,
            } = known.unwrap_or_else(|| Known {
                ordinal: i16::MAX,
                name: stage.clone(),
                pipeline_name: String::new(),
            });
            StageFigures {
                pipeline,
                pipeline_name,
                stage,
                name,
                ordinal,
                ..figures
            }
        };
        let mut stages: Vec<_> = figures.into_iter().map(named).collect();
        stages.sort_by_key(|figures| (figures.pipeline, figures.ordinal));
        Group { key, stages }
    });
    Funnel {
        groups: groups.collect(),
    }
}
