//! Operations: how far every log and read model is, how fast, and what was set aside. For
//! those who manage.

mod lists;
mod moments;
mod texts;

use askama::Template;
use axum::{Router, response::Html, routing::get};

use super::{
    failure::Failure,
    figure::{Figure, Figures},
    format::{grouped, span},
    frame::{Frame, Section},
    list::{self, List, Table, render},
    session::Visitor,
    site::Site,
    table::Tone,
};
use crate::operations::seconds;
use lists::{Logs, Models, Parked, Reactions, Refused};
pub(super) use moments::Moments;
use texts::Texts;

/// The page, its figures alone, and the lists.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/operations", get(page))
        .route("/operations/now", get(now))
        .merge(list::routes::<Logs>())
        .merge(list::routes::<Models>())
        .merge(list::routes::<Parked>())
        .merge(list::routes::<Reactions>())
        .merge(list::routes::<Refused>())
}

#[derive(Template)]
#[template(path = "operations.html")]
struct Page {
    frame: Frame,
    texts: &'static Texts,
    now: Now,
}

/// What changes by itself.
#[derive(Template)]
#[template(path = "operations_now.html")]
struct Now {
    figures: Figures,
    tables: Vec<Table>,
}

/// Rows of a table that goes on elsewhere.
const SOME: i32 = 50;

impl Now {
    async fn of(visitor: &Visitor) -> Result<Self, Failure> {
        let (figures, models, logs, parked, reactions, refused) = tokio::try_join!(
            figures(visitor),
            Table::of(visitor, &Models {}, SOME),
            Table::of(visitor, &Logs {}, SOME),
            Table::of(visitor, &Parked {}, SOME),
            Table::of(visitor, &Reactions {}, SOME),
            Table::of(visitor, &Refused {}, SOME),
        )?;
        Ok(Self {
            figures: Figures(figures),
            tables: vec![models, logs, parked, reactions, refused],
        })
    }
}

async fn page(visitor: Visitor) -> Result<Html<String>, Failure> {
    let now = Now::of(&visitor).await?;
    render(&Page {
        frame: Frame::of(&visitor, Section::Operations),
        texts: Texts::of(visitor.language()),
        now,
    })
}

async fn now(visitor: Visitor) -> Result<Html<String>, Failure> {
    render(&Now::of(&visitor).await?)
}

/// How far the slowest is, and how much was set aside; the overview has them too.
pub(super) async fn figures(visitor: &Visitor) -> Result<Vec<Figure>, Failure> {
    if !visitor.manages() {
        return Err(Failure::Forbidden);
    }
    let texts = Texts::of(visitor.language());
    let queries = &visitor.site.queries;
    let (models, logs) = tokio::try_join!(queries.model_statuses(), queries.log_statuses())?;
    let events = models.iter().filter_map(|model| model.events_behind);
    let behind = models.iter().filter_map(|model| model.behind);
    let (events, behind) = (events.max().unwrap_or(0), behind.max().unwrap_or_default());
    let parked: i64 = models.iter().map(|model| model.parked).sum();
    let minute: i64 = logs.iter().map(|log| log.last_minute).sum();
    let lag = Figure::new(
        texts.lag,
        vec![span(seconds(behind), visitor.language()).into()],
        Some(Models {}.address()),
    );
    let lag_note = format!("{} {}", grouped(events.into()), texts.events_behind);
    let set_aside = Figure::new(
        texts.parked,
        vec![grouped(parked.into()).into()],
        Some(Parked {}.address()),
    );
    Ok(vec![
        lag.with_note(lag_note),
        Figure::new(
            texts.last_minute,
            vec![grouped(minute.into()).into()],
            Some(Logs {}.address()),
        ),
        set_aside.with_tone(Some(if parked == 0 { Tone::Good } else { Tone::Bad })),
    ])
}
