//! How the appender gets its own connection: outside the pool, and with the server's notices heard.

use std::sync::Arc;

use futures::{
    future::BoxFuture,
    stream::{self, BoxStream, StreamExt},
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::{AsyncMessage, Client, Connection, NoTls};

use crate::LogError;

/// Makes a connection to the log's database whenever the appender needs one. The runtime knows
/// address, TLS and role; the appender sets what it needs on the session.
pub type Connector = Arc<dyn Fn() -> BoxFuture<'static, Result<Connected, LogError>> + Send + Sync>;

/// A new connection that is not driven yet: the appender drives it, to hear the notices by which
/// Postgres says that a commit did not wait for its synchronous standby.
pub struct Connected {
    pub(crate) client: Client,
    pub(crate) messages: BoxStream<'static, Result<AsyncMessage, tokio_postgres::Error>>,
}

impl Connected {
    /// Of what `tokio_postgres::Config::connect` returned.
    pub fn new<S, T>(client: Client, mut connection: Connection<S, T>) -> Self
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        Self {
            client,
            messages: stream::poll_fn(move |cx| connection.poll_message(cx)).boxed(),
        }
    }
}

/// Connects without TLS: tests, and the private Postgres of `guanxi dev`.
pub fn connect_plain(url: &str) -> Connector {
    let url: Arc<str> = url.into();
    Arc::new(move || {
        let url = url.clone();
        Box::pin(async move {
            let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
            Ok(Connected::new(client, connection))
        })
    })
}
