//! What a client is told of a shard: id, address, slots.

use std::{
    net::{IpAddr, Ipv4Addr},
    ops::RangeInclusive,
};

use shards::command::Error;

use super::first_port;
use crate::{
    commands::{Here, Server},
    session::Origin,
};

/// A shard as a node of a cluster.
#[derive(Debug, PartialEq, Eq)]
pub struct ClusterNode {
    /// Its number.
    pub shard: usize,
    /// 40 hexadecimal digits, of which the first four tell the shard: people see ids cut short.
    pub id: String,
    /// Where it listens.
    pub port: u32,
    /// What it owns; never empty.
    pub slots: RangeInclusive<u16>,
    /// Whether it serves the client that asks.
    pub is_myself: bool,
}

/// All shards as one client sees them.
#[derive(Debug)]
pub struct ClusterView {
    /// The address that led the client here leads it to every shard.
    pub address: IpAddr,
    /// The nodes by their number.
    pub nodes: Vec<ClusterNode>,
}

impl ClusterView {
    /// The cluster as the client sees it; an error if there is none.
    pub fn of(here: &mut Here<'_>) -> Result<Self, Error> {
        let first_port = first_port(here.node)?;
        let address = address(&here.session().origin);
        let (server, myself) = (&here.node.server, here.node.core);
        let nodes = (0..server.routes.shards()).map(|shard| {
            let slots = server.routes.slots(shard);
            ClusterNode {
                shard,
                id: node_id(server, shard),
                port: u32::from(first_port) + shard as u32,
                slots: slots.start..=slots.end - 1,
                is_myself: shard == myself,
            }
        });
        Ok(Self { address, nodes: nodes.collect() })
    }
}

/// The id of a shard, which lasts as long as the process.
pub fn node_id(server: &Server, shard: usize) -> String {
    format!("{shard:04x}{}", server.run_id.get(4..).unwrap_or_default())
}

/// Our end of the client's connection. A client of the Unix socket is on this machine.
fn address(origin: &Origin) -> IpAddr {
    match origin {
        Origin::Tcp(_, local) => local.ip().to_canonical(),
        Origin::Unix(_) | Origin::Script => Ipv4Addr::LOCALHOST.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_ids_are_forty_digits_and_differ_in_the_first_four() {
        let server = Server::new("0123456789abcdef0123456789abcdef01234567".into(), 0, vec![0; 18]);
        assert_eq!(node_id(&server, 0), "0000456789abcdef0123456789abcdef01234567");
        assert_eq!(node_id(&server, 17), "0011456789abcdef0123456789abcdef01234567");
    }

    #[test]
    fn clients_are_told_the_address_they_came_by() {
        let came_by = |local: &str| {
            let local = local.parse().expect("an address");
            address(&Origin::Tcp(local, local)).to_string()
        };
        assert_eq!(came_by("10.1.2.3:7000"), "10.1.2.3");
        assert_eq!(came_by("[::ffff:10.1.2.3]:7000"), "10.1.2.3");
        assert_eq!(came_by("[fd00::1]:7000"), "fd00::1");
        assert_eq!(address(&Origin::Unix("/tmp/s".into())).to_string(), "127.0.0.1");
    }
}
