//! Keyed hashes: what is claimed and what a command said are stored as HMACs under a key per
//! tenant, so that nobody who reads the tables can test a guess.

use aws_lc_rs::hmac;
use guanxi_decider::UniqueKey;
use guanxi_eventlog::ClaimKey;
use guanxi_events::{Service, TenantId};

/// The root of the tenants' keys.
#[derive(Clone)]
pub struct KeyRing {
    root: hmac::Key,
}

/// The key file is not what it should be.
#[derive(Debug, thiserror::Error)]
#[error("a root key is 32 bytes in hex (64 characters)")]
pub struct InvalidRootKey;

impl KeyRing {
    /// From 64 hex characters.
    ///
    /// # Errors
    /// [`InvalidRootKey`].
    pub fn from_hex(text: &str) -> Result<Self, InvalidRootKey> {
        let bytes = hex::decode(text.trim()).map_err(|_| InvalidRootKey)?;
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| InvalidRootKey)?;
        Ok(Self {
            root: hmac::Key::new(hmac::HMAC_SHA256, &bytes),
        })
    }

    fn tenant(&self, tenant: &TenantId, purpose: &str) -> hmac::Key {
        let label = format!("guanxi/1/{purpose}/{tenant}");
        let derived = hmac::sign(&self.root, label.as_bytes());
        hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref())
    }

    /// The key under which something unique is claimed.
    pub fn claim(&self, tenant: &TenantId, service: Service, unique: &UniqueKey) -> ClaimKey {
        let key = self.tenant(tenant, "claim");
        ClaimKey(digest(
            &key,
            &[service.name(), unique.kind, &unique.value].map(str::as_bytes),
        ))
    }

    /// The hash of a command's content.
    pub fn content(&self, tenant: &TenantId, rpc: &str, request: &[u8]) -> [u8; 32] {
        digest(&self.tenant(tenant, "content"), &[rpc.as_bytes(), request])
    }
}

/// Each part is preceded by its length, so that ("ab", "c") and ("a", "bc") differ.
fn digest(key: &hmac::Key, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.sign().as_ref());
    out
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyRing")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_value_of_two_tenants_has_two_keys() {
        let ring = KeyRing::from_hex(&"ab".repeat(32)).unwrap();
        let unique = UniqueKey {
            kind: "tax_id",
            value: "DE1".to_owned(),
        };
        let [a, b] = ["acme", "bolt"]
            .map(|tenant| ring.claim(&tenant.parse().unwrap(), Service::Customers, &unique));
        assert_ne!(a, b);
    }

    #[test]
    fn a_root_key_has_32_bytes() {
        assert!(KeyRing::from_hex("ab").is_err());
        assert!(KeyRing::from_hex(&"zz".repeat(32)).is_err());
    }
}
