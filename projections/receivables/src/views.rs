//! What analysts see of the model.

pub(crate) fn sql() -> &'static str {
    ""
}
