//! Telephone numbers, read strictly and stored in one form.

use phonenumber::{Mode, country};

use super::Fields;

impl Fields {
    /// A telephone number that must be given, as E.164: of a country, or in international form.
    pub fn phone(
        &mut self,
        field: &str,
        text: &str,
        country: Option<country::Id>,
    ) -> Option<String> {
        let number = e164(text, country);
        if number.is_none() {
            let description = match country {
                Some(_) => "is no telephone number of that country",
                None => "is no telephone number in international form, like +49 30 12345678",
            };
            self.bad(field, description);
        }
        number
    }

    /// A telephone number in international form that may be left out.
    pub fn optional_phone(&mut self, field: &str, text: &str) -> Option<Option<String>> {
        if text.trim().is_empty() {
            Some(None)
        } else {
            self.phone(field, text, None).map(Some)
        }
    }
}

/// The number in E.164. In international form it may begin with 00 instead of +.
pub fn e164(text: &str, country: Option<country::Id>) -> Option<String> {
    let text = text.trim();
    if text.len() > 60 {
        return None;
    }
    let international = text.strip_prefix("00").map(|rest| format!("+{rest}"));
    let text = match (&international, country) {
        (Some(international), None) => international.as_str(),
        _ => text,
    };
    let number = phonenumber::parse(country, text).ok()?;
    number
        .is_valid()
        .then(|| number.format().mode(Mode::E164).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_stored_in_one_form_and_what_is_none_is_noted() {
        let mut fields = Fields::default();
        for same in ["+49 30 901820", "0049 30/901820"] {
            let read = fields.phone("phone", same, None);
            assert_eq!(read.as_deref(), Some("+4930901820"), "{same}");
        }
        assert_eq!(fields.optional_phone("phone", " "), Some(None));
        for bad in ["", "030 901820", "+49", "call me"] {
            assert_eq!(fields.phone("bad", bad, None), None, "{bad}");
        }
        assert_eq!(fields.finish().unwrap_err().violations.len(), 4);
    }
}
