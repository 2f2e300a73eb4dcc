//! The ageing (账龄, S-26): what is open in each currency, by how long it has been due.

use guanxi_proto::{
    google_type::Money,
    query::v1::{AgeingBucket, AgeingFigures, GetAgeingRequest, GetAgeingResponse},
};
use guanxi_runtime::Fields;
use serde::{Deserialize, Serialize};

use super::{Dates, Items, Texts, set};
use crate::web::{
    ask::answer,
    chart::{Chart, Series, Shape},
    failure::Failure,
    figure::{Figure, Line},
    format::{Amount, grouped},
    frame::Section,
    language::Language,
    list::{Chunk, List},
    parameters,
    session::Visitor,
    table::{Cell, Column, Kind, Row, Tone},
};

/// A row for each currency.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::web) struct Ageing {
    #[serde(flatten)]
    dates: Dates,
}

/// The ages of a bucket.
pub(super) fn name(bucket: &AgeingBucket, texts: &Texts) -> String {
    match (bucket.first_day, bucket.last_day) {
        (Some(first), Some(last)) => format!("{first}–{last} {}", texts.days),
        (Some(first), None) => format!("{first}{}", texts.and_more),
        (None, _) => texts.not_due.to_owned(),
    }
}

/// What is open in each bucket, debits and credits together, then the sums: for a row of any list.
pub(super) fn cells(
    figures: Option<&AgeingFigures>,
    items: impl Fn(Option<usize>) -> Items,
) -> Result<Row, Failure> {
    let Some(figures) = figures else {
        return Err(Failure::internal("an ageing has no figures"));
    };
    let debits = figures.debits.iter().enumerate();
    let debits = debits.map(|(n, debit)| {
        let cell = Cell::money(Some(debit))?;
        Ok(cell.to(items(Some(n)).address()))
    });
    let mut row = debits.collect::<Result<Row, Failure>>()?;
    row.push(Cell::money(figures.overdue.as_ref())?);
    row.push(Cell::money(figures.unallocated.as_ref())?);
    let outstanding = Cell::money(figures.outstanding.as_ref())?;
    row.push(outstanding.to(items(None).address()));
    Ok(row)
}

/// The columns for [`cells`].
pub(super) fn columns<'a>(
    buckets: &'a [AgeingBucket],
    texts: &'a Texts,
) -> impl Iterator<Item = Column> + 'a {
    let buckets = buckets.iter().map(|bucket| name(bucket, texts));
    let sums = [texts.overdue, texts.unallocated, texts.outstanding];
    let names = buckets.chain(sums.map(str::to_owned));
    names.map(|name| Column::new(name, Kind::Money))
}

/// The sums of an ageing, a line for each currency.
#[derive(Default)]
pub(super) struct Sums {
    pub(super) outstanding: Vec<Line>,
    pub(super) overdue: Vec<Line>,
    pub(super) unallocated: Vec<Line>,
    /// What being overdue means: nothing, where nothing is.
    pub(super) late: Option<Tone>,
}

impl Sums {
    /// Of these figures.
    pub(super) fn of<'a>(
        all: impl Iterator<Item = Option<&'a AgeingFigures>>,
    ) -> Result<Self, Failure> {
        let mut sums = Self::default();
        for figures in all.flatten() {
            let overdue = Amount::some(figures.overdue.as_ref())?;
            if !overdue.value.is_zero() {
                sums.late = Some(Tone::Bad);
            }
            sums.overdue.push(overdue.into());
            let outstanding = Amount::some(figures.outstanding.as_ref())?;
            sums.outstanding.push(outstanding.into());
            let unallocated = Amount::some(figures.unallocated.as_ref())?;
            sums.unallocated.push(unallocated.into());
        }
        Ok(sums)
    }
}

impl Ageing {
    /// At these dates.
    pub(in crate::web) fn of(dates: &Dates) -> Self {
        Self {
            dates: dates.clone(),
        }
    }

