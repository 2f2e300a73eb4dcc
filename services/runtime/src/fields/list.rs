//! Lists of things.

use super::Fields;

/// Reads every item of a list, so that all bad ones are noted; none when there are too many.
pub fn each<W, T>(
    fields: &mut Fields,
    path: &str,
    items: &[W],
    max: usize,
    read: impl Fn(&mut Fields, &str, &W) -> Option<T>,
) -> Option<Vec<T>> {
    fields.count(path, items.len(), max)?;
    let read: Vec<Option<T>> = items
        .iter()
        .enumerate()
        .map(|(index, item)| read(fields, &format!("{path}[{index}]"), item))
        .collect();
    read.into_iter().collect()
}
