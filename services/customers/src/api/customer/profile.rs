//! A customer's profile on the wire.

use std::collections::{BTreeMap, BTreeSet};

use guanxi_events::customers::{CustomerChange, CustomerField, CustomerKind, CustomerProfile};
use guanxi_proto::customers::v1 as wire;
use guanxi_runtime::{Fields, date_to_wire, money_to_wire};

use crate::api::{
    party::{self, address_to_wire, email_to_wire, phone_to_wire},
    text_of, when,
};

/// The path of a field in requests.
pub(in crate::api) const fn path_of(field: CustomerField) -> &'static str {
    match field {
        CustomerField::Parent => "parent_id",
        CustomerField::Referrer => "referrer_id",
        other => other.name(),
    }
}

/// The field of a path.
pub(in crate::api) fn field_of(path: &str) -> Option<CustomerField> {
    let mut fields = CustomerField::ALL.iter().copied();
    fields.find(|field| path_of(*field) == path)
}

/// Reads the fields that are meant; the others are stand-ins.
pub(super) fn read(
    fields: &mut Fields,
    given: &wire::CustomerProfile,
    meant: &BTreeSet<CustomerField>,
) -> Option<CustomerProfile> {
    use CustomerField as F;
    let is = |field| meant.contains(&field);
    let path = |field: CustomerField| format!("profile.{}", path_of(field));
    let text = |fields: &mut Fields, field, text: &str, max| {
        when(is(field), || fields.optional_text(&path(field), text, max))
    };

    let kind = if is(F::Kind) {
        fields.choice(&path(F::Kind), given.kind, |kind| match kind {
            wire::CustomerKind::Unspecified => None,
            wire::CustomerKind::Company => Some(CustomerKind::Company),
            wire::CustomerKind::Person => Some(CustomerKind::Person),
        })
    } else {
        Some(CustomerKind::Company)
    };
    let name = when(is(F::Name), || {
        fields.text(&path(F::Name), &given.name, 1, 200)
    });
    let legal_name = text(fields, F::LegalName, &given.legal_name, 200);
    let tax_id = text(fields, F::TaxId, &given.tax_id, 40);
    let industry = text(fields, F::Industry, &given.industry, 100);
    let annual_revenue = when(is(F::AnnualRevenue), || {
        let field = path(F::AnnualRevenue);
        let revenue = fields.optional_money(&field, given.annual_revenue.as_ref())?;
        if revenue.is_some_and(|revenue| revenue.amount.is_sign_negative()) {
            fields.bad(field, "must be 0 or more");
            return None;
        }
        Some(revenue)
    });
    let founded_year = when(is(F::FoundedYear), || {
        let Some(year) = given.founded_year else {
            return Some(None);
        };
        let year = i16::try_from(year).ok().filter(|year| *year > 0);
        if year.is_none() {
            fields.bad(
                path(F::FoundedYear),
                "must be a year of the years 1 to 9999",
            );
        }
        year.map(Some)
    });
    let source = text(fields, F::Source, &given.source, 100);
    let region = text(fields, F::Region, &given.region, 100);
    let addresses = when(is(F::Addresses), || {
        party::addresses(fields, &path(F::Addresses), &given.addresses)
    });
    let phones = when(is(F::Phones), || {
        party::phones(fields, &path(F::Phones), &given.phones)
    });
    let emails = when(is(F::Emails), || {
        party::emails(fields, &path(F::Emails), &given.emails)
    });
    let website = when(is(F::Website), || {
        party::website(fields, &path(F::Website), &given.website)
    });
    let birthday = when(is(F::Birthday), || {
        fields.optional_date(&path(F::Birthday), given.birthday.as_ref())
    });
    let preferences = when(is(F::Preferences), || {
        named_values(fields, &path(F::Preferences), &given.preferences, 200)
    });
    let tags = when(is(F::Tags), || tags(fields, &path(F::Tags), &given.tags));
    let custom_fields = when(is(F::CustomFields), || {
        named_values(fields, &path(F::CustomFields), &given.custom_fields, 1000)
    });
    let parent = when(is(F::Parent), || {
        fields.optional_id(&path(F::Parent), &given.parent_id)
    });
    let referrer = when(is(F::Referrer), || {
        fields.optional_id(&path(F::Referrer), &given.referrer_id)
    });
    Some(CustomerProfile {
        kind: kind?,
        name: name?,
        legal_name: legal_name?,
        tax_id: tax_id?,
        industry: industry?,
        employees: given.employees.filter(|_| is(F::Employees)),
        annual_revenue: annual_revenue?,
        founded_year: founded_year?,
        source: source?,
        region: region?,
        addresses: addresses?,
        phones: phones?,
        emails: emails?,
        website: website?,
        birthday: birthday?,
        preferences: preferences?,
        tags: tags?,
        custom_fields: custom_fields?,
        parent: parent?,
        referrer: referrer?,
    })
}

