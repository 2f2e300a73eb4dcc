//! A story with the name under which it is loaded: ids derive from that name.

use std::path::Path;

use super::{ACTIVITY, MEMBERS, Story, program, read, tell};

/// What is loaded.
pub struct Dataset {
    /// Unlike that of any other.
    pub name: String,
    /// What it means.
    pub story: Story,
}

impl Dataset {
    /// Whether the public files are in the folder of all data.
    pub fn is_in(data: &Path) -> bool {
        data.join(MEMBERS).is_file() && data.join(ACTIVITY).is_file()
    }

    /// The public files in the folder of all data.
    ///
    /// # Errors
    /// When they cannot be read, or say what cannot be.
    pub fn read(data: &Path) -> anyhow::Result<Self> {
        Ok(Self {
            name: "maven-airline-loyalty-program".to_owned(),
            story: tell(&read(&data.join(MEMBERS))?, &read(&data.join(ACTIVITY))?)?,
        })
    }

    /// A generated one of so many members.
    ///
    /// # Errors
    /// Never for what is generated.
    pub fn generated(seed: u64, members: u32) -> anyhow::Result<Self> {
        let (rows, activities) = program(seed, members);
        Ok(Self {
            name: format!("generated-program-{seed}-{members}"),
            story: tell(&rows, &activities)?,
        })
    }
}
