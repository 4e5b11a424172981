//! The addresses of `bind`.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};

use super::stored::Stored;
use super::value::Value;

/// Redis's limit on addresses.
const MAX_ADDRESSES: usize = 16;

/// One address to listen on, as written: an IP address or a host name, `*` for all IPv4 and `::*` for all IPv6
/// addresses; with a leading `-` it may be missing on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindAddress {
    /// The address without the `-`.
    pub host: String,
    /// Whether the server starts without it when the machine does not have it.
    pub optional: bool,
}

impl BindAddress {
    /// Reads one word of `bind`.
    pub fn new(word: &str) -> Self {
        match word.strip_prefix('-') {
            Some(host) => Self { host: host.into(), optional: true },
            None => Self { host: word.into(), optional: false },
        }
    }

    /// The default: IPv4's loopback address, and IPv6's where there is one.
    pub fn loopback() -> Vec<Self> {
        vec![Self::new("127.0.0.1"), Self::new("-::1")]
    }

    /// The socket address to bind for `port`. Host names are looked up, which may block.
    ///
    /// # Errors
    /// The host name is unknown, or the resolver failed.
    pub fn resolve(&self, port: u16) -> io::Result<SocketAddr> {
        let ip = match self.host.as_str() {
            "*" => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            "::*" => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
            "" => return Err(io::ErrorKind::AddrNotAvailable.into()),
            host => {
                let mut found = (host, port).to_socket_addrs()?;
                return found.next().ok_or_else(|| io::Error::from(io::ErrorKind::AddrNotAvailable));
            }
        };
        Ok(SocketAddr::new(ip, port))
    }
}

/// Checks the words of a `bind` directive; a single empty word means no address at all.
pub fn check(words: &[Vec<u8>]) -> Result<Vec<u8>, String> {
    if words.len() > MAX_ADDRESSES {
        return Err("Too many bind addresses specified.".into());
    }
    if let [only] = words
        && only.is_empty()
    {
        return Ok(Vec::new());
    }
    if words.iter().any(|word| std::str::from_utf8(word).is_err()) {
        return Err("an address of bind is not text".into());
    }
    Ok(words.join(&b' '))
}

impl Stored for Vec<BindAddress> {
    fn from_value(value: Value) -> Result<Self, String> {
        let text = String::from_utf8(Vec::from_value(value)?).map_err(|_| "an address is not text")?;
        // An empty word is an address that nobody has; a text without words is none.
        let words = (!text.is_empty()).then(|| text.split(' ').map(BindAddress::new));
        Ok(words.into_iter().flatten().collect())
    }

    fn to_value(&self) -> Value {
        let word =
            |address: &BindAddress| format!("{}{}", if address.optional { "-" } else { "" }, address.host);
        Value::Text(self.iter().map(word).collect::<Vec<_>>().join(" ").into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_mean_all_addresses_of_a_family() {
        assert_eq!(BindAddress::new("*").resolve(1).unwrap().to_string(), "0.0.0.0:1");
        assert_eq!(BindAddress::new("-::*").resolve(2).unwrap().to_string(), "[::]:2");
        assert_eq!(BindAddress::new("127.0.0.1").resolve(3).unwrap().to_string(), "127.0.0.1:3");
    }

    #[test]
    fn a_hyphen_makes_an_address_optional_and_survives_the_round_trip() {
        let value = Value::Text(b"127.0.0.1 -::1".to_vec());
        let addresses = Vec::<BindAddress>::from_value(value.clone()).unwrap();
        assert_eq!(addresses, BindAddress::loopback());
        assert_eq!(addresses.to_value(), value);
    }

    #[test]
    fn an_empty_word_alone_means_none_and_seventeen_are_too_many() {
        assert_eq!(check(&[Vec::new()]), Ok(Vec::new()));
        assert_eq!(check(&[b"::1".to_vec(), Vec::new()]), Ok(b"::1 ".to_vec()));
        assert!(BindAddress::new("").resolve(1).is_err() && BindAddress::new("-").resolve(1).is_err());
        assert_eq!(check(&vec![b"::1".to_vec(); 17]), Err("Too many bind addresses specified.".into()));
    }
}
