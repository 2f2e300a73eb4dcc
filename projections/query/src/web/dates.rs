//! The two dates of a question about the past: what it is about, and what was known of that.

use guanxi_proto::google_type;
use guanxi_runtime::Fields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    failure::Failure,
    language::texts,
    parameters::{self, Parameter, date},
    session::Visitor,
};
use crate::days::today;

texts! {
    struct Texts {
        as_of: "As of", "截至日期";
        as_known_at: "As known on", "按当日所知";
    }
}

/// The business date, and the day by whose end something had to be known to count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Dates {
    pub(super) as_of: Parameter,
    pub(super) as_known_at: Parameter,
}

impl Dates {
    /// As messages hold them.
    pub(super) fn wire(
        &self,
        fields: &mut Fields,
    ) -> (Option<google_type::Date>, Option<google_type::Date>) {
        (
            date(fields, "as_of", &self.as_of),
            date(fields, "as_known_at", &self.as_known_at),
        )
    }

    /// The business date; today when none is given.
    pub(super) fn day(&self, visitor: &Visitor) -> Result<Date, Failure> {
        let mut fields = Fields::default();
        let day = parameters::day(&mut fields, "as_of", &self.as_of);
        parameters::finish(fields)?;
        Ok(day.unwrap_or_else(|| today(&visitor.home.zone)))
    }

    /// What they narrow a list down to.
    pub(super) fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        let texts = Texts::of(visitor.language());
        parameters::given([
            (texts.as_of, &self.as_of),
            (texts.as_known_at, &self.as_known_at),
        ])
    }
}
