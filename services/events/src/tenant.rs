//! The tenant: the first part of every key.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

/// A tenant's short name (P-01): 1 to 32 of `a-z 0-9 -`, beginning with a letter. It is part of
/// every stream key, claim and row, and readable because operators meet it in roles and logs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TenantId(Arc<str>);

/// The text is no tenant name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a tenant is 1 to 32 of a-z, 0-9 and -, beginning with a letter; got {0:?}")]
pub struct InvalidTenant(String);

impl TenantId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TenantId {
    type Err = InvalidTenant;

    fn from_str(name: &str) -> Result<Self, InvalidTenant> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let valid = (1..=32).contains(&name.len())
            && name.as_bytes()[0].is_ascii_lowercase()
            && name.bytes().all(allowed);
        if valid {
            Ok(Self(name.into()))
        } else {
            Err(InvalidTenant(name.chars().take(64).collect()))
        }
    }
}

impl TryFrom<String> for TenantId {
    type Error = InvalidTenant;

    fn try_from(name: String) -> Result<Self, InvalidTenant> {
        name.parse()
    }
}

impl From<TenantId> for String {
    fn from(tenant: TenantId) -> Self {
        tenant.0.as_ref().to_owned()
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_is_a_short_lower_case_name() {
        for good in ["a", "acme", "acme-2", "a23456789012345678901234567890ab"] {
            assert_eq!(good.parse::<TenantId>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "Acme",
            "2acme",
            "-a",
            "a b",
            "a_b",
            "a23456789012345678901234567890abc",
            "关系",
        ] {
            assert!(bad.parse::<TenantId>().is_err(), "{bad:?}");
        }
    }
}
