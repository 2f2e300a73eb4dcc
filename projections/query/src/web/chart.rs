//! Charts: what the browser draws, with every text as a person reads it and every point with what
//! it leads to. The same figures stand in a table, for those who cannot see it.

use askama::Template;
use guanxi_proto::google_type;
use rust_decimal::Decimal;
use serde::Serialize;

use super::{failure::Failure, format::Amount};

/// How points are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Shape {
    /// Upright bars.
    Bar,
    /// Bars to the right, the first on top.
    Row,
    /// A line.
    Line,
}

/// A point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Point {
    /// How far it reaches: exact, as text.
    pub(super) value: Decimal,
    /// As it is read.
    pub(super) text: String,
    /// The page with its rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) leads_to: Option<String>,
}

/// Points of one colour, one for each category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Series {
    pub(super) name: String,
    /// A colour of the palette: `1` to `6`, or `good`, `bad`.
    pub(super) colour: &'static str,
    pub(super) points: Vec<Option<Point>>,
}

impl Series {
    /// Of amounts in one currency, each with the page of its rows.
    pub(super) fn of_amounts<'a>(
        name: &str,
        colour: &'static str,
        amounts: impl IntoIterator<Item = (Option<&'a google_type::Money>, String)>,
    ) -> Result<Self, Failure> {
        let points = amounts.into_iter().map(|(money, address)| {
            let amount = Amount::some(money)?;
            Ok(Some(Point {
                value: amount.value,
                text: amount.text(),
                leads_to: Some(address),
            }))
        });
        Ok(Self {
            name: name.to_owned(),
            colour,
            points: points.collect::<Result<_, Failure>>()?,
        })
    }
}

/// A chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Template)]
#[template(path = "chart.html")]
pub(super) struct Chart {
    #[serde(skip)]
    pub(super) title: String,
    pub(super) shape: Shape,
    /// Whether the series stand on each other.
    pub(super) stacked: bool,
    /// What is measured: `EUR`, `days`.
    pub(super) unit: String,
    pub(super) categories: Vec<String>,
    pub(super) series: Vec<Series>,
}

impl Chart {
    /// Whether there is nothing to see: no point, or none that is not zero.
    pub(super) fn is_blank(&self) -> bool {
        let mut points = self.series.iter().flat_map(|series| &series.points);
        points.all(|point| point.as_ref().is_none_or(|point| point.value.is_zero()))
    }

    /// For a script element: nothing in it ends that element.
    fn json(&self) -> String {
        let json = serde_json::to_string(self).unwrap_or_default();
        json.replace('<', "\\u003c")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_ends_the_element_that_holds_it() {
        let chart = Chart {
            title: "</figure>".to_owned(),
            shape: Shape::Row,
            stacked: false,
            unit: "EUR".to_owned(),
            categories: vec!["</script><script>alert(1)</script>".to_owned()],
            series: vec![],
        };
        let html = chart.render().unwrap();
        assert_eq!(html.matches("</script").count(), 1, "{html}");
        assert_eq!(html.matches("</figure>").count(), 1, "{html}");
    }
}
