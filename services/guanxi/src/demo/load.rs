//! Loads a company through the services: each fact is a command, dated when it happened.

mod catalogue;
mod customers;
mod deals;

pub(super) use catalogue::pipeline_id;

use std::{
    fmt,
    time::{Duration, Instant},
};

use futures::{StreamExt, TryStreamExt, stream};
use guanxi_proto::types::v1::Receipt;
use guanxi_runtime::Token;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::tz::TimeZone;

use super::{Caller, Company, ids::Ids};
use crate::output;

/// Calls under way at once.
const ABREAST: usize = 64;

/// What loading needs everywhere.
struct Loading<'a> {
    caller: &'a Caller,
    company: &'a Company,
    ids: Ids,
    zone: TimeZone,
}

/// What was loaded.
pub(crate) struct Loaded {
    /// How many commands were answered.
    pub(crate) commands: u64,
    /// How long it took.
    pub(crate) took: Duration,
    /// One token a service: what a query must have seen to show everything.
    pub(crate) tokens: Vec<String>,
}

impl fmt::Display for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (commands, span) = (output::grouped(self.commands), output::span(self.took));
        let milliseconds = self.took.as_millis().max(1);
        let rate = u128::from(self.commands) * 1_000 / milliseconds;
        write!(f, "{commands} commands in {span}, {rate} a second")
    }
}

/// Loads everything. What was loaded before is answered as it was then, and nothing happens twice.
pub(crate) async fn load(
    caller: &Caller,
    company: &Company,
    zone: TimeZone,
) -> anyhow::Result<Loaded> {
    let loading = Loading {
        caller,
        company,
        ids: Ids::of(&company.name),
        zone,
    };
    let begun = Instant::now();
    let customers = customers::load(&loading).await?;
    let catalogue = catalogue::load(&loading).await?;
    let deals = deals::load(&loading).await?;
    let commands = company.accounts.len() as u64 + catalogue.commands + company.commands();
    let tokens = [customers, catalogue.last, deals];
    Ok(Loaded {
        commands,
        took: begun.elapsed(),
        tokens: tokens
            .into_iter()
            .flatten()
            .map(|token| token.encode())
            .collect(),
    })
}

/// Does the work for each item, so many abreast, and returns the token that stands furthest.
pub(in crate::demo) async fn abreast<T, F>(
    items: impl IntoIterator<Item = T>,
    bar: &ProgressBar,
    work: impl FnMut(T) -> F,
) -> anyhow::Result<Option<Token>>
where
    F: Future<Output = anyhow::Result<(Option<Token>, u64)>>,
{
    stream::iter(items.into_iter().map(work))
        .buffer_unordered(ABREAST)
        .try_fold(None, async |furthest, (token, commands)| {
            bar.inc(commands);
            Ok(further(furthest, token))
        })
        .await
}

/// The one that stands further; they are of one log.
pub(in crate::demo) fn further(a: Option<Token>, b: Option<Token>) -> Option<Token> {
    match (a, b) {
        (Some(a), Some(b)) if b.position > a.position => Some(b),
        (a, b) => a.or(b),
    }
}

pub(in crate::demo) fn token(receipt: Option<Receipt>) -> Option<Token> {
    receipt.and_then(|receipt| Token::decode(&receipt.token))
}

/// A progress bar; without a terminal, a line at the end.
pub(in crate::demo) fn bar(what: &'static str, length: u64) -> ProgressBar {
    let style = "  {msg:<14} {wide_bar} {human_pos:>7}/{human_len:<7} {per_sec:>12}  {eta:>4} left";
    let style =
        ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length)
        .with_style(style)
        .with_message(what)
}

pub(in crate::demo) fn finish(bar: &ProgressBar) -> anyhow::Result<()> {
    bar.finish_and_clear();
    let (many, took) = (output::grouped(bar.position()), output::span(bar.elapsed()));
    Ok(output::line(format!(
        "  {:<14} {many:>7}   {took}",
        bar.message()
    ))?)
}
