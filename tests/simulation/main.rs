//! The whole server, except its sockets, in one thread: cores, clients and what is under way between them, with every next
//! step chosen by a seed.
//!
//! Steps are as small as the protocol between cores knows them: one push, one envelope taken, the bytes of one client run, some
//! bytes on their way (`machine`). Clients (`programs`) check every reply against what they know (`program`, `board`). A failure
//! prints its seed and the last steps; `KVADRANT_SEED=n` runs that seed alone and prints all steps, `KVADRANT_SEEDS=n` runs more
//! seeds than usual, from `KVADRANT_FIRST_SEED` on (`explore`).
//!
//! What a few clients ask of the same few keys is judged as a whole: some order of single steps must explain all replies
//! (`../history`). That is held against a plain model, and the model against a simulated server (`model`).
//!
//! What must hold is in DESIGN.md, section 4. `rules` shows of each rule that without it something breaks.

#[path = "../history/mod.rs"]
mod history;
#[path = "../history/by_hand.rs"]
mod history_by_hand;
#[path = "../harness/resp.rs"]
mod resp;
#[path = "../harness/seeds.rs"]
mod seeds;

mod board;
mod client;
mod explore;
#[allow(dead_code)] // what only the parity tests use
mod machine;
mod model;
mod program;
mod programs;
mod rules;
mod world;
mod worlds;

use explore::{every_seed_holds, some_seeds_hold};

#[test]
fn who_knows_of_a_write_finds_all_that_were_sent_before_it() {
    every_seed_holds(worlds::registers);
}

#[test]
fn who_takes_a_job_finds_its_payload() {
    every_seed_holds(worlds::jobs);
}

#[test]
fn each_reply_is_that_of_its_command() {
    every_seed_holds(worlds::own_keys);
}

#[test]
fn nothing_is_lost_or_done_twice_among_clients_that_come_and_go() {
    every_seed_holds(worlds::crowd);
}

#[test]
fn no_money_is_made_or_lost_and_an_element_is_in_one_place() {
    every_seed_holds(worlds::bank_anywhere);
}

#[test]
fn what_clients_are_answered_could_have_been_done_one_after_the_other() {
    every_seed_holds(worlds::histories_anywhere);
}

#[test]
fn what_scripts_are_answered_could_have_been_done_one_after_the_other() {
    every_seed_holds(worlds::histories_scripted_anywhere);
}

#[test]
fn no_money_is_made_or_lost_by_scripts() {
    every_seed_holds(worlds::bank_scripted_anywhere);
}

#[test]
fn who_knows_of_a_version_of_a_library_is_answered_by_that_or_a_later_one() {
    every_seed_holds(worlds::functions);
}

#[test]
fn a_script_that_does_not_end_is_ended_and_nothing_is_lost() {
    some_seeds_hold(worlds::busy, 40);
}

#[test]
fn what_waiting_clients_are_answered_could_have_been_done_one_after_the_other() {
    every_seed_holds(worlds::histories_waiting_anywhere);
}

#[test]
fn each_element_is_taken_once_and_nobody_waits_for_what_is_there() {
    every_seed_holds(worlds::waiting_anywhere);
}

#[test]
fn who_waits_first_is_served_first() {
    every_seed_holds(worlds::line);
}

#[test]
fn what_came_while_a_core_was_held_is_in_order_with_what_its_clients_ask() {
    every_seed_holds(worlds::held);
}

#[test]
fn what_is_written_together_is_seen_together() {
    every_seed_holds(worlds::pairs_anywhere);
}
