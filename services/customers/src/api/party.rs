//! Addresses, telephone numbers, email addresses and web sites, read strictly and stored in one
//! form.

use std::{collections::BTreeSet, str::FromStr};

use guanxi_events::customers::{Address, AddressKind, Email, Phone};
use guanxi_proto::customers::v1 as wire;
use guanxi_runtime::Fields;
use phonenumber::country;
use tonic::codegen::http::Uri;

/// How many addresses, numbers or emails one party has at most.
const MOST: usize = 20;

pub(super) fn addresses(
    fields: &mut Fields,
    field: &str,
    given: &[wire::Address],
) -> Option<Vec<Address>> {
    fields.count(field, given.len(), MOST)?;
    let read = |(n, given)| address(fields, &format!("{field}[{n}]"), given);
    all(given.iter().enumerate().map(read).collect())
}

fn address(fields: &mut Fields, field: &str, given: &wire::Address) -> Option<Address> {
    let kind = fields.choice(&format!("{field}.kind"), given.kind, |kind| {
        Some(match kind {
            wire::AddressKind::Unspecified => return None,
            wire::AddressKind::Main => AddressKind::Main,
            wire::AddressKind::Billing => AddressKind::Billing,
            wire::AddressKind::Shipping => AddressKind::Shipping,
            wire::AddressKind::Other => AddressKind::Other,
        })
    });
    let count = fields.count(&format!("{field}.lines"), given.lines.len(), 5);
    let lines = given.lines.iter().enumerate().map(|(n, line)| {
        let field = format!("{field}.lines[{n}]");
        fields.text(&field, line, 1, 200)
    });
    let lines = all(lines.collect());
    let city = fields.optional_text(&format!("{field}.city"), &given.city, 100);
    let region = fields.optional_text(&format!("{field}.region"), &given.region, 100);
    let postal_code = fields.optional_text(&format!("{field}.postal_code"), &given.postal_code, 20);
    let country = country(fields, &format!("{field}.country"), &given.country);
    count?;
    Some(Address {
        kind: kind?,
        lines: lines?,
        city: city?,
        region: region?,
        postal_code: postal_code?,
        country: country?.as_ref().to_owned(),
    })
}

/// A country by its two letters, as those who keep telephone numbers know it.
fn country(fields: &mut Fields, field: &str, code: &str) -> Option<country::Id> {
    let found = country::Id::from_str(&code.to_ascii_uppercase()).ok();
    if found.is_none() {
        let description = "must be a country's two-letter code of ISO 3166-1";
        fields.bad(field, description);
    }
    found
}

pub(super) fn phones(
    fields: &mut Fields,
    field: &str,
    given: &[wire::Phone],
) -> Option<Vec<Phone>> {
    fields.count(field, given.len(), MOST)?;
    let read = |(n, given)| phone(fields, &format!("{field}[{n}]"), given);
    let phones = all(given.iter().enumerate().map(read).collect())?;
    each_once(fields, field, phones.iter().map(|phone| &phone.number))?;
    Some(phones)
}

fn phone(fields: &mut Fields, field: &str, given: &wire::Phone) -> Option<Phone> {
    let country = if given.country.is_empty() {
        Some(None)
    } else {
        country(fields, &format!("{field}.country"), &given.country).map(Some)
    };
    let label = fields.optional_text(&format!("{field}.label"), &given.label, 40);
    let country = country?;
    let number = fields.phone(&format!("{field}.number"), &given.number, country);
    Some(Phone {
        number: number?,
        label: label?,
    })
}

pub(super) fn emails(
    fields: &mut Fields,
    field: &str,
    given: &[wire::Email],
) -> Option<Vec<Email>> {
    fields.count(field, given.len(), MOST)?;
    let read = |(n, given)| email(fields, &format!("{field}[{n}]"), given);
    let emails = all(given.iter().enumerate().map(read).collect())?;
    each_once(fields, field, emails.iter().map(|email| &email.address))?;
    Some(emails)
}

fn email(fields: &mut Fields, field: &str, given: &wire::Email) -> Option<Email> {
    let label = fields.optional_text(&format!("{field}.label"), &given.label, 40);
    let address = fields.email(&format!("{field}.address"), &given.address);
    Some(Email {
        address: address?,
        label: label?,
    })
}

/// A web site; without a scheme, https is meant.
pub(super) fn website(fields: &mut Fields, field: &str, given: &str) -> Option<Option<String>> {
    let Some(text) = fields.optional_text(field, given, 200)? else {
        return Some(None);
    };
    let text = if text.contains("://") {
        text
    } else {
        format!("https://{text}")
    };
    let site = text.parse::<Uri>().ok().filter(|uri| {
        let web = matches!(uri.scheme_str(), Some("http" | "https"));
        web && uri.host().is_some_and(|host| host.contains('.'))
    });
    if site.is_none() {
        fields.bad(field, "is no web address, like https://acme.example");
    }
    site.map(|uri| Some(uri.to_string()))
}

