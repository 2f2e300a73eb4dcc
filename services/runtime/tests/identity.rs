//! Which tokens are accepted (P-02).
#![allow(clippy::unwrap_used, missing_docs, reason = "a test")]

use std::{fs, time::Duration};

use guanxi_harness::ScratchDir;
use guanxi_runtime::{DevelopmentIssuer, Identity, Role, Verifier, config::Auth};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const FAR: u64 = 4_000_000_000;

/// A secret file of its own for each test, and settings that name it.
fn settings() -> (ScratchDir, Auth) {
    let scratch = ScratchDir::create().unwrap();
    let file = scratch.path().join("secret");
    fs::write(&file, SECRET).unwrap();
    let auth = Auth {
        development_secret_file: Some(file),
        ..Auth::default()
    };
    (scratch, auth)
}

fn signed(claims: &Value, secret: &str) -> String {
    let key = EncodingKey::from_secret(secret.as_bytes());
    format!(
        "Bearer {}",
        encode(&Header::new(Algorithm::HS256), claims, &key).unwrap()
    )
}

fn claims(more: Value) -> Value {
    let mut claims = json!({"sub": "anna", "tenant": "acme", "roles": ["agent"], "exp": FAR});
    let more = more.as_object().cloned().unwrap_or_default();
    claims.as_object_mut().unwrap().extend(more);
    claims
}

#[test]
fn a_token_of_the_development_issuer_names_tenant_person_and_roles() {
    let (_scratch, mut settings) = settings();
    settings.issuer = Some("https://id.example.com".to_owned());
    settings.audience = Some("guanxi".to_owned());
    let identity = Identity {
        tenant: "acme".parse().unwrap(),
        person: "anna".parse().unwrap(),
        roles: vec![Role::Agent, Role::Importer],
    };
    let issuer = DevelopmentIssuer::open(&settings).unwrap();
    let token = issuer.issue(&identity, Duration::from_secs(60)).unwrap();
    let verifier = Verifier::open(&settings).unwrap();
    assert_eq!(
        verifier.verify(Some(&format!("Bearer {token}"))).unwrap(),
        identity
    );
}

#[test]
fn a_token_for_another_application_is_refused_whether_or_not_it_names_one() {
    let (_scratch, mut settings) = settings();
    settings.audience = Some("guanxi".to_owned());
    let verifier = Verifier::open(&settings).unwrap();
    let verify = |more| verifier.verify(Some(&signed(&claims(more), SECRET)));
    assert!(verify(json!({"aud": "guanxi"})).is_ok());
    assert!(verify(json!({"aud": ["other", "guanxi"]})).is_ok());
    assert!(verify(json!({"aud": "other"})).is_err());
    assert!(verify(json!({"aud": ["other"]})).is_err());
    assert!(verify(json!({})).is_err());
}

#[test]
fn a_token_of_another_issuer_is_refused_whether_or_not_it_names_one() {
    let (_scratch, mut settings) = settings();
    settings.issuer = Some("https://id.example.com".to_owned());
    let verifier = Verifier::open(&settings).unwrap();
    let verify = |more| verifier.verify(Some(&signed(&claims(more), SECRET)));
    assert!(verify(json!({"iss": "https://id.example.com"})).is_ok());
    assert!(verify(json!({"iss": "https://id.example.org"})).is_err());
    assert!(verify(json!({})).is_err());
}

#[test]
fn a_token_that_is_expired_or_early_or_forged_or_incomplete_is_refused() {
    let (_scratch, settings) = settings();
    let verifier = Verifier::open(&settings).unwrap();
    let verify = |claims: &Value, secret| verifier.verify(Some(&signed(claims, secret)));
    assert!(verify(&claims(json!({})), SECRET).is_ok());
    assert!(verify(&claims(json!({"exp": 1_000_000_000})), SECRET).is_err());
    assert!(verify(&claims(json!({"nbf": FAR - 1})), SECRET).is_err());
    assert!(verify(&claims(json!({})), "ffffffffffffffffffffffffffffffff").is_err());
    assert!(verify(&claims(json!({"tenant": "No Tenant"})), SECRET).is_err());
    assert!(verify(&claims(json!({"roles": ["emperor"]})), SECRET).is_err());
    assert!(verify(&json!({"sub": "anna", "exp": FAR}), SECRET).is_err());
    assert!(verifier.verify(None).is_err());
    assert!(verifier.verify(Some("Bearer x.y.z")).is_err());
}

#[test]
fn without_any_key_nothing_is_verified() {
    assert!(Verifier::open(&Auth::default()).is_err());
}

fn refused_soon(verifier: &Verifier, token: &str) {
    let begun = std::time::Instant::now();
    while verifier.verify(Some(token)).is_ok() {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "it is still taken"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_token_that_was_verified_is_not_taken_when_it_has_ended_or_its_key_is_gone() {
    let (scratch, settings) = settings();
    let file = scratch.path().join("keys");
    let keys = |secret: &str| {
        json!({"keys": [{"kty": "oct", "kid": "one", "alg": "HS256", "k": secret}]}).to_string()
    };
    fs::write(&file, keys("Zmlyc3Q")).unwrap();
    let settings = Auth {
        jwks_file: Some(file.clone()),
        ..settings
    };
    let verifier = Verifier::open(&settings).unwrap();
    let token = signed(&claims(json!({})), SECRET);
    assert!(verifier.verify(Some(&token)).is_ok());
    assert!(verifier.verify(Some(&token)).is_ok());

    // The development secret is read again together with the provider's keys.
    let secret = settings.development_secret_file.unwrap();
    fs::write(&secret, "ffffffffffffffffffffffffffffffff").unwrap();
    fs::write(&file, keys("c2Vjb25k")).unwrap();
    let later = std::time::SystemTime::now() + Duration::from_secs(5);
    fs::File::options()
        .write(true)
        .open(&file)
        .unwrap()
        .set_modified(later)
        .unwrap();
    refused_soon(&verifier, &token);

    let secret = "ffffffffffffffffffffffffffffffff";
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    // Five seconds before it is too late even for clocks that are behind.
    let short = signed(&claims(json!({"exp": now - 25})), secret);
    assert!(verifier.verify(Some(&short)).is_ok());
    refused_soon(&verifier, &short);
}
