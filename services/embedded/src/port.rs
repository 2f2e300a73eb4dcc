//! Ports for private servers.

use std::{
    io::ErrorKind,
    net::{Ipv4Addr, TcpListener, UdpSocket},
    sync::{Mutex, PoisonError},
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
        let claim = match UdpSocket::bind((Ipv4Addr::LOCALHOST, port)) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => continue,
            claim => claim,
        };
        if is_free(port) {
            // Where it cannot be claimed, chance must do.
            DEALT
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend(claim);
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
        let dealt: HashSet<u16> = (0..150).map(|_| free_port()).collect();
        assert_eq!(dealt.len(), 150);
        // Drawn blindly, two would be the same more often than not. Nor does another process get one.
        for port in dealt {
            assert!(UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).is_err());
        }
    }
}
