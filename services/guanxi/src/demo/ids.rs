//! Ids that derive from the keys in the files: loading twice sends the same commands again, and
//! the same command has an effect once.

use uuid::Uuid;

/// Derives ids within one data set.
#[derive(Debug, Clone, Copy)]
pub(in crate::demo) struct Ids(Uuid);

impl Ids {
    pub(super) fn of(dataset: &str) -> Self {
        let root = Uuid::new_v5(&Uuid::NAMESPACE_URL, b"guanxi demonstration");
        Self(Uuid::new_v5(&root, dataset.as_bytes()))
    }

    /// The id of a thing by its kind and key.
    pub(super) fn of_thing(self, kind: &str, key: &str) -> Uuid {
        Uuid::new_v5(&self.0, format!("{kind}/{key}").as_bytes())
    }

    /// The id of what is done to it.
    pub(super) fn of_command(self, thing: Uuid, deed: &str) -> Uuid {
        Uuid::new_v5(&thing, deed.as_bytes())
    }

    /// A product's number. Numbers are unique in a tenant, and another company's products may have
    /// the same names.
    pub(super) fn article_number(self, name: &str) -> String {
        let (company, ..) = self.0.as_fields();
        format!(
            "{}-{:04X}",
            name.to_uppercase().replace(' ', "-"),
            company >> 16
        )
    }
}
