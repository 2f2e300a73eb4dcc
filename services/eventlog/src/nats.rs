//! How every part of Guanxi connects to NATS.

use std::time::Duration;

use async_nats::{Client, ConnectOptions, ServerAddr};

use crate::LogError;

/// The longest pause between two attempts to connect again. Readers are on the log meanwhile, and
/// a local server answers at once.
const MAX_RECONNECT_PAUSE: Duration = Duration::from_secs(1);

/// A client that connects in the background and for ever again, so that nothing fails to start
/// because NATS is away. `urls` are separated by commas; user and password are taken from the
/// first, for the client library does not look for them there. Add TLS and the like to `options`.
///
/// # Errors
/// [`LogError::Nats`] when a URL cannot be read.
pub async fn connect_nats(urls: &str, mut options: ConnectOptions) -> Result<Client, LogError> {
    let servers: Vec<ServerAddr> = urls
        .split(',')
        .map(|url| url.trim().parse())
        .collect::<Result<_, _>>()
        .map_err(|_| LogError::Nats("a URL is like nats://user:password@host:4222".into()))?;
    let credentials = servers
        .first()
        .and_then(|first| Some((first.username()?, first.password().unwrap_or_default())));
    if let Some((user, password)) = credentials {
        options = options.user_and_password(user.to_owned(), password.to_owned());
    }
    options
        .retry_on_initial_connect()
        .reconnect_delay_callback(|attempts| {
            let doubled = Duration::from_millis(10) * 2_u32.pow(attempts.min(7) as u32);
            doubled.min(MAX_RECONNECT_PAUSE)
        })
        .connect(servers)
        .await
        .map_err(|error| LogError::Nats(error.to_string()))
}
