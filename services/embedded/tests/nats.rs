//! What a private nats-server promises, on real ones.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::{os::unix::fs::MetadataExt, path::PathBuf};

use guanxi_embedded::{EmbeddedError, Nats, NatsOptions};
use secrecy::ExposeSecret;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

fn thrown_away() -> NatsOptions {
    let name = format!("guanxi-embedded-{}", uuid::Uuid::new_v4());
    let dir: PathBuf = std::env::temp_dir().join(name);
    NatsOptions {
        throw_away: true,
        ..NatsOptions::in_dir(dir)
    }
}

#[tokio::test]
async fn a_missing_nats_server_says_what_to_install() {
    let options = NatsOptions {
        programs: vec!["/nonexistent".into()],
        ..thrown_away()
    };
    let message = Nats::start(options).await.unwrap_err().to_string();
    assert!(message.contains("`nats-server`"), "{message}");
    assert!(message.contains("apt-get install nats-server"), "{message}");
}

#[tokio::test]
async fn a_start_that_fails_shows_the_end_of_the_log() {
    let configuration = vec!["max_payload: plenty".to_owned()];
    let error = Nats::start(NatsOptions {
        configuration,
        ..thrown_away()
    })
    .await
    .unwrap_err();
    let EmbeddedError::DidNotStart { log_tail, .. } = error else {
        panic!("{error}")
    };
    assert!(log_tail.contains("nats.conf:3:"), "{log_tail}");
}

#[tokio::test]
async fn a_fixed_port_that_is_taken_is_refused() {
    let holder = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = holder.local_addr().unwrap().port();
    let error = Nats::start(NatsOptions {
        port: Some(port),
        ..thrown_away()
    })
    .await
    .unwrap_err();
    assert!(
        matches!(error, EmbeddedError::PortTaken { port: taken } if taken == port),
        "{error}"
    );
}

#[tokio::test]
async fn nobody_gets_in_without_the_password_which_only_its_owner_reads() {
    let nats = Nats::start(thrown_away()).await.unwrap();
    let mut stream = BufReader::new(
        TcpStream::connect(("127.0.0.1", nats.port()))
            .await
            .unwrap(),
    );
    let mut information = String::new();
    stream.read_line(&mut information).await.unwrap();
    assert!(information.contains("\"jetstream\":true"), "{information}");

    stream.write_all(b"CONNECT {}\r\nPING\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("Authorization Violation"), "{answer}");

    for file in ["password", "nats.conf"] {
        let mode = nats.dir().join(file).metadata().unwrap().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[tokio::test]
async fn it_starts_again_on_its_port_after_a_stop_a_kill_and_under_the_next_owner() {
    let options = NatsOptions {
        throw_away: false,
        ..thrown_away()
    };
    let mut nats = Nats::start(options.clone()).await.unwrap();
    let (url, first) = (nats.url(), nats.pid().unwrap());

    nats.stop().await;
    assert_eq!(nats.pid(), None);
    nats.restart().await.unwrap();
    nats.kill();
    assert_eq!(nats.pid(), None);
    nats.restart().await.unwrap();
    assert_ne!(nats.pid().unwrap(), first);
    drop(nats);

    let next = Nats::start(NatsOptions {
        throw_away: true,
        ..options
    })
    .await
    .unwrap();
    assert_eq!(next.url().expose_secret(), url.expose_secret());
}

#[tokio::test]
async fn a_directory_in_use_is_refused() {
    let options = thrown_away();
    let mut nats = Nats::start(options.clone()).await.unwrap();
    let second = Nats::start(options).await.unwrap_err();
    assert!(matches!(second, EmbeddedError::InUse { .. }), "{second}");
    assert!(nats.pid().is_some());
}
