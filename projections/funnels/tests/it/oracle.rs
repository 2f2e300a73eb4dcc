//! The same answers by the plainest means: go through all that happened, once for every question.

use std::collections::{BTreeMap, BTreeSet};

use guanxi_events::{Money, TenantId, sales::OpportunityEvent};
use guanxi_funnels::Status;
use guanxi_funnels::queries::{Group, GroupBy, StageFigures, Tally};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use uuid::Uuid;

use crate::deals::{ROTTING_DAYS, STAGES, Told};

/// An opportunity at some time, and its stays in stages.
#[derive(Debug, Clone)]
pub(crate) struct Deal {
    pub(crate) id: Uuid,
    pub(crate) created_at: Timestamp,
    pub(crate) stage: String,
    pub(crate) status: Status,
    pub(crate) owner: String,
    pub(crate) team: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) title: String,
    pub(crate) amount: Option<Money>,
    /// Stage, entered, left.
    pub(crate) stays: Vec<(String, Timestamp, Option<Timestamp>)>,
}

impl Deal {
    /// Since when it rots, if it does before `until`.
    pub(crate) fn rotting_since(&self, until: Option<Timestamp>) -> Option<Timestamp> {
        let (stage, entered, left) = self.stays.last()?;
        if left.is_some() {
            return None;
        }
        let hours = i64::from(ROTTING_DAYS[ordinal(stage)]?) * 24;
        let since = *entered + SignedDuration::from_hours(hours);
        (since < until.unwrap_or_else(Timestamp::now)).then_some(since)
    }
}

/// Every opportunity of a tenant as what was dated before `until` leaves it.
pub(crate) fn deals(told: &[Told], tenant: &TenantId, until: Option<Timestamp>) -> Vec<Deal> {
    let mut deals: BTreeMap<Uuid, Deal> = BTreeMap::new();
    let mut last_step: BTreeMap<Uuid, Timestamp> = BTreeMap::new();
    for told in told.iter().filter(|told| told.tenant == *tenant) {
        let is_step = !matches!(
            told.event,
            OpportunityEvent::Changed(_)
                | OpportunityEvent::Assigned(_)
                | OpportunityEvent::LinesSet(_)
        );
        let mut at = told.at;
        if is_step {
            let last = last_step.entry(told.id).or_insert(at);
            *last = at.max(*last);
            at = *last;
        }
        if until.is_none_or(|until| at < until) {
            tell(&mut deals, told, at);
        }
    }
    deals.into_values().collect()
}

fn tell(deals: &mut BTreeMap<Uuid, Deal>, told: &Told, at: Timestamp) {
    if let OpportunityEvent::Opened(opened) = &told.event {
        let deal = Deal {
            id: told.id,
            created_at: at,
            stage: opened.entry.stage.to_string(),
            status: Status::Open,
            owner: opened.owner.to_string(),
            team: opened.team.clone(),
            source: opened.details.source.clone(),
            title: opened.details.title.clone(),
            amount: opened.details.amount,
            stays: vec![(opened.entry.stage.to_string(), at, None)],
        };
        deals.insert(told.id, deal);
        return;
    }
    // Dated before it was opened, as of a time when it was not.
    let Some(deal) = deals.get_mut(&told.id) else {
        return;
    };
    let (stage, status) = match &told.event {
        OpportunityEvent::Opened(_) => return,
        OpportunityEvent::Changed(changed) => {
            deal.source = changed.details.source.clone();
            deal.title = changed.details.title.clone();
            deal.amount = changed.details.amount;
            return;
        }
        OpportunityEvent::Assigned(assigned) => {
            deal.owner = assigned.owner.to_string();
            deal.team = assigned.team.clone();
            return;
        }
        OpportunityEvent::LinesSet(set) => {
            deal.amount = set.amount;
            return;
        }
        OpportunityEvent::StageChanged(changed) => (&changed.entry.stage, Status::Open),
        OpportunityEvent::Reopened(reopened) => (&reopened.entry.stage, Status::Open),
        OpportunityEvent::Won(won) => {
            deal.amount = Some(won.amount);
            (&won.entry.stage, Status::Won)
        }
        OpportunityEvent::Lost(lost) => (&lost.entry.stage, Status::Lost),
    };
    if let Some((_, _, left)) = deal.stays.last_mut() {
        left.get_or_insert(at);
    }
    deal.stage = stage.to_string();
    deal.status = status;
    if status == Status::Open {
        deal.stays.push((stage.to_string(), at, None));
    }
}

