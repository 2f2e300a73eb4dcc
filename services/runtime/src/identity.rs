//! Who calls: a JWT, verified, as tenant, person and roles.

mod known;

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
    time::{Duration, Instant, SystemTime},
};

use guanxi_decider::Actor;
use guanxi_events::{PersonId, TenantId};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
    jwk::JwkSet,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use self::known::{Known, LEEWAY};
use crate::{Role, config::Auth};

/// A caller whose token was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Whose data may be seen and changed.
    pub tenant: TenantId,
    /// Who it is.
    pub person: PersonId,
    /// What the caller may do.
    pub roles: Vec<Role>,
}

impl Identity {
    /// Whether any role grants the action.
    pub fn may(&self, action: &str) -> bool {
        self.roles.iter().any(|role| role.allows(action))
    }

    /// As a decision sees it.
    pub fn actor(&self) -> Actor {
        Actor {
            person: self.person.clone(),
            may_backdate: self.roles.iter().any(|role| role.may_backdate()),
            manages: self.roles.iter().any(|role| role.manages()),
        }
    }
}

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    sub: PersonId,
    tenant: TenantId,
    roles: Vec<Role>,
    exp: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    /// Checked by the library, which knows both its forms: one name or a list.
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    aud: Option<String>,
}

/// Why a token is not accepted. What the caller is told names no more than this.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// No `authorization: Bearer …`.
    #[error("send `authorization: Bearer <token>`")]
    Missing,
    /// Not ours, altered, or out of date.
    #[error("the token is not valid: {0}")]
    Invalid(String),
    /// The configured keys cannot be read.
    #[error("{file}: {problem}")]
    Keys {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Nothing is configured that could verify a token.
    #[error("set auth.jwks_file (or, for development, auth.development_secret_file)")]
    NotConfigured,
}

/// Verifies tokens.
#[derive(Clone)]
pub struct Verifier {
    keys: Arc<RwLock<KeySet>>,
    known: Known,
    settings: Auth,
}

/// The keys of the identity provider, and when their file was last looked at.
struct KeySet {
    provider: JwkSet,
    development: Option<DecodingKey>,
    modified: Option<SystemTime>,
    looked: Instant,
    /// How many there were before: what an earlier one verified counts no more.
    number: u64,
}

/// Rotated keys take effect within this time.
const LOOK_EVERY: Duration = Duration::from_secs(1);

impl Verifier {
    /// Reads the configured keys.
    ///
    /// # Errors
    /// Keys that are missing or unreadable.
    pub fn open(settings: &Auth) -> Result<Self, AuthError> {
        if settings.jwks_file.is_none() && settings.development_secret_file.is_none() {
            return Err(AuthError::NotConfigured);
        }
        let keys = Arc::new(RwLock::new(read_keys(settings)?));
        Ok(Self {
            keys,
            known: Known::default(),
            settings: settings.clone(),
        })
    }

    /// The caller behind an `authorization` header.
    ///
    /// # Errors
    /// [`AuthError`].
    pub fn verify(&self, authorization: Option<&str>) -> Result<Identity, AuthError> {
        let token = authorization
            .and_then(|h| h.strip_prefix("Bearer "))
            .ok_or(AuthError::Missing)?;
        self.reread();
        let keys = self.keys().number;
        if let Some(identity) = self.known.get(token, keys) {
            return Ok(identity);
        }
        let claims = self.claims(token)?;
        let identity = Identity {
            tenant: claims.tenant,
            person: claims.sub,
            roles: claims.roles,
        };
        // By the keys that were read before, or newer ones: then it is only verified once more.
        self.known.keep(token, &identity, claims.exp, keys);
        Ok(identity)
    }

    /// What a token says, if it is signed, for us, and not out of date.
    fn claims(&self, token: &str) -> Result<Claims, AuthError> {
        let invalid = |error: jsonwebtoken::errors::Error| AuthError::Invalid(error.to_string());
        let header = decode_header(token).map_err(invalid)?;
        let key = self.key(&header)?;
        let mut validation = Validation::new(header.alg);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        match &self.settings.audience {
            Some(audience) => {
                validation.set_audience(&[audience]);
                // A token for another application, which names no audience at all, is no token for us.
                validation.required_spec_claims.insert("aud".to_owned());
            }
            None => validation.validate_aud = false,
        }
        if let Some(issuer) = &self.settings.issuer {
            validation.set_issuer(&[issuer]);
            validation.required_spec_claims.insert("iss".to_owned());
        }
        let decoded = decode::<Claims>(token, &key, &validation).map_err(invalid)?;
        Ok(decoded.claims)
    }

