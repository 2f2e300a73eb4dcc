//! The network between a process and a server: a proxy that can be slow, silent or cut.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
    time::sleep,
};

/// Bytes that are under way at most, in each direction of a connection.
const WINDOW: usize = 64 * 1024;

/// How the network is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    /// As it should be.
    Fair,
    /// So much later.
    Slow(Duration),
    /// Nothing arrives, not even that a connection ended; what was sent arrives when it is over.
    Silent,
    /// Connections break, and new ones are refused.
    Cut,
}

/// A way to a server, by which one process reaches it. It ends when it is dropped.
#[derive(Debug)]
pub struct Link {
    port: u16,
    weather: watch::Sender<Weather>,
    listening: JoinHandle<()>,
}

impl Link {
    /// To a server at a port of 127.0.0.1.
    ///
    /// # Errors
    /// When no port can be opened.
    pub async fn to(server: u16) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let (weather, forecast) = watch::channel(Weather::Fair);
        let server = SocketAddr::from(([127, 0, 0, 1], server));
        let listening = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                // Where nobody listens, the connection ends: as good as refused.
                tokio::spawn(carry(near, server, forecast.clone()));
            }
        });
        Ok(Self {
            port,
            weather,
            listening,
        })
    }

    /// The port of this end on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Changes the weather, for connections that are open and for new ones.
    pub fn set(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // Those who carry end as soon as they notice that there is no weather any more.
        self.listening.abort();
    }
}

async fn carry(
    near: TcpStream,
    server: SocketAddr,
    weather: watch::Receiver<Weather>,
) -> io::Result<()> {
    passage(&mut weather.clone()).await?;
    let far = TcpStream::connect(server).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let (near_read, near_write) = near.into_split();
    let (far_read, far_write) = far.into_split();
    let both = async {
        tokio::try_join!(
            pump(near_read, far_write, weather.clone()),
            pump(far_read, near_write, weather.clone()),
        )
    };
    let (mut cut, mut link) = (weather.clone(), weather.clone());
    tokio::select! {
        carried = both => { carried?; }
        _ = cut.wait_for(|weather| *weather == Weather::Cut) => {}
        // The link is gone.
        () = gone(&mut link) => {}
    }
    Ok(())
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut weather: watch::Receiver<Weather>,
) -> io::Result<()> {
    let mut buffer = vec![0; WINDOW];
    loop {
        let read = from.read(&mut buffer).await?;
        passage(&mut weather).await?;
        if read == 0 {
            return to.shutdown().await;
        }
        to.write_all(&buffer[..read]).await?;
    }
}

/// Waits until something gets through.
async fn passage(weather: &mut watch::Receiver<Weather>) -> io::Result<()> {
    loop {
        let now = *weather.borrow_and_update();
        match now {
            Weather::Fair => return Ok(()),
            Weather::Slow(delay) => {
                sleep(delay).await;
                return Ok(());
            }
            Weather::Cut => return Err(io::ErrorKind::ConnectionReset.into()),
            Weather::Silent => {
                let changed = weather.changed().await;
                changed.map_err(|_| io::Error::from(io::ErrorKind::ConnectionReset))?;
            }
        }
    }
}

async fn gone(weather: &mut watch::Receiver<Weather>) {
    while weather.changed().await.is_ok() {}
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use tokio::time::timeout;

    use super::*;

    const MOMENT: Duration = Duration::from_millis(200);

    /// A link to a server that says everything again, and a connection through it.
    async fn echo() -> (Link, TcpStream) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let server = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let (mut read, mut write) = connection.into_split();
                tokio::spawn(async move { tokio::io::copy(&mut read, &mut write).await });
            }
        });
        let link = Link::to(server).await.unwrap();
        let connection = TcpStream::connect(("127.0.0.1", link.port()));
        let connection = connection.await.unwrap();
        (link, connection)
    }

    async fn said_again(connection: &mut TcpStream) -> io::Result<u8> {
        connection.write_all(b"x").await?;
        connection.read_u8().await
    }

    #[tokio::test]
    async fn in_fair_weather_everything_gets_through() {
        let (_link, mut connection) = echo().await;
        assert_eq!(said_again(&mut connection).await.unwrap(), b'x');
    }

    #[tokio::test]
    async fn slowly_it_gets_through_later() {
        let (link, mut connection) = echo().await;
        link.set(Weather::Slow(MOMENT));
        let begun = Instant::now();
        said_again(&mut connection).await.unwrap();
        assert!(begun.elapsed() >= MOMENT * 2, "{:?}", begun.elapsed());
    }

    #[tokio::test]
    async fn what_was_said_in_silence_arrives_when_it_is_over() {
        let (link, mut connection) = echo().await;
        said_again(&mut connection).await.unwrap();
        link.set(Weather::Silent);
        connection.write_all(b"y").await.unwrap();
        assert!(timeout(MOMENT, connection.read_u8()).await.is_err());
        link.set(Weather::Fair);
        assert_eq!(connection.read_u8().await.unwrap(), b'y');
    }

    #[tokio::test]
    async fn a_cut_breaks_what_is_open_and_refuses_what_is_new() {
        let (link, mut connection) = echo().await;
        said_again(&mut connection).await.unwrap();
        link.set(Weather::Cut);
        let ended = timeout(MOMENT * 10, connection.read_u8()).await;
        assert!(ended.unwrap().is_err());
        let mut anew = TcpStream::connect(("127.0.0.1", link.port()))
            .await
            .unwrap();
        assert!(said_again(&mut anew).await.is_err());
        link.set(Weather::Fair);
        let mut again = TcpStream::connect(("127.0.0.1", link.port()))
            .await
            .unwrap();
        assert_eq!(said_again(&mut again).await.unwrap(), b'x');
    }
}
