//! Key figures: a name, what it is, and the page with its rows.

use askama::Template;

use super::{format::Amount, table::Tone};

/// A number, and the code of its currency if it is an amount.
pub(super) struct Line {
    pub(super) currency: &'static str,
    pub(super) number: String,
}

impl From<String> for Line {
    fn from(number: String) -> Self {
        let currency = "";
        Self { currency, number }
    }
}

impl From<Amount> for Line {
    fn from(amount: Amount) -> Self {
        Self {
            currency: amount.currency.code(),
            number: amount.number(),
        }
    }
}

/// A figure.
pub(super) struct Figure {
    pub(super) name: &'static str,
    /// What it is; amounts of several currencies are never added, so there may be several lines.
    pub(super) lines: Vec<Line>,
    pub(super) note: String,
    pub(super) tone: Option<Tone>,
    pub(super) leads_to: Option<String>,
}

impl Figure {
    /// A figure with nothing to add.
    pub(super) fn new(name: &'static str, lines: Vec<Line>, leads_to: Option<String>) -> Self {
        Self {
            name,
            lines,
            note: String::new(),
            tone: None,
            leads_to,
        }
    }

    /// With a word beneath.
    #[must_use]
    pub(super) fn with_note(mut self, note: String) -> Self {
        self.note = note;
        self
    }

    /// With a meaning.
    #[must_use]
    pub(super) fn with_tone(mut self, tone: Option<Tone>) -> Self {
        self.tone = tone;
        self
    }

    fn class(&self) -> &'static str {
        match self.tone {
            Some(Tone::Good) => "good",
            Some(Tone::Bad) => "bad",
            Some(Tone::Calm) | None => "",
        }
    }
}

/// Figures side by side.
#[derive(Template)]
#[template(path = "figures.html")]
pub(super) struct Figures(pub(super) Vec<Figure>);
