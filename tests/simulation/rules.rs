//! Each rule of the order between cores, taken away: some seed must show what it is for.

use crate::{
    explore::{Build, first_failure},
    history::Kinds,
    machine::{Look, Rules, Trace},
    world::World,
    worlds::{flood, gossip, histories, histories_waiting, pairs, waiting},
};

/// Seeds that are tried until one fails. The rarest of these defects shows about once in a thousand.
const SEEDS: u64 = 20_000;

fn gossip_with(change: fn(&mut Rules), seed: u64, trace: Trace) -> World {
    let mut rules = Rules::default();
    change(&mut rules);
    gossip(seed, rules, trace)
}

/// Inboxes have room for two requests of each core.
fn flood_with(credits: u8, seed: u64, trace: Trace) -> World {
    flood(seed, Rules { credits, inbox_credits: 2, inbox_posts: 0, ..Rules::default() }, trace)
}

/// Some seed fails, and says one of these.
#[track_caller]
fn check_breaks(build: Build, expected: &[&str]) {
    match first_failure(1..SEEDS, build) {
        Some(failure) if expected.iter().any(|text| failure.contains(text)) => println!("{failure}"),
        Some(failure) => panic!("it fails in another way: {failure}"),
        None => panic!("no seed misses the rule"),
    }
}

const TORN: &[&str] = &["was sent before one that was known", "went back"];

#[test]
fn with_all_rules_these_seeds_hold() {
    let failure = first_failure(1..200, |seed, trace| gossip_with(|_| {}, seed, trace));
    assert_eq!(failure, None);
    let failure = first_failure(1..200, |seed, trace| flood(seed, Rules::default(), trace));
    assert_eq!(failure, None);
    let failure = first_failure(1..200, |seed, trace| flood_with(2, seed, trace));
    assert_eq!(failure, None);
}

#[test]
fn without_publication_a_seed_shows_the_torn_pipeline() {
    check_breaks(|seed, trace| gossip_with(|rules| rules.publication = false, seed, trace), TORN);
}

#[test]
fn with_an_old_look_at_what_is_published_a_seed_shows_the_torn_pipeline() {
    check_breaks(|seed, trace| gossip_with(|rules| rules.fresh_look = false, seed, trace), TORN);
}

#[test]
fn with_groups_pushed_at_once_a_seed_shows_a_torn_write() {
    check_breaks(
        |seed, trace| pairs(seed, Rules { groups: false, ..Rules::default() }, trace),
        &["a write is torn"],
    );
}

#[test]
fn with_replies_before_requests_a_seed_shows_the_torn_pipeline() {
    check_breaks(|seed, trace| gossip_with(|rules| rules.requests_first = false, seed, trace), TORN);
}

#[test]
fn with_sockets_written_before_the_pushes_a_seed_shows_the_torn_pipeline() {
    check_breaks(|seed, trace| gossip_with(|rules| rules.pushes_first = false, seed, trace), TORN);
}

#[test]
fn with_bytes_run_before_the_inbox_a_seed_shows_the_torn_pipeline() {
    check_breaks(|seed, trace| gossip_with(|rules| rules.inbox_look = Look::AfterRun, seed, trace), TORN);
}

#[test]
fn with_bytes_taken_after_the_inbox_a_seed_shows_the_torn_pipeline() {
    check_breaks(|seed, trace| gossip_with(|rules| rules.inbox_look = Look::BeforeBytes, seed, trace), TORN);
}

#[test]
fn without_a_look_before_sleep_a_seed_sleeps_for_ever() {
    check_breaks(
        |seed, trace| gossip_with(|rules| rules.look_before_sleep = false, seed, trace),
        &["nobody can go on"],
    );
}

#[test]
fn without_credits_a_seed_overflows_an_inbox() {
    check_breaks(|seed, trace| flood_with(u8::MAX, seed, trace), &["the inbox of core"]);
}

fn histories_with(change: fn(&mut Rules), kinds: Kinds, seed: u64, trace: Trace) -> World {
    let mut rules = Rules::default();
    change(&mut rules);
    histories(seed, kinds, rules, trace)
}

const NO_ORDER: &[&str] = &["no order of these explains the replies"];

#[test]
fn with_groups_pushed_at_once_a_history_has_no_order() {
    check_breaks(
        |seed, trace| histories_with(|rules| rules.groups = false, Kinds::OneHop, seed, trace),
        NO_ORDER,
    );
}

#[test]
fn with_holds_pushed_at_once_transactions_wait_in_a_circle() {
    check_breaks(
        |seed, trace| histories_with(|rules| rules.groups = false, Kinds::All, seed, trace),
        &["nobody can go on"],
    );
}

#[test]
fn with_a_hold_let_go_early_a_history_has_no_order() {
    check_breaks(
        |seed, trace| histories_with(|rules| rules.holds = false, Kinds::All, seed, trace),
        NO_ORDER,
    );
}

#[test]
fn without_publication_a_history_has_no_order() {
    check_breaks(
        |seed, trace| histories_with(|rules| rules.publication = false, Kinds::OneHop, seed, trace),
        NO_ORDER,
    );
}

fn waiting_with(change: fn(&mut Rules), seed: u64, trace: Trace) -> World {
    let mut rules = Rules::default();
    change(&mut rules);
    waiting(seed, rules, trace)
}

#[test]
fn with_a_wait_that_its_owner_is_not_told_the_end_of_somebody_gone_still_waits() {
    check_breaks(
        |seed, trace| waiting_with(|rules| rules.end_waits = false, seed, trace),
        &["clients that have gone still wait", "is waited for and holds"],
    );
}

#[test]
fn without_word_that_it_can_go_on_a_client_waits_for_what_is_there() {
    check_breaks(
        |seed, trace| waiting_with(|rules| rules.ready_notes = false, seed, trace),
        &["is waited for and holds"],
    );
}

#[test]
fn with_claims_of_their_own_two_owners_serve_one_client_and_an_element_is_lost() {
    check_breaks(|seed, trace| waiting_with(|rules| rules.shared_claims = false, seed, trace), &["are lost"]);
}

#[test]
fn with_claims_of_their_own_a_history_has_no_order() {
    let build = |seed, trace| {
        let rules = Rules { shared_claims: false, ..Rules::default() };
        histories_waiting(seed, rules, trace)
    };
    check_breaks(build, NO_ORDER);
}
