//! What a stage requires of an opportunity, and what is missing.

use guanxi_decider::Refusal;
use guanxi_events::sales::{OpportunityDetails, ProductLine, RequiredField, Stage};

/// The parts of an opportunity that a stage can require.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts<'a> {
    pub(super) details: &'a OpportunityDetails,
    pub(super) team: Option<&'a str>,
    pub(super) lines: &'a [ProductLine],
}

impl Parts<'_> {
    fn has(self, field: RequiredField) -> bool {
        match field {
            RequiredField::Amount => self.details.amount.is_some(),
            RequiredField::ExpectedClose => self.details.expected_close.is_some(),
            RequiredField::Customer => self.details.customer.is_some(),
            RequiredField::ProductLines => !self.lines.is_empty(),
            RequiredField::Competitors => !self.details.competitors.is_empty(),
            RequiredField::Team => self.team.is_some(),
            RequiredField::Source => self.details.source.is_some(),
        }
    }

    /// Everything is there that the stage requires of who enters it.
    pub(super) fn may_enter(self, stage: &Stage) -> Result<(), Refusal> {
        let required = stage.required.iter().copied();
        refuse(stage, required.filter(|field| !self.has(*field)))
    }

    /// Nothing is taken away that the stage requires. What was missing before may go on missing:
    /// the pipeline may have changed since, and then no correction must be blocked.
    pub(super) fn may_follow(self, before: Parts<'_>, stage: &Stage) -> Result<(), Refusal> {
        let required = stage.required.iter().copied();
        refuse(
            stage,
            required.filter(|field| before.has(*field) && !self.has(*field)),
        )
    }
}

fn refuse(stage: &Stage, missing: impl Iterator<Item = RequiredField>) -> Result<(), Refusal> {
    let reasons: Vec<_> = missing
        .map(|field| {
            let (code, what) = named(field);
            (code, format!("stage {} requires {what}", stage.key))
        })
        .collect();
    if reasons.is_empty() {
        return Ok(());
    }
    Err(Refusal::preconditions("REQUIRED_FIELDS_MISSING", reasons).figure("stage", &stage.key))
}

fn named(field: RequiredField) -> (&'static str, &'static str) {
    match field {
        RequiredField::Amount => ("AMOUNT_MISSING", "an amount"),
        RequiredField::ExpectedClose => ("EXPECTED_CLOSE_MISSING", "an expected close"),
        RequiredField::Customer => ("CUSTOMER_MISSING", "a customer"),
        RequiredField::ProductLines => ("PRODUCT_LINES_MISSING", "product lines"),
        RequiredField::Competitors => ("COMPETITORS_MISSING", "competitors"),
        RequiredField::Team => ("TEAM_MISSING", "a team"),
        RequiredField::Source => ("SOURCE_MISSING", "a source"),
    }
}
