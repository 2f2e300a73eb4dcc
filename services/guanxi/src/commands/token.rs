//! `guanxi token`

use std::{process::ExitCode, time::Duration};

use anyhow::Context;
use clap::Args;
use guanxi_events::{PersonId, TenantId};
use guanxi_runtime::{DevelopmentIssuer, Identity, Role};

use crate::{cli::Global, output};

/// Issue a token for local use (development only)
///
/// It is printed alone, so that it can be taken up by a script:
/// `curl -H "authorization: Bearer $(guanxi token --tenant demo --person anna --role agent)" …`
#[derive(Debug, Args)]
pub(crate) struct Token {
    /// Whose data it opens
    #[arg(long)]
    tenant: TenantId,
    /// Who acts: the `sub` of the token
    #[arg(long)]
    person: PersonId,
    /// What the person may do; may be given several times
    #[arg(long = "role", required = true, value_parser = role)]
    roles: Vec<Role>,
    /// How long it is valid
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u64).range(1..=720))]
    hours: u64,
}

impl Token {
    pub(crate) fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.load()?;
        let issuer = DevelopmentIssuer::open(&config.auth).context(
            "only a development set-up can issue tokens: give --config .guanxi/guanxi.toml of a \
             running `guanxi dev`, or set development and auth.development_secret_file",
        )?;
        let identity = Identity {
            tenant: self.tenant,
            person: self.person,
            roles: self.roles,
        };
        output::line(issuer.issue(&identity, Duration::from_secs(self.hours * 3_600))?)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A role by the name that tokens use.
fn role(name: &str) -> Result<Role, String> {
    let known = Role::ALL.into_iter().find(|role| role_name(*role) == name);
    known.ok_or_else(|| {
        let names: Vec<String> = Role::ALL.into_iter().map(role_name).collect();
        format!("there is no role {name:?}; there are {}", names.join(", "))
    })
}

fn role_name(role: Role) -> String {
    format!("{role:?}").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_known_by_the_name_that_tokens_use() {
        for expected in Role::ALL {
            let name = serde_json::to_value(expected).unwrap();
            assert_eq!(role(name.as_str().unwrap()), Ok(expected));
        }
        assert!(role("king").unwrap_err().contains("importer"));
    }
}
