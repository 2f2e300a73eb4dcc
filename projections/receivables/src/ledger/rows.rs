//! What a ledger keeps by number, and what becomes of each row.

use std::{collections::BTreeMap, ops::Index};

/// What has become of a row since loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is not there yet.
    Made,
    /// It is there, and was something else.
    Changed,
}

/// Things by their number within the account: those that were loaded, and new ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rows<T>(BTreeMap<i64, (T, Option<Change>)>);

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> Rows<T> {
    /// Takes what has a row.
    pub(super) fn load(&mut self, no: i64, thing: T) {
        self.0.insert(no, (thing, None));
    }

    /// Puts a thing where there is none, or in the place of the one there.
    pub(super) fn put(&mut self, no: i64, thing: T) {
        match self.change(no) {
            Some(there) => *there = thing,
            None => {
                self.0.insert(no, (thing, Some(Change::Made)));
            }
        }
    }

    /// The thing of that number.
    pub(super) fn get(&self, no: i64) -> Option<&T> {
        self.0.get(&no).map(|(thing, _)| thing)
    }

    /// The thing of that number, to be changed.
    pub(super) fn change(&mut self, no: i64) -> Option<&mut T> {
        let (thing, change) = self.0.get_mut(&no)?;
        change.get_or_insert(Change::Changed);
        Some(thing)
    }

    /// All of them, by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (i64, &T)> {
        self.0.iter().map(|(no, (thing, _))| (*no, thing))
    }

    /// Those that were made or changed, by number.
    pub(super) fn changes(&self) -> impl Iterator<Item = (i64, &T, Change)> {
        let rows = self.0.iter();
        rows.filter_map(|(no, (thing, change))| Some((*no, thing, (*change)?)))
    }
}

impl<T> Index<i64> for Rows<T> {
    type Output = T;

    fn index(&self, no: i64) -> &T {
        &self.0[&no].0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(rows: &Rows<char>) -> Vec<(i64, char, Change)> {
        let changes = rows.changes();
        changes
            .map(|(no, thing, change)| (no, *thing, change))
            .collect()
    }

    #[test]
    fn what_is_loaded_is_changed_and_what_is_new_is_made_however_often() {
        let mut rows = Rows::default();
        rows.load(1, 'a');
        rows.load(2, 'b');
        rows.load(3, 'c');
        assert_eq!(changes(&rows), []);
        *rows.change(2).unwrap() = 'd';
        rows.put(3, 'e');
        rows.put(4, 'f');
        *rows.change(4).unwrap() = 'g';
        rows.put(4, 'h');
        assert_eq!(rows.change(5), None);
        let (made, changed) = (Change::Made, Change::Changed);
        let expected = [(2, 'd', changed), (3, 'e', changed), (4, 'h', made)];
        assert_eq!(changes(&rows), expected);
        assert_eq!(rows.get(1), Some(&'a'));
        assert_eq!(rows[4], 'h');
    }
}
