//! Where a card comes from, as a request says it.

use guanxi_proto::loyalty::v1::{self as wire, card_source::From};
use guanxi_runtime::Fields;

use crate::domain::card_issue::Source;

/// A number of a card has at most so many characters, as somebody types it.
const LONGEST: usize = 60;

/// A source that must be given.
pub(super) fn source(
    fields: &mut Fields,
    field: &str,
    given: Option<&wire::CardSource>,
) -> Option<Source> {
    match given.and_then(|given| given.from.as_ref()) {
        Some(From::CardBatchId(id)) => {
            let batch = fields.id(&format!("{field}.card_batch_id"), id);
            Some(Source::Draw(batch?))
        }
        Some(From::Printed(printed)) => {
            let path = format!("{field}.printed.card_batch_id");
            let batch = fields.id(&path, &printed.card_batch_id);
            let number = number(fields, &format!("{field}.printed.number"), &printed.number);
            Some(Source::Named {
                batch: batch?,
                number: number?,
            })
        }
        Some(From::Phone(true)) => Some(Source::Phone),
        Some(From::Phone(false)) | None => {
            fields.bad(field, "must say where the card comes from");
            None
        }
    }
}

/// A card's number without the blanks and dashes that people write into it.
pub(super) fn number(fields: &mut Fields, field: &str, text: &str) -> Option<String> {
    let text = fields.text(field, text, 1, LONGEST)?;
    let number: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect();
    if number.is_empty() {
        fields.bad(field, "has nothing but blanks and dashes");
        return None;
    }
    Some(number)
}
