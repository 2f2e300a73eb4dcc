//! The operations' tables.

use guanxi_projection::BuildState;
use serde::{Deserialize, Serialize};

use super::Texts;
use crate::{
    operations::seconds,
    web::{
        failure::Failure,
        frame::Section,
        language::Language,
        list::{Chunk, List},
        session::Visitor,
        table::{Cell, Column, Kind, Row, Tone, Value},
    },
};

/// Makes a list without parameters, for those who manage.
macro_rules! list {
    ($(#[$attribute:meta])* $name:ident, $path:literal, $title:ident) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Serialize, Deserialize)]
        pub(super) struct $name {}

        impl List for $name {
            const PATH: &'static str = $path;
            const SECTION: Section = Section::Operations;

            fn title(&self, language: Language) -> String {
                Texts::of(language).$title.to_owned()
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
                if !visitor.manages() {
                    return Err(Failure::Forbidden);
                }
                let texts = Texts::of(visitor.language());
                let columns = Self::columns(texts);
                let columns = columns.map(|(name, kind)| Column::new(name, kind));
                Ok(Chunk::whole(columns.into(), Self::rows(visitor, texts).await?))
            }
        }
    };
}

list!(
    /// A row for each build and log that it follows.
    Models, "/operations/models", models
);
list!(
    /// A row for each log.
    Logs, "/operations/logs", logs
);
list!(
    /// A row for each event of the tenant that no read model could take in.
    Parked, "/operations/parked", parked
);
list!(
    /// A row for each reaction.
    Reactions, "/operations/reactions", reactions
);
list!(
    /// A row for each event of the tenant to which a reaction was refused.
    Refused, "/operations/refused", refused
);

impl Models {
    fn columns(texts: &Texts) -> [(&'static str, Kind); 14] {
        [
            (texts.model, Kind::Text),
            (texts.build, Kind::Text),
            (texts.state, Kind::Text),
            (texts.log, Kind::Text),
            (texts.position, Kind::Number),
            (texts.head, Kind::Number),
            (texts.behind, Kind::Number),
            (texts.behind_for, Kind::Number),
            (texts.speed, Kind::Number),
            (texts.parked_count, Kind::Number),
            (texts.held, Kind::Number),
            (texts.workers, Kind::Number),
            (texts.last_success, Kind::Moment),
            (texts.trouble, Kind::Text),
        ]
    }

    async fn rows(visitor: &Visitor, texts: &Texts) -> Result<Vec<Row>, Failure> {
        let site = &visitor.site;
        let models = site.moments.look(&site.queries).await?;
        let rows = models.into_iter().map(|(model, speed)| {
            let build = &model.build;
            let number = |number: Option<i64>| number.map_or(Value::None.into(), Cell::count);
            let state = match build.state {
                BuildState::Active => Value::Mark(Tone::Good, texts.active).into(),
                BuildState::Building => Value::Mark(Tone::Calm, texts.building).into(),
                other => Cell::text(other.to_string()),
            };
            // What is not followed is not behind.
            let followed = model.behind.is_some();
            vec![
                Cell::text(&build.name),
                Cell::text(format!("v{}.{}", build.version, build.number)),
                state,
                Cell::text(model.log.name()),
                Cell::count(model.position.0),
                number(model.head.map(|head| head.0)),
                number(model.events_behind.filter(|_| followed)),
                model
                    .behind
                    .map_or(Value::None, |age| Value::Span(seconds(age)))
                    .into(),
                speed
                    .filter(|_| followed)
                    .map_or(Value::None, Value::Number)
                    .into(),
                Cell::count(model.parked).to(Parked {}.address()),
                Cell::count(model.held),
                Cell::count(model.workers),
                model.last_success.map_or(Value::None, Value::Moment).into(),
                Cell::text(model.trouble.unwrap_or_default()),
            ]
        });
        Ok(rows.collect())
    }
}

impl Logs {
    fn columns(texts: &Texts) -> [(&'static str, Kind); 4] {
        [
            (texts.service, Kind::Text),
            (texts.head, Kind::Number),
            (texts.last_minute, Kind::Number),
            (texts.recorded, Kind::Moment),
        ]
    }

    async fn rows(visitor: &Visitor, _texts: &Texts) -> Result<Vec<Row>, Failure> {
        let logs = visitor.site.queries.log_statuses().await?;
        let rows = logs.into_iter().map(|log| {
            let ever = log.position.0 > 0;
            let recorded = ever.then_some(log.recorded_at);
            vec![
                Cell::text(log.service.name()),
                Cell::count(log.position.0),
                Cell::count(log.last_minute),
                recorded.map_or(Value::None, Value::Moment).into(),
            ]
        });
        Ok(rows.collect())
    }
}

impl Parked {
    fn columns(texts: &Texts) -> [(&'static str, Kind); 7] {
        [
            (texts.model, Kind::Text),
            (texts.log, Kind::Text),
            (texts.position, Kind::Number),
            (texts.key, Kind::Text),
            (texts.reason, Kind::Text),
            (texts.held, Kind::Number),
            (texts.since, Kind::Moment),
        ]
    }

    async fn rows(visitor: &Visitor, _texts: &Texts) -> Result<Vec<Row>, Failure> {
        let tenant = &visitor.identity.tenant;
        let parked = visitor.site.queries.parked_events(tenant).await?;
        let rows = parked.into_iter().map(|one| {
            vec![
                Cell::text(one.model),
                Cell::text(one.log.name()),
                Cell::count(one.position.0),
                Cell::text(one.key),
                Cell::text(one.reason),
                Cell::count(one.held),
                Value::Moment(one.since).into(),
            ]
        });
        Ok(rows.collect())
    }
}

impl Reactions {
    fn columns(texts: &Texts) -> [(&'static str, Kind); 5] {
        [
            (texts.service, Kind::Text),
            (texts.reaction, Kind::Text),
            (texts.follows, Kind::Text),
            (texts.position, Kind::Number),
            (texts.behind, Kind::Number),
        ]
    }

    async fn rows(visitor: &Visitor, _texts: &Texts) -> Result<Vec<Row>, Failure> {
        let reactions = visitor.site.queries.reaction_statuses().await?;
        let rows = reactions.into_iter().map(|one| {
            vec![
                Cell::text(one.service.name()),
                Cell::text(one.name),
                Cell::text(one.source.name()),
                Cell::count(one.position.0),
                Cell::count(one.behind),
            ]
        });
        Ok(rows.collect())
    }
}

impl Refused {
    fn columns(texts: &Texts) -> [(&'static str, Kind); 7] {
        [
            (texts.service, Kind::Text),
            (texts.reaction, Kind::Text),
            (texts.log, Kind::Text),
            (texts.position, Kind::Number),
            (texts.code, Kind::Text),
            (texts.reason, Kind::Text),
            (texts.since, Kind::Moment),
        ]
    }

    async fn rows(visitor: &Visitor, _texts: &Texts) -> Result<Vec<Row>, Failure> {
        let tenant = &visitor.identity.tenant;
        let refused = visitor.site.queries.refused_reactions(tenant).await?;
        let rows = refused.into_iter().map(|one| {
            vec![
                Cell::text(one.service.name()),
                Cell::text(one.reaction),
                Cell::text(one.source),
                Cell::count(one.position.0),
                Cell::text(one.code),
                Cell::text(one.reason),
                Value::Moment(one.since).into(),
            ]
        });
        Ok(rows.collect())
    }
}
