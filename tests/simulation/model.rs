//! The model that histories are held against, held against a simulated server: one call after the other, on one shard and on
//! four.

use std::fmt::Write as _;

use shards::structures::random::Rng;

use crate::{
    history::{Call, Kinds, Mix, State},
    machine::{Machine, Rules, Trace},
    resp::{self, Value},
};

/// Seeds tried per number of shards.
const SEEDS: u64 = 300;

/// Clients that take turns.
const CLIENTS: usize = 3;

/// Calls of each.
const CALLS: usize = 40;

/// Commands that wait, as far as they need not.
const WAITING: Kinds = Kinds::Waiting { timeouts: &["0"] };

/// Runs a command to its end; returns the reply.
fn reply(machine: &mut Machine, socket: usize, command: &[Vec<u8>], rng: &mut Rng) -> Value {
    machine.socket(socket).to_server.extend(resp::encode(command));
    loop {
        let busy: Vec<usize> = (0..machine.cores()).filter(|core| machine.has_work(*core)).collect();
        if busy.is_empty() {
            break;
        }
        machine.step(busy[rng.below(busy.len())], rng).expect("a step breaks nothing");
    }
    let bytes = std::mem::take(&mut machine.socket(socket).to_client);
    let (value, len) = resp::decode(&bytes).expect("a reply").expect("a whole reply");
    assert_eq!(len, bytes.len(), "one reply");
    value
}

#[track_caller]
fn check_model(cores: usize, kinds: Kinds) {
    let keys: Vec<Vec<u8>> = (0..7).map(|index| format!("key:{index}").into_bytes()).collect();
    let mix = Mix::new(&keys, kinds);
    for seed in 1..=SEEDS {
        let mut rng = Rng::new(seed);
        let mut machine = Machine::new(cores, Rules::default(), seed, Trace::new(0));
        let mut state = State::default();
        let mut told = String::new();
        let mut clients: Vec<(usize, std::vec::IntoIter<Call>)> = (0..CLIENTS)
            .map(|client| {
                let plan = mix.plan(client, CALLS, &mut rng);
                let calls: Vec<Call> = plan.into_iter().flat_map(|batch| batch.calls).collect();
                (machine.connect(client % cores), calls.into_iter())
            })
            .collect();
        while clients.iter().any(|(_, calls)| calls.len() > 0) {
            let client = rng.below(CLIENTS);
            let (socket, calls) = &mut clients[client];
            let Some(call) = calls.next() else { continue };
            // Nobody would come to serve who waits.
            let Some(expected) = state.run(client, &call) else { continue };
            let _ = writeln!(told, "client {client}: {call}");
            let mut last = None;
            for command in call.commands() {
                last = Some(reply(&mut machine, *socket, &command, &mut rng));
            }
            let got = call.in_order(last.expect("a command"));
            assert_eq!(got, expected, "seed {seed}, after:\n{told}in the model: {state}");
        }
    }
}

#[test]
fn the_model_answers_as_one_shard_does() {
    check_model(1, Kinds::All);
    check_model(1, Kinds::Scripts);
    check_model(1, WAITING);
}

#[test]
fn the_model_answers_as_four_shards_do_one_call_at_a_time() {
    check_model(4, Kinds::All);
    check_model(4, Kinds::Scripts);
    check_model(4, WAITING);
}
