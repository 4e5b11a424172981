//! Values at the limit of what a server takes.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::SHARDS;
use crate::harness::server::Server;
use crate::peer::{expect_text, ping, rest, socket};
use crate::process::{heavy, memory_bytes};

/// `proto-max-bulk-len` unless configured otherwise.
const LARGEST: usize = 512 << 20;

/// What a value is sent and compared in.
const PIECE: usize = 1 << 20;

/// A piece in which no two places look alike for a while.
fn piece() -> Vec<u8> {
    (0..PIECE).map(|at| (at ^ (at >> 8) ^ (at >> 15)) as u8).collect()
}

fn assert_value(stream: &mut TcpStream, piece: &[u8]) {
    expect_text(stream, &format!("${LARGEST}\r\n"));
    let mut received = vec![0; PIECE];
    for number in 0..LARGEST / PIECE {
        stream.read_exact(&mut received).expect("the value");
        assert!(received == piece, "piece {number} is another");
    }
    expect_text(stream, "\r\n");
}

#[test]
fn a_value_of_512_mib_comes_back_and_is_held_once() {
    const HELD_MAX_BYTES: u64 = (LARGEST + LARGEST / 5) as u64;
    let _turn = heavy();
    for shards in SHARDS {
        let server = Server::kvadrant(shards, &[]);
        let mut client = socket(&server);
        let piece = piece();
        client
            .write_all(format!("*3\r\n$3\r\nSET\r\n$5\r\nlarge\r\n${LARGEST}\r\n").as_bytes())
            .expect("header");
        for _ in 0..LARGEST / PIECE {
            client.write_all(&piece).expect("the server reads");
        }
        client.write_all(b"\r\n").expect("the server reads");
        expect_text(&mut client, "+OK\r\n");
        client.write_all(b"GET large\r\n").expect("the server reads");
        assert_value(&mut client, &piece);
        client.write_all(b"APPEND large x\r\n").expect("the server reads");
        expect_text(&mut client, "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n");
        client.write_all(b"STRLEN large\r\n").expect("the server reads");
        expect_text(&mut client, &format!(":{LARGEST}\r\n"));
        let peak = memory_bytes(server.pid(), "VmHWM");
        println!("{shards} shards: peak {} MiB", peak >> 20);
        assert!(peak < HELD_MAX_BYTES, "peak {} MiB", peak >> 20);
    }
}

#[test]
fn a_bulk_beyond_the_limit_is_refused_at_its_length() {
    for shards in SHARDS {
        let server = Server::kvadrant(shards, &[]);
        for length in
            [(LARGEST + 1).to_string(), (513 << 20).to_string(), i64::MAX.to_string(), "9".repeat(30)]
        {
            let mut client = socket(&server);
            client
                .write_all(format!("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${length}\r\n").as_bytes())
                .expect("header");
            assert_eq!(rest(&mut client), b"-ERR Protocol error: invalid bulk length\r\n");
        }
        ping(&server);
    }
}

#[test]
fn announced_values_take_no_memory_before_they_come() {
    const ADDED_MAX_BYTES: u64 = 200 << 20;
    for shards in SHARDS {
        let server = Server::kvadrant(shards, &[]);
        let before = memory_bytes(server.pid(), "VmRSS");
        let mut clients: Vec<_> = (0..200).map(|_| socket(&server)).collect();
        for client in &mut clients {
            client
                .write_all(format!("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${LARGEST}\r\nfirst bytes").as_bytes())
                .expect("header");
        }
        ping(&server);
        let added = memory_bytes(server.pid(), "VmRSS").saturating_sub(before);
        assert!(added < ADDED_MAX_BYTES, "{} MiB", added >> 20);
    }
}
