//! What the engine must know of the model, and the fold of a batch.

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use guanxi_events::{
    Category, DomainEvent, Recorded, Service, StreamVersion,
    sales::{OpportunityEvent, PipelineEvent},
};
use guanxi_projection::{ApplyError, Key, Projection, Write};

use crate::{
    facts::{Fact, fact},
    fold::Course,
    pipelines::Pipelines,
    tables::{self, Courses, Id},
};

const OPPORTUNITY: Category = OpportunityEvent::CATEGORY;
const PIPELINE: Category = PipelineEvent::CATEGORY;

/// The read model `funnels`. Its key is the opportunity, or the pipeline for a pipeline's rules.
#[derive(Debug, Clone, Copy, Default)]
pub struct Funnels;

impl Projection for Funnels {
    fn name(&self) -> &'static str {
        "funnels"
    }

    fn version(&self) -> u32 {
        2
    }

    fn logs(&self) -> &'static [Service] {
        &[Service::Sales]
    }

    fn ddl(&self) -> &'static str {
        include_str!("sql/tables.sql")
    }

    fn indexes(&self) -> &'static str {
        include_str!("sql/indexes.sql")
    }

    fn tables(&self) -> &'static [&'static str] {
        &["opportunities", "spans", "pipelines", "stages"]
    }

    fn key(&self, event: &Recorded) -> Option<Key> {
        let category = &event.stream.category;
        (*category == OPPORTUNITY || *category == PIPELINE).then(|| Key::stream(&event.stream))
    }

    fn apply<'a>(
        &'a self,
        write: &'a Write<'a>,
        events: &'a [Recorded],
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(apply(write, events))
    }

    fn views(&self) -> Option<&'static str> {
        Some(concat!(
            include_str!("sql/views.sql"),
            include_str!("sql/conversion_views.sql")
        ))
    }
}

async fn apply(write: &Write<'_>, events: &[Recorded]) -> Result<(), ApplyError> {
    let mut facts = Vec::with_capacity(events.len());
    let mut pipelines = Pipelines::default();
    for event in events {
        let undecodable = |error| ApplyError::undecodable(event, &error);
        if event.stream.category == OPPORTUNITY {
            let id = (event.stream.tenant.as_str().to_owned(), event.stream.id);
            facts.push((id, event, fact(event).map_err(undecodable)?));
        } else if event.stream.category == PIPELINE {
            pipelines.take(event).map_err(undecodable)?;
        }
    }
    pipelines.store(write).await?;
    if facts.is_empty() {
        return Ok(());
    }
    let mut courses = load(write, &facts).await?;
    for (id, event, fact) in facts {
        match (courses.get_mut(&id), fact) {
            (None, Fact::Opened(pipeline, state)) => {
                courses.insert(id, Course::opened(pipeline, event.version.0, *state));
            }
            (Some(course), Fact::Changed(change)) => {
                course.change(&change, event.occurred_at);
                course.version = event.version.0;
            }
            (Some(_), Fact::Opened(..)) => {
                return Err(ApplyError::poison(event, "it was opened before"));
            }
            (None, Fact::Changed(_)) => {
                return Err(ApplyError::poison(event, "it was never opened"));
            }
        }
    }
    tables::store(write, &courses).await?;
    Ok(())
}

/// The courses that the facts change, with their past where a fact is dated back into it.
async fn load(write: &Write<'_>, facts: &[(Id, &Recorded, Fact)]) -> Result<Courses, ApplyError> {
    let mut ids: BTreeSet<&Id> = facts.iter().map(|(id, ..)| id).collect();
    for (id, event, _) in facts {
        // What begins with this very batch has no rows yet.
        if event.version == StreamVersion::NONE.after(1) {
            ids.remove(id);
        }
    }
    let ids: Vec<&Id> = ids.into_iter().collect();
    let mut courses = tables::load(write, &ids).await?;
    let mut back = BTreeSet::new();
    for (id, event, fact) in facts {
        // What is dated before the state as it is now concerns the past. Changes of this batch only
        // make that state newer, so none is missed that would reach beyond it.
        if let (Some(course), Fact::Changed(change)) = (courses.get(id), fact)
            && course.reaches_back(change, event.occurred_at)
        {
            back.insert(id);
        }
    }
    if !back.is_empty() {
        let back: Vec<&Id> = back.into_iter().collect();
        tables::load_past(write, &back, &mut courses).await?;
    }
    Ok(courses)
}
