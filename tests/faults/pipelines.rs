//! Pipelines far longer than any client should send.

use std::io::Write;
use std::net::TcpStream;

use crate::SHARDS;
use crate::harness::server::Server;
use crate::peer::{commands, expect_text, ping, socket};
use crate::process::heavy;

/// Counters that a pipeline goes round.
const COUNTERS: usize = 64;

/// Has `length` INCRs answered of which all are sent before the first reply is read.
fn run(stream: &mut TcpStream, length: usize) {
    let round = commands((0..COUNTERS).map(|counter| format!("INCR counter:{counter}")));
    for _ in 0..length / COUNTERS {
        stream.write_all(&round).expect("the server reads");
    }
    for turn in 1..=length / COUNTERS {
        expect_text(stream, &format!(":{turn}\r\n").repeat(COUNTERS));
    }
}

#[test]
fn a_pipeline_of_a_million_commands_is_answered_in_order() {
    let _turn = heavy();
    for shards in SHARDS {
        let server = Server::kvadrant(shards, &[]);
        run(&mut socket(&server), 1_000_000);
        ping(&server);
    }
}

#[test]
fn a_tiny_pipeline_limit_slows_a_client_and_loses_nothing() {
    for limit in ["1", "3"] {
        let server = Server::kvadrant(4, &["--client-pipeline-limit", limit]);
        run(&mut socket(&server), 5_000);
        let mut stream = socket(&server);
        let large = "x".repeat(100_000);
        let mut all = Vec::new();
        for i in 0..20 {
            all.extend(commands([
                format!("SET large:{i} {large}"),
                format!("STRLEN large:{i}"),
                "MGET a b c d".into(),
            ]));
        }
        stream.write_all(&all).expect("the server reads");
        for _ in 0..20 {
            expect_text(&mut stream, "+OK\r\n:100000\r\n*4\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n");
        }
    }
}
