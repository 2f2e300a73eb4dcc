//! Tokens that were verified before. A caller sends the same one with every call; to verify it anew
//! each time took 3.8 % of the CPU of a busy service, by the cheapest algorithm, and this takes 0.6.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use moka::sync::Cache;

use super::Identity;

/// How many seconds after its end a token is still taken, for clocks that differ.
pub(super) const LEEWAY: u64 = 30;
/// How many bytes may be remembered.
const BYTES: u64 = 16 << 20;
/// What a token takes beside its own bytes: who it names, keys, node, pointers.
const OVERHEAD: usize = 512;
/// How long a token is remembered that nobody sends: most end soon, and nobody says when one is gone.
const IDLE: Duration = Duration::from_secs(600);

/// What is remembered. Clones share it.
#[derive(Clone)]
pub(super) struct Known(Cache<Arc<str>, Arc<Verified>>);

struct Verified {
    identity: Identity,
    /// When the token ends, in seconds since 1970.
    ends: u64,
    /// The number of the keys that verified it.
    keys: u64,
}

impl Default for Known {
    fn default() -> Self {
        let cache = Cache::builder()
            .max_capacity(BYTES)
            .weigher(|token: &Arc<str>, _| {
                u32::try_from(token.len() + OVERHEAD).unwrap_or(u32::MAX)
            })
            .time_to_idle(IDLE)
            .build();
        Self(cache)
    }
}

impl Known {
    /// Whose token it is, if the keys with this number verified it and it has not ended since.
    pub(super) fn get(&self, token: &str, keys: u64) -> Option<Identity> {
        let verified = self.0.get(token)?;
        let holds = verified.keys == keys && now() <= verified.ends.saturating_add(LEEWAY);
        holds.then(|| verified.identity.clone())
    }

    /// Remembers a token that ends at `ends` and was verified by the keys with this number.
    pub(super) fn keep(&self, token: &str, identity: &Identity, ends: u64, keys: u64) {
        let verified = Verified {
            identity: identity.clone(),
            ends,
            keys,
        };
        self.0.insert(token.into(), Arc::new(verified));
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(u64::MAX, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anna() -> Identity {
        Identity {
            tenant: "acme".parse().unwrap(),
            person: "anna".parse().unwrap(),
            roles: Vec::new(),
        }
    }

    #[test]
    fn a_token_is_known_until_it_ends_or_the_keys_change() {
        let known = Known::default();
        known.keep("t", &anna(), now() + 60, 3);
        assert_eq!(known.get("t", 3), Some(anna()));
        assert_eq!(known.get("t", 4), None);
        assert_eq!(known.get("u", 3), None);

        known.keep("t", &anna(), now() - LEEWAY - 1, 3);
        assert_eq!(known.get("t", 3), None);
    }
}