fn named_values(
    fields: &mut Fields,
    field: &str,
    given: &BTreeMap<String, String>,
    longest: usize,
) -> Option<BTreeMap<String, String>> {
    fields.count(field, given.len(), 50)?;
    let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b"._-".contains(&c);
    let read = given.iter().map(|(name, value)| {
        if !(1..=40).contains(&name.len()) || !name.bytes().all(allowed) {
            fields.bad(field, "a name is 1 to 40 of a-z, 0-9 and . _ -");
            return None;
        }
        let value = fields.text(&format!("{field}.{name}"), value, 1, longest)?;
        Some((name.clone(), value))
    });
    let read = party::all(read.collect())?;
    Some(read.into_iter().collect())
}

fn tags(fields: &mut Fields, field: &str, given: &[String]) -> Option<BTreeSet<String>> {
    fields.count(field, given.len(), 50)?;
    let read = given.iter().enumerate().map(|(n, tag)| {
        let field = format!("{field}[{n}]");
        fields.text(&field, tag, 1, 50)
    });
    let read = party::all(read.collect())?;
    Some(read.into_iter().collect())
}

/// The profile without what is hidden.
pub(super) fn without(
    profile: &CustomerProfile,
    hidden: &BTreeSet<CustomerField>,
) -> CustomerProfile {
    let blank = CustomerProfile::named(profile.kind, "");
    let mut shown = profile.clone();
    for field in hidden {
        if let Some(change) = CustomerChange::between(*field, profile, &blank) {
            change.apply(&mut shown);
        }
    }
    shown
}

pub(super) fn to_wire(profile: CustomerProfile) -> wire::CustomerProfile {
    let kind = match profile.kind {
        CustomerKind::Company => wire::CustomerKind::Company,
        CustomerKind::Person => wire::CustomerKind::Person,
    };
    wire::CustomerProfile {
        kind: kind.into(),
        name: profile.name,
        legal_name: profile.legal_name.unwrap_or_default(),
        tax_id: profile.tax_id.unwrap_or_default(),
        industry: profile.industry.unwrap_or_default(),
        employees: profile.employees,
        annual_revenue: profile.annual_revenue.as_ref().map(money_to_wire),
        founded_year: profile.founded_year.map(i32::from),
        source: profile.source.unwrap_or_default(),
        region: profile.region.unwrap_or_default(),
        addresses: profile.addresses.into_iter().map(address_to_wire).collect(),
        phones: profile.phones.into_iter().map(phone_to_wire).collect(),
        emails: profile.emails.into_iter().map(email_to_wire).collect(),
        website: profile.website.unwrap_or_default(),
        birthday: profile.birthday.map(date_to_wire),
        preferences: profile.preferences,
        tags: profile.tags.into_iter().collect(),
        custom_fields: profile.custom_fields,
        parent_id: text_of(profile.parent),
        referrer_id: text_of(profile.referrer),
    }
}
