//! Whether everything has become what the callers were told: their own count, against what services
//! and read models say. The checker compares the system with itself; this compares it with them.

mod deeds;
mod figures;
mod points;
mod tickets;

use std::fmt::{Debug, Display};

pub use deeds::undone;

use crate::{Cluster, load::Load};

/// What is not as the callers were told; empty is good. Everything must have settled.
///
/// # Errors
/// When it cannot look.
pub async fn check(cluster: &Cluster, load: &Load) -> anyhow::Result<Vec<String>> {
    let mut differences = Differences::default();
    for company in &load.companies {
        figures::check_funnel(cluster, company, &mut differences).await?;
        figures::check_accounts(cluster, company, &mut differences).await?;
        tickets::check(cluster, company, &mut differences).await?;
        points::check(cluster, company, &mut differences).await?;
    }
    Ok(differences.0)
}

/// What is not as told.
#[derive(Debug, Default)]
struct Differences(Vec<String>);

impl Differences {
    /// Two figures that must be the same.
    fn compare<T: PartialEq + Debug>(&mut self, what: impl Display, is: T, told: T) {
        if is != told {
            self.0.push(format!("{what}: {is:?} instead of {told:?}"));
        }
    }

    /// Something that must be so.
    fn demand(&mut self, so: bool, otherwise: impl FnOnce() -> String) {
        if !so {
            self.0.push(otherwise());
        }
    }
}