fn ordinal(stage: &str) -> usize {
    STAGES.iter().position(|known| *known == stage).unwrap()
}

/// The funnel of one pipeline over these.
pub(crate) fn funnel(
    deals: &[Deal],
    (pipeline, pipeline_name): (Uuid, &str),
    group_by: GroupBy,
    zone: &TimeZone,
    entered: (Option<Timestamp>, Option<Timestamp>),
) -> Vec<Group> {
    let key = |deal: &Deal| match group_by {
        GroupBy::Nothing => String::new(),
        GroupBy::Owner => deal.owner.clone(),
        GroupBy::Team => deal.team.clone().unwrap_or_default(),
        GroupBy::Source => deal.source.clone().unwrap_or_default(),
        GroupBy::Month => {
            let day = deal.created_at.to_zoned(zone.clone()).date();
            format!("{:04}-{:02}", day.year(), day.month())
        }
    };
    let mut keys: BTreeSet<String> = deals.iter().map(key).collect();
    if group_by == GroupBy::Nothing {
        keys.insert(String::new());
    }
    let group = |name: String| {
        let deals: Vec<&Deal> = deals.iter().filter(|deal| key(deal) == name).collect();
        let stages = STAGES
            .iter()
            .map(|stage| figures(&deals, pipeline, stage, entered))
            .map(|figures| StageFigures {
                pipeline_name: pipeline_name.to_owned(),
                ..figures
            });
        Group {
            stages: stages.collect(),
            key: name,
        }
    };
    keys.into_iter().map(group).collect()
}

fn figures(
    deals: &[&Deal],
    pipeline: Uuid,
    stage: &str,
    (from, until): (Option<Timestamp>, Option<Timestamp>),
) -> StageFigures {
    let mut figures = StageFigures {
        pipeline,
        stage: stage.to_owned(),
        name: stage.to_uppercase(),
        ordinal: i16::try_from(ordinal(stage) + 1).unwrap(),
        open: standing(deals, stage, Status::Open),
        won: standing(deals, stage, Status::Won),
        lost: standing(deals, stage, Status::Lost),
        ..StageFigures::default()
    };
    let mut lengths = Vec::new();
    for deal in deals {
        let counted: Vec<usize> = (0..deal.stays.len())
            .filter(|n| {
                let (name, entered, _) = &deal.stays[*n];
                name == stage
                    && from.is_none_or(|from| *entered >= from)
                    && until.is_none_or(|until| *entered < until)
            })
            .collect();
        let Some(first) = counted.first() else {
            continue;
        };
        let beyond = |(name, ..): &(String, _, _)| ordinal(name) > ordinal(stage);
        let further = deal.stays[*first..].iter().any(beyond);
        let won = deal.status == Status::Won;
        let dropped = deal.status == Status::Lost && deal.stage == stage;
        figures.entered += 1;
        figures.advanced += i64::from(won || further);
        figures.entered_won += i64::from(won);
        figures.dropped += i64::from(dropped);
        for n in counted {
            let (_, entered, left) = &deal.stays[n];
            lengths.extend(left.map(|left| left.duration_since(*entered)));
        }
    }
    lengths.sort();
    figures.finished = i64::try_from(lengths.len()).unwrap();
    figures.median = percentile(&lengths, 50);
    figures.p90 = percentile(&lengths, 90);
    figures
}

/// The first length that so many per cent of all do not pass.
fn percentile(lengths: &[SignedDuration], percent: usize) -> Option<SignedDuration> {
    let rank = (lengths.len() * percent).div_ceil(100);
    lengths.get(rank.saturating_sub(1)).copied()
}

fn standing(deals: &[&Deal], stage: &str, status: Status) -> Tally {
    let mut tally = Tally::default();
    for deal in deals
        .iter()
        .filter(|deal| deal.stage == stage && deal.status == status)
    {
        tally.count += 1;
        if let Some(amount) = deal.amount {
            let sum = tally
                .sums
                .entry(amount.currency.code().to_owned())
                .or_default();
            *sum += amount.amount;
        }
    }
    tally
}
