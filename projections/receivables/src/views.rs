//! What analysts see of the model: the same definitions as the queries', for the tenant of a login.

use std::sync::LazyLock;

use crate::queries::with_parts;

/// The tenant that a login stands for; of whom nobody is an analyst there are no rows.
const TENANT: &str =
    "(select l.tenant from analytics_access.logins l where l.login = session_user)";
/// The day that it is where the tenant lives.
const TODAY: &str = "(select (now() at time zone l.time_zone)::date
               from analytics_access.logins l where l.login = session_user)";
const BASE: &str =
    "(select l.base_currency from analytics_access.logins l where l.login = session_user)";
const PLACES: &str =
    "(select l.base_places from analytics_access.logins l where l.login = session_user)";
const BUCKET: &str = "case when o.kind in ('payment', 'credit_note') then 'unallocated'
                when {as_of} - o.due < 1 then 'not due'
                when {as_of} - o.due <= 30 then '1-30'
                when {as_of} - o.due <= 60 then '31-60'
                when {as_of} - o.due <= 90 then '61-90'
                when {as_of} - o.due <= 120 then '91-120'
                else '121+' end";

static VIEWS: LazyLock<String> = LazyLock::new(|| {
    let views = concat!(
        include_str!("sql/views/open_items.sql"),
        include_str!("sql/views/entries.sql"),
        include_str!("sql/views/documents.sql"),
        include_str!("sql/views/months.sql"),
    );
    let sql = include_str!("sql/views/frame.sql").replace("{views}", views);
    with_parts(&sql)
        .replace("{bucket}", BUCKET)
        .replace("{tenant}", TENANT)
        .replace("{as_of}", TODAY)
        .replace("{known}", "'infinity'::timestamptz")
        .replace("{base}", BASE)
        .replace("{places}", PLACES)
});

/// The statement that makes them; `{schema}` stands for that of the build.
pub(crate) fn sql() -> &'static str {
    &VIEWS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_schema_is_left_to_be_named() {
        assert!(!sql().replace("{schema}", "").contains(['{', '}']));
    }
}
