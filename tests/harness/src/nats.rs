//! Connections to NATS.

use anyhow::Context;
use async_nats::{Client, ConnectOptions, ServerAddr};

/// Connects to a NATS by its URL, with the user and password that stand in it: the client library
/// itself does not look at them.
///
/// # Errors
/// When the URL is none, or the server refuses.
pub async fn connect_nats(url: &str) -> anyhow::Result<Client> {
    let address: ServerAddr = url.parse().context("parse the URL of NATS")?;
    let options = match (address.username(), address.password()) {
        (Some(user), Some(password)) => {
            ConnectOptions::with_user_and_password(user.to_owned(), password.to_owned())
        }
        _ => ConnectOptions::new(),
    };
    options.connect(address).await.context("connect to NATS")
}
