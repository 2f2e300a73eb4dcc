//! A wire between a log and Postgres that can be slow, and cut at the worst moment.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use guanxi_eventlog::{Connector, connect_plain};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::sleep,
};
use tokio_util::task::AbortOnDropHandle;

/// Where the next call's connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Postgres sees nothing of the call.
    BeforeTheCall,
    /// Postgres sees the half of it.
    WithinTheCall,
    /// Postgres has it all; nobody waits for what becomes of it.
    AfterTheCall,
    /// It is committed, and the answer lost.
    AfterTheCommit,
}

/// A proxy on a port of its own.
pub(crate) struct Wire {
    url: String,
    next_cut: Arc<Mutex<Option<Cut>>>,
    /// While it is down nobody is let through.
    up: watch::Sender<bool>,
    /// How much later everything arrives, in either direction.
    later: watch::Sender<Duration>,
    _accepting: AbortOnDropHandle<()>,
}

impl Wire {
    /// To the Postgres of a URL.
    pub(crate) async fn to(url: &str) -> Self {
        let config: tokio_postgres::Config = url.parse().unwrap();
        let port = config.get_ports()[0];
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let next_cut = Arc::default();
        let up = watch::Sender::new(true);
        let later = watch::Sender::new(Duration::ZERO);
        let accepting = tokio::spawn(accept(
            listener,
            port,
            Arc::clone(&next_cut),
            up.subscribe(),
            later.subscribe(),
        ));
        Self {
            url: url.replacen(&format!(":{port}/"), &format!(":{own}/"), 1),
            next_cut,
            up,
            later,
            _accepting: AbortOnDropHandle::new(accepting),
        }
    }

    /// Where Postgres seems to be.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Lets everything arrive so much later, in either direction.
    pub(crate) fn slow_down(&self, later: Duration) {
        self.later.send_replace(later);
    }

    /// What an appender connects by.
    pub(crate) fn connector(&self) -> Connector {
        connect_plain(&self.url)
    }

    /// Cuts the connection at the next thing that the appender says.
    pub(crate) fn cut_next(&self, cut: Cut) {
        *self.next_cut.lock().unwrap_or_else(PoisonError::into_inner) = Some(cut);
    }

    /// Whether new connections get through. Those that are there stay.
    pub(crate) fn let_through(&self, up: bool) {
        self.up.send_replace(up);
    }

    /// Whether a cut is still to come.
    pub(crate) fn is_whole(&self) -> bool {
        self.next_cut
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
    }
}

async fn accept(
    listener: TcpListener,
    port: u16,
    next_cut: Arc<Mutex<Option<Cut>>>,
    up: watch::Receiver<bool>,
    later: watch::Receiver<Duration>,
) {
    while let Ok((client, _)) = listener.accept().await {
        // One that is not let through is dropped, and so closed.
        if *up.borrow() {
            tokio::spawn(pass(client, port, next_cut.clone(), later.clone()));
        }
    }
}

/// Passes on what both say until the cut, after which both see the end.
async fn pass(
    mut client: TcpStream,
    port: u16,
    next_cut: Arc<Mutex<Option<Cut>>>,
    later: watch::Receiver<Duration>,
) -> std::io::Result<()> {
    let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
    let (mut asked, mut said) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    let mut lose_the_answer = false;
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let call = &asked[..read?];
                wait(&later).await;
                let cut = next_cut.lock().unwrap_or_else(PoisonError::into_inner).take();
                match cut {
                    _ if call.is_empty() => return Ok(()),
                    None => server.write_all(call).await?,
                    Some(Cut::BeforeTheCall) => return Ok(()),
                    Some(Cut::WithinTheCall) => return server.write_all(&call[..call.len() / 2]).await,
                    Some(Cut::AfterTheCall) => return server.write_all(call).await,
                    Some(Cut::AfterTheCommit) => {
                        server.write_all(call).await?;
                        lose_the_answer = true;
                    }
                }
            }
            read = server.read(&mut said) => {
                let answer = &said[..read?];
                wait(&later).await;
                if answer.is_empty() || lose_the_answer {
                    return Ok(());
                }
                client.write_all(answer).await?;
            }
        }
    }
}

async fn wait(later: &watch::Receiver<Duration>) {
    let later = *later.borrow();
    if !later.is_zero() {
        sleep(later).await;
    }
}
