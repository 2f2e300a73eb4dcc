//! What analysts see of the model: the same definitions as the queries', for the tenant of a login.

use std::sync::LazyLock;

/// The tenant that a login stands for; of whom nobody is an analyst there are no rows.
const TENANT: &str =
    "(select l.tenant from analytics_access.logins l where l.login = session_user)";
/// Where that tenant's days begin.
const ZONE: &str =
    "(select l.time_zone from analytics_access.logins l where l.login = session_user)";

static VIEWS: LazyLock<String> = LazyLock::new(|| {
    include_str!("sql/views/frame.sql")
        .replace("{views}", include_str!("sql/views/daily_kpis.sql"))
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
    use crate::Figure;

    #[test]
    fn only_the_schema_is_left_to_be_named() {
        assert!(!sql().replace("{schema}", "").contains(['{', '}']));
    }

    #[test]
    fn the_comment_names_every_figure() {
        for figure in Figure::ALL {
            assert!(sql().contains(figure.name()), "{}", figure.name());
        }
    }
}
