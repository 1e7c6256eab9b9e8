//! Free ports for servers of our own.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

use crate::BackingError;

/// Below the range from which Linux takes the ports of outgoing connections (32768 and up): while one of our servers is
/// down, a client that keeps connecting to its port can otherwise be given that very port and talk to itself.
const FIRST: u16 = 15_000;
const LAST: u16 = 32_700;

/// A port nobody listens on, another with each call. Somebody else may take it before our server does, then the caller tries again
/// with another; a client that connects to elsewhere does not take it.
///
/// # Errors
/// When all of them are taken.
pub fn free_port() -> Result<u16, BackingError> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let span = LAST - FIRST + 1;
    // Processes that start together begin at different places.
    let offset = (std::process::id().wrapping_mul(97) % u32::from(span)) as u16;
    (0..span)
        .map(|_| FIRST + offset.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % span)
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .ok_or(BackingError::NoPort { from: FIRST, to: LAST })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_port_in_use_is_not_given_out() {
        let held: Vec<TcpListener> = (0..20)
            .map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, free_port().unwrap())).unwrap())
            .collect();
        let next = free_port().unwrap();
        assert!(held.iter().all(|listener| listener.local_addr().unwrap().port() != next));
        assert!((FIRST..=LAST).contains(&next));
    }
}
