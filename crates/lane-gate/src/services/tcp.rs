//! A service that takes connections.

use std::io;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::net::ToSocketAddrs as _;
use std::time::Duration;
use std::time::Instant;

use super::ServiceFault;

/// How many addresses of a host are tried.
const ADDRESSES: usize = 16;

/// The shortest time that an address is given.
const SHARE_MIN: Duration = Duration::from_millis(1);

/// Connects to the first address of the host that lets us. Each has its share of the time that is left, so that one
/// that swallows what it is sent does not hide another that answers.
pub(super) fn ask(host: &str, port: u16, until: Instant) -> Result<(), ServiceFault> {
    let no_host = |cause| ServiceFault::NoHost {
        host: host.to_owned(),
        cause,
    };
    let addresses = (host, port).to_socket_addrs().map_err(no_host)?;
    let addresses: Vec<SocketAddr> = addresses.take(ADDRESSES).collect();
    let mut fault = no_host(io::ErrorKind::NotFound.into());
    for (tried, address) in addresses.iter().enumerate() {
        let left = until.saturating_duration_since(Instant::now());
        let others = u32::try_from(addresses.len() - tried).unwrap_or(1);
        match TcpStream::connect_timeout(address, (left / others).max(SHARE_MIN)) {
            Ok(_) => return Ok(()),
            Err(cause) => {
                let address = address.to_string();
                fault = ServiceFault::NoConnection { address, cause };
            }
        }
    }
    Err(fault)
}