/// All of them, or none when one is bad; every bad one has been noted by then.
pub(super) fn all<T>(read: Vec<Option<T>>) -> Option<Vec<T>> {
    read.into_iter().collect()
}

fn each_once<'a>(
    fields: &mut Fields,
    field: &str,
    values: impl Iterator<Item = &'a String>,
) -> Option<()> {
    let mut seen = BTreeSet::new();
    for (n, value) in values.enumerate() {
        if !seen.insert(value) {
            fields.bad(format!("{field}[{n}]"), "is there twice");
            return None;
        }
    }
    Some(())
}

pub(super) fn address_to_wire(address: Address) -> wire::Address {
    let kind = match address.kind {
        AddressKind::Main => wire::AddressKind::Main,
        AddressKind::Billing => wire::AddressKind::Billing,
        AddressKind::Shipping => wire::AddressKind::Shipping,
        AddressKind::Other => wire::AddressKind::Other,
    };
    wire::Address {
        kind: kind.into(),
        lines: address.lines,
        city: address.city.unwrap_or_default(),
        region: address.region.unwrap_or_default(),
        postal_code: address.postal_code.unwrap_or_default(),
        country: address.country,
    }
}

pub(super) fn phone_to_wire(phone: Phone) -> wire::Phone {
    wire::Phone {
        number: phone.number,
        country: String::new(),
        label: phone.label.unwrap_or_default(),
    }
}

pub(super) fn email_to_wire(email: Email) -> wire::Email {
    wire::Email {
        address: email.address,
        label: email.label.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_phone(number: &str, country: &str) -> Result<String, String> {
        let mut fields = Fields::default();
        let given = wire::Phone {
            number: number.to_owned(),
            country: country.to_owned(),
            label: String::new(),
        };
        let phones = phones(&mut fields, "phones", &[given]);
        fields.finish().map_err(|refusal| refusal.message)?;
        Ok(phones.unwrap().remove(0).number)
    }

    #[test]
    fn a_number_is_stored_in_e164_however_it_is_written() {
        for (number, country) in [
            ("+49 30 901820", ""),
            ("0049 (30) 901820", ""),
            ("030/901820", "DE"),
            ("030 901820", "de"),
            ("+49 30 901820", "FR"),
        ] {
            let read = read_phone(number, country);
            assert_eq!(read.as_deref(), Ok("+4930901820"), "{number} {country}");
        }
        assert_eq!(
            read_phone("138 1234 5678", "CN").as_deref(),
            Ok("+8613812345678")
        );
    }

    #[test]
    fn a_number_that_nobody_can_call_is_refused() {
        for (number, country) in [("030 901820", ""), ("12", "DE"), ("hello", ""), ("", "")] {
            let refused = read_phone(number, country).unwrap_err();
            assert!(refused.starts_with("phones[0].number"), "{refused}");
        }
        let refused = read_phone("030 901820", "Germany").unwrap_err();
        assert!(refused.starts_with("phones[0].country"), "{refused}");
    }

    #[test]
    fn the_same_number_twice_is_refused_also_in_another_form() {
        let mut fields = Fields::default();
        let written = ["+49 30 901820", "004930901820"].map(|number| wire::Phone {
            number: number.to_owned(),
            ..wire::Phone::default()
        });
        assert_eq!(phones(&mut fields, "phones", &written), None);
        assert_eq!(
            fields.finish().unwrap_err().message,
            "phones[1]: is there twice"
        );
    }

    fn read_email(address: &str) -> Option<String> {
        let given = wire::Email {
            address: address.to_owned(),
            label: String::new(),
        };
        let emails = emails(&mut Fields::default(), "emails", &[given]);
        emails.map(|mut emails| emails.remove(0).address)
    }

    #[test]
    fn an_email_keeps_its_local_part_and_has_its_domain_in_lower_case() {
        let read = |address| read_email(address);
        assert_eq!(
            read(" Wu.Mei@ACME.Example ").as_deref(),
            Some("Wu.Mei@acme.example")
        );
        assert_eq!(
            read("wu@münchen.example").as_deref(),
            Some("wu@münchen.example")
        );
        for bad in [
            "",
            "wu",
            "wu@",
            "@acme.example",
            "wu@acme",
            "Wu <wu@acme.example>",
        ] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_web_site_is_a_web_address() {
        let read = |text: &str| website(&mut Fields::default(), "website", text);
        let acme = Some(Some("https://acme.example/".to_owned()));
        assert_eq!(read("acme.example"), acme);
        assert_eq!(read("https://acme.example"), acme);
        assert_eq!(read("  "), Some(None));
        for bad in [
            "ftp://acme.example",
            "acme",
            "https://a b.example",
            "javascript:alert(1)",
        ] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }
}
