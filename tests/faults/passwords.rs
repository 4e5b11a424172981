//! What clients without the password, or from elsewhere, may do.

use std::io::{Read, Write};
use std::net::{IpAddr, TcpStream, UdpSocket};

use crate::SHARDS;
use crate::harness::connection::REPLY_TIMEOUT;
use crate::harness::server::Server;
use crate::peer::{expect_text, rest, socket};

#[test]
fn nothing_runs_before_the_password() {
    for shards in SHARDS {
        let server = Server::kvadrant(shards, &["--requirepass", "secret"]);
        let mut client = socket(&server);
        // In one piece: what stands before AUTH is refused, what stands behind it runs.
        client
            .write_all(
                b"GET k\r\nSET k v\r\nPING\r\nAUTH wrong\r\nAUTH default secret\r\nSET k v\r\nGET k\r\n",
            )
            .expect("the server reads");
        let no = "-NOAUTH Authentication required.\r\n";
        expect_text(&mut client, &no.repeat(3));
        expect_text(&mut client, "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
        expect_text(&mut client, "+OK\r\n+OK\r\n$1\r\nv\r\n");
        let mut client = socket(&server);
        client.write_all(b"HELLO 2 AUTH default secret\r\nGET k\r\n").expect("the server reads");
        let mut hello = [0; 4];
        client.read_exact(&mut hello).expect("a reply");
        assert_eq!(hello[0], b'*');
    }
}

#[test]
fn before_the_password_requests_must_be_small() {
    for shards in SHARDS {
        let server = Server::kvadrant(shards, &["--requirepass", "secret"]);
        for (request, answer) in [
            (&b"*11\r\n"[..], &b"-ERR Protocol error: unauthenticated multibulk length\r\n"[..]),
            (b"*2\r\n$16385\r\n", b"-ERR Protocol error: unauthenticated bulk length\r\n"),
        ] {
            let mut client = socket(&server);
            client.write_all(request).expect("the server reads");
            assert_eq!(String::from_utf8_lossy(&rest(&mut client)), String::from_utf8_lossy(answer));
        }
        let mut client = socket(&server);
        let authenticated = b"AUTH secret\r\n*11\r\n$3\r\nDEL\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n$1\r\ne\r\n$1\r\nf\r\n$1\r\ng\r\n$1\r\nh\r\n$1\r\ni\r\n$1\r\nj\r\n";
        client.write_all(authenticated).expect("the server reads");
        expect_text(&mut client, "+OK\r\n:0\r\n");
    }
}

/// An address of this machine that is not the loopback, if there is one. Nothing is sent to find it.
fn outer_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

#[test]
fn without_a_password_only_this_machine_is_served() {
    // Where there is no such address, `Origin::is_local` has its unit tests all the same.
    let Some(address) = outer_address() else { return };
    for (arguments, served) in [
        (&["--bind", "0.0.0.0"][..], false),
        (&["--bind", "0.0.0.0", "--protected-mode", "no"], true),
        (&["--bind", "0.0.0.0", "--requirepass", "secret"], true),
    ] {
        let server = Server::kvadrant(4, arguments);
        let mut client = TcpStream::connect((address, server.port())).expect("a connection");
        client.set_read_timeout(Some(REPLY_TIMEOUT)).expect("a timeout");
        if served {
            client.write_all(b"QUIT\r\n").expect("the server reads");
            expect_text(&mut client, "+OK\r\n");
        } else {
            let answer = rest(&mut client);
            assert!(answer.starts_with(b"-DENIED Redis is running in protected mode"), "{answer:?}");
            assert!(answer.ends_with(b"\r\n"));
        }
    }
}
