//! The hashes that tie the log together: a leaf for each event, a link for each append call.
//!
//! The writer makes the leaf, the database function the link (it alone knows position and time);
//! [`verify`](crate::verify()) makes both again.

use aws_lc_rs::digest::{Context, SHA256};
use jiff::Timestamp;
use uuid::Uuid;

/// A SHA-256.
pub type Hash = [u8; 32];

/// What an event's leaf is made of: everything but what only the append decides.
pub(crate) struct Leaf<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) category: &'a str,
    pub(crate) stream_id: Uuid,
    pub(crate) version: i64,
    pub(crate) id: Uuid,
    pub(crate) event_type: &'a str,
    pub(crate) occurred_at: Timestamp,
    pub(crate) data: &'a [u8],
    pub(crate) meta: &'a [u8],
}

impl Leaf<'_> {
    pub(crate) fn hash(&self) -> Hash {
        let mut context = Context::new(&SHA256);
        // Lengths keep a byte from moving between two fields unnoticed.
        for part in [
            self.tenant.as_bytes(),
            self.category.as_bytes(),
            self.stream_id.as_bytes(),
            &self.version.to_be_bytes(),
            self.id.as_bytes(),
            self.event_type.as_bytes(),
            &self.occurred_at.as_microsecond().to_be_bytes(),
            self.data,
            self.meta,
        ] {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        finish(context)
    }
}

/// The leaf of an event that was dealt numbers, as the database function makes it: over the plain
/// leaf and the text of the `numbers` column.
pub(crate) fn with_numbers(leaf: Hash, numbers: &str) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(&leaf);
    context.update(numbers.as_bytes());
    finish(context)
}

/// The link of one append call, fed with its leaves in order of position.
pub(crate) struct Link(Context);

impl Link {
    pub(crate) fn new(previous: &[u8], first_position: i64, recorded_at: Timestamp) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(previous);
        context.update(&first_position.to_be_bytes());
        context.update(&recorded_at.as_microsecond().to_be_bytes());
        Self(context)
    }

    pub(crate) fn add(&mut self, leaf: &[u8]) {
        self.0.update(leaf);
    }

    pub(crate) fn hash(self) -> Hash {
        finish(self.0)
    }
}

fn finish(context: Context) -> Hash {
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}
