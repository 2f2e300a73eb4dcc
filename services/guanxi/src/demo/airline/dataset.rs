//! A story with the name under which it is loaded: ids derive from that name.

use std::{collections::HashSet, path::Path};

use super::{ACTIVITY, ActivityRow, MEMBERS, MemberRow, Story, program, read, tell};

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

    /// The public files in the folder of all data, or only so many members, the first of the file.
    ///
    /// # Errors
    /// When they cannot be read, or say what cannot be.
    pub fn read(data: &Path, members: Option<u32>) -> anyhow::Result<Self> {
        let mut rows: Vec<MemberRow> = read(&data.join(MEMBERS))?;
        let mut activities: Vec<ActivityRow> = read(&data.join(ACTIVITY))?;
        let mut name = "maven-airline-loyalty-program".to_owned();
        if let Some(members) = members {
            rows.truncate(members as usize);
            let first: HashSet<&str> = rows.iter().map(|row| row.number.as_str()).collect();
            activities.retain(|activity| first.contains(activity.number.as_str()));
            name = format!("{name}-{members}");
        }
        Ok(Self {
            name,
            story: tell(&rows, &activities)?,
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
