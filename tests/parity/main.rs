//! What a client sees, proven on Redis itself.
//!
//! A fact is a function of commands with the replies that they must get (`script`, `notation`). Each one runs with the
//! same expectations on every target (`target`): a real redis-server, which proves the expectation, and everything that
//! Kvadrant is, which proves Kvadrant. `facts!` at the end of a file makes one test per fact and target, so that
//! `cargo test --test parity on_redis::` or `commands::sets::` runs a part.
//!
//! `commands/` holds facts about data, which hold for shards without a server too; `scripting/` those about Lua scripts;
//! `server/` those about connections and the process.

#[path = "../harness/mod.rs"]
mod harness;
#[allow(dead_code)] // the rules that the simulation takes away
#[path = "../simulation/machine/mod.rs"]
mod machine;

mod arguments;
mod display;
mod notation;
mod script;
mod simulated;
mod target;

/// Makes the tests of a file's facts: one per fact and target. A new target is one line here: among those of `server`
/// if it has connections and a process around its data, else among those of `data`.
macro_rules! facts {
    (data: $($fact:ident),+ $(,)?) => {
        facts!(server: $($fact),+);
        facts!(@on on_one_simulated_shard, crate::simulated::one_shard, $($fact),+);
        facts!(@on on_four_simulated_shards, crate::simulated::four_shards, $($fact),+);
    };
    (server: $($fact:ident),+ $(,)?) => {
        facts!(@list $($fact),+);
        facts!(@on on_redis, crate::target::redis, $($fact),+);
        facts!(@on on_one_core, crate::target::one_core, $($fact),+);
        facts!(@on on_four_cores, crate::target::four_cores, $($fact),+);
    };
    (one core: $($fact:ident),+ $(,)?) => {
        facts!(@list $($fact),+);
        facts!(@on on_redis, crate::target::redis, $($fact),+);
        facts!(@on on_one_core, crate::target::one_core, $($fact),+);
    };
    (@list $($fact:ident),+) => {
        pub const FACTS: &[crate::script::Fact] = &[$((stringify!($fact), $fact)),+];
    };
    (@on $on_target:ident, $target:path, $($fact:ident),+) => {
        mod $on_target {
            $(
                #[test]
                fn $fact() {
                    crate::script::prove(stringify!($fact), $target(), super::$fact);
                }
            )+
        }
    };
}

mod commands;
mod scripting;
mod server;

/// The number of expectations that the project has promised to prove.
const PROMISED_EXPECTATIONS: usize = 1500;

#[test]
fn more_expectations_hold_on_redis_than_promised() {
    let files = commands::FILES.iter().chain(scripting::FILES).chain(server::FILES);
    let mut expectations = script::Expectations::new();
    let mut facts = 0;
    for (name, run) in files.flat_map(|file| file.iter()) {
        facts += 1;
        expectations.extend(script::prove(name, target::redis(), *run));
    }
    let expectations = expectations.len();
    println!("{expectations} different expectations in {facts} facts hold on redis-server 7.0.15");
    assert!(expectations >= PROMISED_EXPECTATIONS, "{expectations} expectations");
}
