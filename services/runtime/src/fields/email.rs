//! Email addresses, read strictly and stored in one form.

use email_address::{EmailAddress, Options};

use super::Fields;

impl Fields {
    /// An email address that must be given, its domain in lower case.
    pub fn email(&mut self, field: &str, text: &str) -> Option<String> {
        let options = Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        let address = EmailAddress::parse_with_options(text.trim(), options);
        let address = address.map_err(|_| "is no email address, like wu@acme.example".to_owned());
        let address = self.noted(field, address)?;
        let domain = address.domain().to_lowercase();
        Some(format!("{}@{domain}", address.local_part()))
    }

    /// An email address that may be left out.
    pub fn optional_email(&mut self, field: &str, text: &str) -> Option<Option<String>> {
        if text.trim().is_empty() {
            Some(None)
        } else {
            self.email(field, text).map(Some)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_stored_in_one_form_and_what_is_none_is_noted() {
        let mut fields = Fields::default();
        assert_eq!(
            fields.email("email", " Wu@ACME.example "),
            Some("Wu@acme.example".into())
        );
        assert_eq!(fields.optional_email("email", ""), Some(None));
        for bad in ["", "wu", "wu@acme", "Wu <wu@acme.example>", "wu@[10.0.0.1]"] {
            assert_eq!(fields.email("bad", bad), None, "{bad}");
        }
        assert_eq!(fields.finish().unwrap_err().violations.len(), 5);
    }
}
