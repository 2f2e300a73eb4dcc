//! What analysts see: the same statements as the queries', up to the end of the tenant's day.

use std::sync::LazyLock;

use crate::queries::{OPEN, with_parts};

/// The tenant that a login stands for; of whom nobody is an analyst there are no rows.
const TENANT: &str =
    "(select l.tenant from analytics_access.logins l where l.login = session_user)";
/// The end of the day that it is where the tenant lives.
const DAYS_END: &str = "(select ((now() at time zone l.time_zone)::date + 1)::timestamp
                           at time zone l.time_zone
               from analytics_access.logins l where l.login = session_user)";

static VIEWS: LazyLock<String> = LazyLock::new(|| {
    let views = concat!(
        include_str!("sql/views/balances.sql"),
        include_str!("sql/views/ledger.sql"),
        include_str!("sql/views/lots.sql"),
        include_str!("sql/views/liability.sql"),
    );
    let sql = include_str!("sql/views/frame.sql").replace("{views}", views);
    with_parts(&sql)
        .replace("{wanted}", "true")
        .replace("{open}", OPEN)
        .replace("{tenant}", TENANT)
        .replace("{until}", DAYS_END)
        .replace("{known}", "'infinity'::timestamptz")
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
