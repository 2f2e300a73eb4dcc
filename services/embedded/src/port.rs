//! Ports for private servers.

use std::net::{Ipv4Addr, TcpListener};

/// Below the range from which systems deal ports to outgoing connections (32768 and up on Linux,
/// 49152 on macOS): while a server is down, nobody gets its port by chance.
const RANGE: std::ops::Range<u16> = 20_000..32_000;

/// A port of 127.0.0.1 that nobody listens on at this moment.
#[must_use]
pub fn free_port() -> u16 {
    loop {
        let port = rand::random_range(RANGE);
        if is_free(port) {
            return port;
        }
    }
}

/// Whether a server could listen on this port of 127.0.0.1 now.
pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}
