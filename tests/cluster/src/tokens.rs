//! Tokens of the development issuer, and ones that must not be accepted.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use guanxi_runtime::{DevelopmentIssuer, Identity, Role, config::Auth};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;

/// Issues tokens for one cluster.
#[derive(Clone)]
pub struct Tokens {
    issuer: DevelopmentIssuer,
    secret: String,
}

const LIFETIME: Duration = Duration::from_secs(3_600);

impl Tokens {
    /// Of the issuer with this secret.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn open(secret: &Path) -> anyhow::Result<Self> {
        let auth = Auth {
            development_secret_file: Some(PathBuf::from(secret)),
            ..Auth::default()
        };
        Ok(Self {
            issuer: DevelopmentIssuer::open(&auth)?,
            secret: std::fs::read_to_string(secret)?.trim().to_owned(),
        })
    }

    /// A good token.
    ///
    /// # Errors
    /// When a name is none.
    pub fn issue(&self, tenant: &str, person: &str, roles: &[Role]) -> anyhow::Result<String> {
        let identity = Identity {
            tenant: tenant.parse()?,
            person: person.parse()?,
            roles: roles.to_vec(),
        };
        Ok(self.issuer.issue(&identity, LIFETIME)?)
    }

    /// Tokens that claim to be an administrator of the tenant, each with what is wrong with it.
    ///
    /// # Errors
    /// When one cannot be signed.
    pub fn forged(&self, tenant: &str) -> anyhow::Result<Vec<(&'static str, String)>> {
        let now = Timestamp::now().as_second();
        let claims = |seconds: i64| json!({ "sub": "mallory", "tenant": tenant, "roles": ["admin"], "exp": now + seconds });
        let sign = |algorithm, secret: &str, claims: &serde_json::Value| {
            let key = EncodingKey::from_secret(secret.as_bytes());
            encode(&Header::new(algorithm), claims, &key)
        };
        let good = sign(Algorithm::HS256, &self.secret, &claims(3_600))?;
        let expired = sign(Algorithm::HS256, &self.secret, &claims(-3_600))?;
        let other = sign(Algorithm::HS256, &"x".repeat(32), &claims(3_600))?;
        let stronger = sign(Algorithm::HS512, &self.secret, &claims(3_600))?;
        let mut endless = claims(0);
        if let Some(claims) = endless.as_object_mut() {
            claims.remove("exp");
        }
        let endless = sign(Algorithm::HS256, &self.secret, &endless)?;
        let mut nobody = claims(3_600);
        nobody["tenant"] = json!("no tenant's name, for sure/");
        let nobody = sign(Algorithm::HS256, &self.secret, &nobody)?;
        let parts: Vec<&str> = good.split('.').collect();
        let [header, payload, signature] = parts.as_slice() else {
            anyhow::bail!("a token has three parts")
        };
        // {"alg":"none","typ":"JWT"}
        let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");
        let altered = {
            let other_payload = expired.split('.').nth(1).unwrap_or_default();
            format!("{header}.{other_payload}.{signature}")
        };
        Ok(vec![
            ("expired", expired),
            ("signed with another secret", other),
            ("signed by an algorithm that is not accepted", stronger),
            ("without an end", endless),
            ("of no possible tenant", nobody),
            ("not signed", unsigned),
            ("altered", altered),
            ("cut off", good[..good.len() - 4].to_owned()),
            ("no token at all", "garbage".to_owned()),
        ])
    }
}
