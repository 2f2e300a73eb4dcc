//! Signed notes of where the log stood, kept outside the database: whoever can change every table
//! still cannot cut the log's tail, or write it anew, unnoticed.

mod file;

use aws_lc_rs::{
    rand,
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use guanxi_events::{Incarnation, Position, Service};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Hash, Head, LogError};

pub use file::{append_anchor, keep_anchors, load_or_create_key, read_anchors};

/// One line of the anchor file, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// Whose log.
    pub log: Service,
    /// The log's life.
    pub incarnation: Incarnation,
    /// The head's position.
    pub position: Position,
    /// The chain's link there.
    #[serde(with = "hex_hash")]
    pub hash: Hash,
    /// When the note was made.
    pub time: Timestamp,
    /// Ed25519 over all of the above, in hexadecimal.
    pub signature: String,
}

/// The key that signs anchors. It belongs where the database's administrators cannot read it.
pub struct AnchorKey {
    seed: [u8; 32],
    pair: Ed25519KeyPair,
}

/// The half that checks signatures, in 64 hexadecimal digits as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorPublicKey([u8; 32]);

impl AnchorKey {
    /// A new key.
    ///
    /// # Errors
    /// When the system has no random bytes to give.
    pub fn generate() -> Result<Self, LogError> {
        let mut seed = [0; 32];
        rand::fill(&mut seed).map_err(|_| LogError::Anchor("no random bytes".to_owned()))?;
        Self::from_seed(seed)
    }

    fn from_seed(seed: [u8; 32]) -> Result<Self, LogError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed);
        let pair = pair.map_err(|_| LogError::Anchor("the key is not valid".to_owned()))?;
        Ok(Self { seed, pair })
    }

    fn from_hex(text: &str) -> Result<Self, LogError> {
        Self::from_seed(bytes_of_hex("the key", text)?)
    }

    fn to_hex(&self) -> String {
        hex::encode(self.seed)
    }

    /// The half to give to whoever verifies.
    pub fn public(&self) -> AnchorPublicKey {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.pair.public_key().as_ref());
        AnchorPublicKey(bytes)
    }

    /// Signs where a log stands at `time`.
    pub fn sign(&self, log: Service, head: &Head, time: Timestamp) -> Anchor {
        let mut anchor = Anchor {
            log,
            incarnation: head.incarnation,
            position: head.position,
            hash: head.chain,
            time,
            signature: String::new(),
        };
        anchor.signature = hex::encode(self.pair.sign(anchor.signed().as_bytes()));
        anchor
    }
}

impl AnchorPublicKey {
    /// From 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`LogError::Anchor`] when it is something else.
    pub fn from_hex(text: &str) -> Result<Self, LogError> {
        bytes_of_hex("the public key", text).map(Self)
    }

    /// As 64 hexadecimal digits.
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }
}

impl Anchor {
    /// Checks the signature.
    ///
    /// # Errors
    /// [`LogError::Anchor`] when it is not the key's.
    pub fn check(&self, key: &AnchorPublicKey) -> Result<(), LogError> {
        let key = UnparsedPublicKey::new(&ED25519, key.0);
        let signature = hex::decode(&self.signature).unwrap_or_default();
        key.verify(self.signed().as_bytes(), &signature)
            .map_err(|_| LogError::Anchor("the signature is not the key's".to_owned()))
    }

    /// What the signature is over.
    fn signed(&self) -> String {
        let Self {
            log,
            incarnation,
            position,
            hash,
            time,
            ..
        } = self;
        let hash = hex::encode(hash);
        format!("guanxi anchor 1\n{log}\n{incarnation}\n{position}\n{hash}\n{time}\n")
    }
}

fn bytes_of_hex(what: &str, text: &str) -> Result<[u8; 32], LogError> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text.trim(), &mut bytes)
        .map_err(|error| LogError::Anchor(format!("{what}: {error}")))?;
    Ok(bytes)
}

mod hex_hash {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::Hash;

    pub(super) fn serialize<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(hash))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(reader: D) -> Result<Hash, D::Error> {
        let text = String::deserialize(reader)?;
        let mut hash = [0; 32];
        hex::decode_to_slice(text, &mut hash).map_err(D::Error::custom)?;
        Ok(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Head {
        Head {
            incarnation: Incarnation::new(),
            position: Position(7),
            recorded_at: Timestamp::UNIX_EPOCH,
            chain: [3; 32],
        }
    }

    #[test]
    fn an_anchor_with_any_field_changed_is_refused() {
        let key = AnchorKey::generate().unwrap();
        let anchor = key.sign(Service::Sales, &head(), Timestamp::UNIX_EPOCH);
        anchor.check(&key.public()).unwrap();

        let changes: [fn(&mut Anchor); 6] = [
            |anchor| anchor.log = Service::Customers,
            |anchor| anchor.incarnation = Incarnation::new(),
            |anchor| anchor.position = Position(6),
            |anchor| anchor.hash[31] = 4,
            |anchor| anchor.time = Timestamp::MAX,
            |anchor| anchor.signature.clear(),
        ];
        for change in changes {
            let mut changed = anchor.clone();
            change(&mut changed);
            assert!(changed.check(&key.public()).is_err(), "{changed:?}");
        }
    }

    #[test]
    fn an_anchor_of_another_key_is_refused() {
        let anchor =
            AnchorKey::generate()
                .unwrap()
                .sign(Service::Sales, &head(), Timestamp::UNIX_EPOCH);
        let other = AnchorKey::generate().unwrap().public();
        assert!(anchor.check(&other).is_err());
    }
}
