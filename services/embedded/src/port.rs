//! Ports for private servers.

use std::{
    net::{Ipv4Addr, TcpListener, UdpSocket},
    sync::Mutex,
};

/// Below the range from which systems deal ports to outgoing connections (32768 and up on Linux,
/// 49152 on macOS): while a server is down, nobody gets its port by chance.
const RANGE: std::ops::Range<u16> = 20_000..32_000;

/// The ports that this process was dealt, each held until it ends.
///
/// Between the dealing and the listening a port is free for everyone, and a server that is killed
/// comes back to its own. So that no other caller of [`free_port`] is dealt it, here or in
/// another process, its number is taken for UDP, where nobody of ours listens: the system keeps
/// the list and forgets it with the process.
static DEALT: Mutex<Vec<UdpSocket>> = Mutex::new(Vec::new());

/// A port of 127.0.0.1 that nobody listens on at this moment, and that is dealt to nobody else
/// while this process lives.
#[must_use]
pub fn free_port() -> u16 {
    loop {
        let port = rand::random_range(RANGE);
        let Ok(claim) = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)) else {
            continue;
        };
        if is_free(port) {
            let mut dealt = DEALT
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            dealt.push(claim);
            return port;
        }
    }
}

/// Whether a server could listen on this port of 127.0.0.1 now.
pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_port_is_dealt_twice() {
        // Of 600 numbers that are drawn blindly from 12 000, some are the same (15 on average).
        let dealt: HashSet<u16> = (0..600).map(|_| free_port()).collect();
        assert_eq!(dealt.len(), 600);
    }
}
