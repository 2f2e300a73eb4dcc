//! What stands behind the `?` of an address: texts, of which an empty one is as good as none.

use guanxi_proto::{
    google_type,
    types::v1::{DateRange, PageRequest},
};
use guanxi_runtime::{Fields, date_to_wire, errors};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use super::failure::Failure;

/// A parameter.
pub(super) type Parameter = Option<String>;

/// A parameter that is set.
pub(super) fn set(value: impl Into<String>) -> Parameter {
    Some(value.into())
}

/// The text of a parameter; `None` where nothing was filled in.
pub(super) fn text(parameter: &Parameter) -> Option<&str> {
    let text = parameter.as_deref().map(str::trim);
    text.filter(|text| !text.is_empty())
}

/// Those that are set, by their names on a page.
pub(super) fn given<const N: usize>(
    all: [(&'static str, &Parameter); N],
) -> Vec<(&'static str, String)> {
    let given = all
        .into_iter()
        .filter_map(|(name, parameter)| Some((name, text(parameter)?.to_owned())));
    given.collect()
}

/// The same for a field of a message, where no text is an empty one.
pub(super) fn plain(parameter: &Parameter) -> String {
    text(parameter).unwrap_or_default().to_owned()
}

/// The same for a list that holds one value or none.
pub(super) fn listed(parameter: &Parameter) -> Vec<String> {
    text(parameter).map(str::to_owned).into_iter().collect()
}

/// A day as `2017-06-30`.
pub(super) fn day(fields: &mut Fields, name: &str, parameter: &Parameter) -> Option<Date> {
    let text = text(parameter)?;
    let day = text.parse();
    if day.is_err() {
        fields.bad(
            name,
            format!("must be a date like 2017-06-30, got {text:?}"),
        );
    }
    day.ok()
}

/// A day as messages hold it.
pub(super) fn date(
    fields: &mut Fields,
    name: &str,
    parameter: &Parameter,
) -> Option<google_type::Date> {
    day(fields, name, parameter).map(date_to_wire)
}

/// Days from one to another.
pub(super) fn days(
    fields: &mut Fields,
    (from, first): (&str, &Parameter),
    (to, last): (&str, &Parameter),
) -> Option<DateRange> {
    let (first, last) = (date(fields, from, first), date(fields, to, last));
    (first.is_some() || last.is_some()).then_some(DateRange { first, last })
}

/// A whole number.
pub(super) fn whole(fields: &mut Fields, name: &str, parameter: &Parameter) -> Option<i32> {
    let text = text(parameter)?;
    let number = text.parse();
    if number.is_err() {
        fields.bad(name, format!("must be a whole number, got {text:?}"));
    }
    number.ok()
}

/// One of several words.
pub(super) fn word<T>(
    fields: &mut Fields,
    name: &str,
    parameter: &Parameter,
    of: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let text = text(parameter)?;
    let known = of(text);
    if known.is_none() {
        fields.bad(name, format!("is none of the known words: {text:?}"));
    }
    known
}

/// All that is wrong, at once.
pub(super) fn finish(fields: Fields) -> Result<(), Failure> {
    let refused = |refusal| Failure::from(errors::refused(&refusal));
    fields.finish().map_err(refused)
}

/// A page of so many rows.
pub(super) fn page(size: i32, token: Option<&str>) -> PageRequest {
    PageRequest {
        page_size: size,
        page_token: token.unwrap_or_default().to_owned(),
    }
}

/// An address of ours: the path and those parameters that are set.
pub(super) fn address(path: &str, parameters: &impl Serialize) -> String {
    let Ok(Value::Object(parameters)) = serde_json::to_value(parameters) else {
        return path.to_owned();
    };
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in &parameters {
        if let Value::String(value) = value
            && !value.is_empty()
        {
            query.append_pair(name, value);
        }
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_empty_in_a_form_is_not_set() {
        let mut fields = Fields::default();
        assert_eq!(day(&mut fields, "as_of", &Some("  ".into())), None);
        assert_eq!(day(&mut fields, "as_of", &None), None);
        assert!(finish(fields).is_ok());
    }

    #[test]
    fn an_address_has_what_is_set_and_nothing_of_it_breaks_out() {
        #[derive(Serialize)]
        struct Asked {
            as_of: Parameter,
            stage: Parameter,
        }
        let asked = |as_of: &str, stage: Parameter| Asked {
            as_of: Some(as_of.to_owned()),
            stage,
        };
        assert_eq!(address("/funnel", &asked("", None)), "/funnel");
        let stage = Some("a&b=\"关系\"".to_owned());
        assert_eq!(
            address("/funnel", &asked("2017-06-30", stage)),
            "/funnel?as_of=2017-06-30&stage=a%26b%3D%22%E5%85%B3%E7%B3%BB%22"
        );
    }

    #[test]
    fn a_bad_parameter_is_named() {
        let mut fields = Fields::default();
        assert_eq!(day(&mut fields, "as_of", &Some("2017-02-29".into())), None);
        assert_eq!(whole(&mut fields, "bucket", &Some("1.5".into())), None);
        let Err(Failure::Bad(bad)) = finish(fields) else {
            panic!("nothing was bad");
        };
        let names: Vec<&str> = bad.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["as_of", "bucket"]);
    }
}