    /// The key for this header. The algorithm is bound to the kind of key: a token that names
    /// HS256 is never checked against a public key.
    fn key(&self, header: &Header) -> Result<DecodingKey, AuthError> {
        let unknown = || AuthError::Invalid("it is signed by no key that is known here".to_owned());
        let keys = self.keys();
        match header.alg {
            Algorithm::HS256 => keys.development.clone().ok_or_else(unknown),
            Algorithm::RS256 | Algorithm::ES256 => {
                let kid = header.kid.as_deref().ok_or_else(unknown)?;
                let jwk = keys.provider.find(kid).ok_or_else(unknown)?;
                DecodingKey::from_jwk(jwk).map_err(|_| unknown())
            }
            other => Err(AuthError::Invalid(format!("{other:?} is not accepted"))),
        }
    }

    fn keys(&self) -> RwLockReadGuard<'_, KeySet> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes up a changed key file. A file that became unreadable leaves the old keys in force.
    fn reread(&self) {
        let Some(file) = &self.settings.jwks_file else {
            return;
        };
        let is_due = |keys: &KeySet| keys.looked.elapsed() >= LOOK_EVERY;
        if !is_due(&self.keys()) {
            return;
        }
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        // Of all who came at once, one looks.
        if !is_due(&keys) {
            return;
        }
        keys.looked = Instant::now();
        let modified = std::fs::metadata(file)
            .and_then(|meta| meta.modified())
            .ok();
        if modified == keys.modified {
            return;
        }
        match read_keys(&self.settings) {
            Ok(new) => {
                let number = keys.number + 1;
                *keys = KeySet { number, ..new };
            }
            Err(error) => tracing::error!(%error, "the old keys stay in force"),
        }
    }
}

fn read_keys(settings: &Auth) -> Result<KeySet, AuthError> {
    let mut modified = None;
    let provider = match &settings.jwks_file {
        None => JwkSet { keys: Vec::new() },
        Some(file) => {
            let problem = |problem: String| AuthError::Keys {
                file: file.clone(),
                problem,
            };
            // Before the text: a file replaced in between is then read again.
            modified = std::fs::metadata(file)
                .and_then(|meta| meta.modified())
                .ok();
            let text = std::fs::read(file).map_err(|error| problem(error.to_string()))?;
            serde_json::from_slice(&text).map_err(|error| problem(error.to_string()))?
        }
    };
    let development = match &settings.development_secret_file {
        None => None,
        Some(file) => {
            let secret = read_secret(file)?;
            Some(DecodingKey::from_secret(secret.expose_secret().as_bytes()))
        }
    };
    Ok(KeySet {
        provider,
        development,
        modified,
        looked: Instant::now(),
        number: 0,
    })
}

fn read_secret(file: &PathBuf) -> Result<SecretString, AuthError> {
    let problem = |problem: String| AuthError::Keys {
        file: file.clone(),
        problem,
    };
    let secret = std::fs::read_to_string(file).map_err(|error| problem(error.to_string()))?;
    if secret.trim().len() < 32 {
        return Err(problem("a secret has at least 32 characters".to_owned()));
    }
    Ok(SecretString::from(secret.trim().to_owned()))
}

/// Issues tokens for local use.
#[derive(Clone)]
pub struct DevelopmentIssuer {
    secret: SecretString,
    issuer: Option<String>,
    audience: Option<String>,
}

impl DevelopmentIssuer {
    /// With the configured secret.
    ///
    /// # Errors
    /// When none is configured or it cannot be read.
    pub fn open(settings: &Auth) -> Result<Self, AuthError> {
        let file = settings
            .development_secret_file
            .as_ref()
            .ok_or(AuthError::NotConfigured)?;
        Ok(Self {
            secret: read_secret(file)?,
            issuer: settings.issuer.clone(),
            audience: settings.audience.clone(),
        })
    }

    /// A token of this person, valid for `lifetime`.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn issue(&self, identity: &Identity, lifetime: Duration) -> Result<String, AuthError> {
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let claims = Claims {
            sub: identity.person.clone(),
            tenant: identity.tenant.clone(),
            roles: identity.roles.clone(),
            exp: (now + lifetime).as_secs(),
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
        };
        let key = EncodingKey::from_secret(self.secret.expose_secret().as_bytes());
        encode(&Header::new(Algorithm::HS256), &claims, &key)
            .map_err(|error| AuthError::Invalid(error.to_string()))
    }
}
