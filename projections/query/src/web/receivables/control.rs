//! The control account (S-24): what the documents come to, beside what is open.

use guanxi_proto::query::v1::{GetControlAccountRequest, GetControlAccountResponse};
use guanxi_runtime::Fields;
use serde::{Deserialize, Serialize};

use super::{Dates, Texts, texts};
use crate::web::{
    ask::answer,
    failure::Failure,
    figure::Figure,
    format::Amount,
    frame::Section,
    language::Language,
    list::{Chunk, List},
    parameters,
    session::Visitor,
    table::{Cell, Column, Kind, Tone, Value},
};

/// A row for each figure of each currency.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Control {
    #[serde(flatten)]
    dates: Dates,
}

impl Control {
    /// At these dates.
    pub(super) fn of(dates: &Dates) -> Self {
        Self {
            dates: dates.clone(),
        }
    }

    /// Asks for it.
    pub(super) async fn ask(
        &self,
        visitor: &Visitor,
    ) -> Result<GetControlAccountResponse, Failure> {
        let mut fields = Fields::default();
        let (as_of, as_known_at) = self.dates.wire(&mut fields);
        parameters::finish(fields)?;
        let request = visitor.request(GetControlAccountRequest {
            as_of,
            as_known_at,
            ..GetControlAccountRequest::default()
        })?;
        answer(visitor.receivables().get_control_account(request).await)
    }

    /// The balances, and whether the items add up to them.
    pub(super) fn figure(
        &self,
        control: &GetControlAccountResponse,
        texts: &Texts,
    ) -> Result<Option<Figure>, Failure> {
        if control.accounts.is_empty() {
            return Ok(None);
        }
        let mut lines = Vec::new();
        for account in &control.accounts {
            lines.push(Amount::some(account.balance.as_ref())?.into());
        }
        let (tone, note) = match control.agrees {
            true => (Tone::Good, texts.agrees),
            false => (Tone::Bad, texts.agrees_not),
        };
        let figure = Figure::new(texts.control, lines, Some(self.address()));
        Ok(Some(
            figure.with_note(note.to_owned()).with_tone(Some(tone)),
        ))
    }

    /// The table.
    pub(super) fn table(
        &self,
        control: &GetControlAccountResponse,
        texts: &Texts,
    ) -> Result<Chunk, Failure> {
        let columns = [
            (texts.figure, Kind::Text),
            (texts.amount, Kind::Money),
            (texts.booked, Kind::Money),
            (texts.agree, Kind::Text),
        ];
        let columns = columns.map(|(name, kind)| Column::new(name, kind));
        let mut rows = Vec::new();
        for account in &control.accounts {
            for figure in &account.figures {
                rows.push(vec![
                    Cell::text(texts::figure(figure.figure(), texts)),
                    Cell::money(figure.amount.as_ref())?,
                    Cell::money(figure.booked.as_ref())?,
                    Value::None.into(),
                ]);
            }
            let agrees = match account.agrees {
                true => Value::Mark(Tone::Good, texts.agree),
                false => Value::Mark(Tone::Bad, texts.differ),
            };
            rows.push(vec![
                Cell::text(texts.balance),
                Cell::money(account.balance.as_ref())?,
                Cell::money(account.balance_booked.as_ref())?,
                Value::None.into(),
            ]);
            rows.push(vec![
                Cell::text(texts.items_sum),
                Cell::money(account.open.as_ref())?,
                Cell::money(account.open_booked.as_ref())?,
                agrees.into(),
            ]);
        }
        Ok(Chunk::whole(columns.into(), rows))
    }
}

impl List for Control {
    const PATH: &'static str = "/receivables/control";
    const SECTION: Section = Section::Receivables;

    fn title(&self, language: Language) -> String {
        Texts::of(language).control.to_owned()
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
        let control = self.ask(visitor).await?;
        self.table(&control, Texts::of(visitor.language()))
    }
}
