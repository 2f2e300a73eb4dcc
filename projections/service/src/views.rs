//! What analysts see of the model: the same definitions as the queries', for the tenant of a login.

use std::sync::LazyLock;

/// The tenant that a login stands for; of whom nobody is an analyst there are no rows.
const TENANT: &str =
    "(select l.tenant from analytics_access.logins l where l.login = session_user)";
/// Where that tenant's days begin.
const ZONE: &str =
    "(select l.time_zone from analytics_access.logins l where l.login = session_user)";

static VIEWS: LazyLock<String> = LazyLock::new(|| {
    let views = concat!(
        include_str!("sql/views/tickets.sql"),
        include_str!("sql/views/history.sql"),
        include_str!("sql/views/outcomes.sql"),
        include_str!("sql/views/surveys.sql"),
        include_str!("sql/views/figures.sql"),
    );
    include_str!("sql/views/frame.sql")
        .replace("{views}", views)
        .replace("{sums}", include_str!("sql/sums.sql").trim_end())
        .replace("{tenant}", TENANT)
        .replace("{zone}", ZONE)
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