    /// Asks for it.
    pub(in crate::web) async fn ask(
        &self,
        visitor: &Visitor,
    ) -> Result<GetAgeingResponse, Failure> {
        let mut fields = Fields::default();
        let (as_of, as_known_at) = self.dates.wire(&mut fields);
        parameters::finish(fields)?;
        let request = visitor.request(GetAgeingRequest {
            as_of,
            as_known_at,
            ..GetAgeingRequest::default()
        })?;
        answer(visitor.receivables().get_ageing(request).await)
    }

    fn items(&self, currency: &str, bucket: Option<usize>) -> Items {
        Items {
            currency: set(currency),
            bucket: bucket.map(|bucket| bucket.to_string()),
            ..Items::of(&self.dates)
        }
    }

    /// What is outstanding, overdue and not allocated, in each currency.
    pub(in crate::web) fn figures(
        &self,
        ageing: &GetAgeingResponse,
        texts: &Texts,
    ) -> Result<Vec<Figure>, Failure> {
        let figures = ageing.totals.iter().map(|total| total.figures.as_ref());
        let Sums {
            outstanding,
            overdue,
            unallocated,
            late,
        } = Sums::of(figures)?;
        let count: i64 = ageing.totals.iter().map(|total| total.items).sum();
        let items = Items::of(&self.dates).address();
        let note = format!("{} {}", grouped(count.into()), texts.items_open);
        Ok(vec![
            Figure::new(texts.outstanding, outstanding, Some(items)).with_note(note),
            Figure::new(texts.overdue, overdue, Some(self.address())).with_tone(late),
            Figure::new(texts.unallocated, unallocated, Some(self.address())),
        ])
    }

    /// A chart for each currency, for amounts of different ones have no common measure.
    pub(in crate::web) fn charts(
        &self,
        ageing: &GetAgeingResponse,
        texts: &Texts,
    ) -> Result<Vec<Chart>, Failure> {
        let buckets = ageing.buckets.iter().map(|bucket| name(bucket, texts));
        let buckets: Vec<String> = buckets.collect();
        let mut charts = Vec::new();
        for total in &ageing.totals {
            let Some(figures) = &total.figures else {
                continue;
            };
            let currency = &total.currency;
            let series = |name: &str, colour, amounts: &[Money]| {
                let amounts = amounts.iter().enumerate();
                let items = |n| self.items(currency, Some(n)).address();
                Series::of_amounts(name, colour, amounts.map(|(n, sum)| (Some(sum), items(n))))
            };
            charts.push(Chart {
                title: format!("{} · {currency}", texts.ageing_in),
                shape: Shape::Bar,
                stacked: true,
                unit: currency.clone(),
                categories: buckets.clone(),
                series: vec![
                    series(texts.owed, "1", &figures.debits)?,
                    series(texts.credits, "2", &figures.credits)?,
                ],
            });
        }
        Ok(charts)
    }

    /// The table.
    pub(super) fn table(
        &self,
        ageing: &GetAgeingResponse,
        texts: &Texts,
    ) -> Result<Chunk, Failure> {
        let mut all = vec![
            Column::new(texts.currency, Kind::Text),
            Column::new(texts.items, Kind::Number),
        ];
        all.extend(columns(&ageing.buckets, texts));
        let rows = ageing.totals.iter().map(|total| {
            let currency = &total.currency;
            let items = self.items(currency, None).address();
            let mut row = vec![Cell::text(currency), Cell::count(total.items).to(items)];
            let sums = cells(total.figures.as_ref(), |bucket| {
                self.items(currency, bucket)
            });
            row.extend(sums?);
            Ok(row)
        });
        let rows = rows.collect::<Result<_, Failure>>()?;
        Ok(Chunk::whole(all, rows))
    }
}

impl List for Ageing {
    const PATH: &'static str = "/receivables/ageing";
    const SECTION: Section = Section::Receivables;

    fn title(&self, language: Language) -> String {
        Texts::of(language).ageing.to_owned()
    }

    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        self.dates.filters(visitor)
    }

    async fn chunk(
        &self,
        visitor: &Visitor,
        _size: i32,
        _after: Option<&str>,
    ) -> Result<Chunk, Failure> {
        let ageing = self.ask(visitor).await?;
        self.table(&ageing, Texts::of(visitor.language()))
    }
}
