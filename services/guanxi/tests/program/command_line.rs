//! Configuration, tokens, and what is said when something is wrong.

use guanxi_runtime::{Role, Verifier, config::Config};

use crate::kit::{complained, printed, run, scratch};

#[test]
fn the_configuration_is_printed_with_secrets_hidden() {
    let output = run(&["config", "--set", "database.url=postgres://u:hunter2@h/d"]);
    assert!(output.status.success(), "{}", complained(&output));
    assert!(printed(&output).contains("postgres://u:(hidden)@h/d"));
    assert!(!printed(&output).contains("hunter2"));
}

#[test]
fn a_misspelt_setting_is_refused_by_its_name() {
    let output = run(&["config", "--set", "databse.url=x"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        complained(&output).contains("databse"),
        "{}",
        complained(&output)
    );
}

#[test]
fn a_command_line_that_is_not_understood_is_told_apart_from_a_failure() {
    assert_eq!(run(&["log", "tail", "nonsense"]).status.code(), Some(2));
    assert_eq!(run(&["serve"]).status.code(), Some(2));
}

#[test]
fn a_token_of_the_development_issuer_is_accepted_by_the_services() {
    let dir = scratch();
    let secret = dir.path().join("secret");
    std::fs::write(&secret, "0123456789abcdef0123456789abcdef").unwrap();
    let file = format!("auth.development_secret_file={}", secret.display());
    let output = run(&[
        "token",
        "--tenant",
        "acme",
        "--person",
        "anna",
        "--role",
        "agent",
        "--role",
        "importer",
        "--set",
        "development=true",
        "--set",
        &file,
    ]);
    assert!(output.status.success(), "{}", complained(&output));

    let file = format!("auth.development_secret_file = '{}'", secret.display());
    let config = Config::load(None, &["development = true".to_owned(), file]).unwrap();
    let verifier = Verifier::open(&config.auth).unwrap();
    let header = format!("Bearer {}", printed(&output).trim());
    let identity = verifier.verify(Some(&header)).unwrap();
    assert_eq!(identity.tenant.as_str(), "acme");
    assert_eq!(identity.person.as_str(), "anna");
    assert_eq!(identity.roles, [Role::Agent, Role::Importer]);
}

#[test]
fn without_a_development_secret_the_token_command_says_what_to_do() {
    let output = run(&["token", "--tenant", "a", "--person", "b", "--role", "agent"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        complained(&output).contains("guanxi dev"),
        "{}",
        complained(&output)
    );
}

#[test]
fn an_unknown_role_is_refused_with_those_that_there_are() {
    let output = run(&["token", "--tenant", "a", "--person", "b", "--role", "king"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        complained(&output).contains("importer"),
        "{}",
        complained(&output)
    );
}

#[test]
fn a_database_that_is_not_there_is_named_by_its_setting() {
    let nowhere = "database.url=postgres://u:p@127.0.0.1:1/d";
    let output = run(&["migrate", "--set", nowhere]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        complained(&output).contains("database.url"),
        "{}",
        complained(&output)
    );
}
