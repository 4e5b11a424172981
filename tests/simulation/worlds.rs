//! Which clients meet on which machine, by seed.

use kvadrant::mesh::Routes;
use shards::{keyspace::slot::slot_of, structures::random::Rng};

use crate::{
    history::{Batch, Call, Kinds, Mix},
    machine::{Rules, Trace},
    programs::{
        Caller, Calm, Clerk, Counter, Ender, InLine, Librarian, LinePusher, Looper, OwnKeys, PairReader,
        PairWriter, Planned, Producer, Pusher, Reader, Taker, Teller, Unblocker, Vanisher, Worker, Writer,
    },
    world::World,
};

/// Writers and readers of registers.
pub fn registers(seed: u64, trace: Trace) -> World {
    let mut rng = Rng::new(seed);
    let cores = 1 + rng.below(8);
    let mut world = World::new(seed, cores, any_rules(&mut rng), trace);
    let writers = 1 + world.rng.below(2);
    let keys: Vec<Vec<Vec<u8>>> = (0..writers).map(|writer| keys_of_all_cores(writer, cores)).collect();
    for keys in &keys {
        let core = world.rng.below(cores);
        let large = world.rng.below(4) == 0;
        let writes = 8 + world.rng.below(24);
        add_writer(&mut world, core, keys, writes, large);
    }
    for _ in 0..=world.rng.below(4) {
        let core = world.rng.below(cores);
        let reads = 10 + world.rng.below(30);
        world.add(core, Reader::new(keys.clone(), reads));
    }
    world
}

/// One writer of registers, and a reader on each of four cores, who talk to each other: on a driver with these rules.
pub fn gossip(seed: u64, rules: Rules, trace: Trace) -> World {
    const CORES: usize = 4;
    let mut world = World::new(seed, CORES, rules, trace);
    let keys = keys_of_all_cores(0, CORES);
    add_writer(&mut world, 0, &keys, 60, false);
    for core in 0..CORES {
        world.add(core, Reader::new(vec![keys.clone()], 60));
    }
    world
}

/// Writers and readers of keys that are written together: on a driver with these rules.
pub fn pairs(seed: u64, rules: Rules, trace: Trace) -> World {
    let cores = 2 + Rng::new(seed).below(3);
    let mut world = World::new(seed, cores, rules, trace);
    let mut keys = keys_of_all_cores(0, cores);
    keys.truncate(2 + world.rng.below(cores - 1));
    for writer in 1..=2 + world.rng.below(2) {
        let (core, own) = (world.rng.below(cores), keys_of_all_cores(writer, cores));
        world.add(core, PairWriter::new(keys.clone(), own, 25));
    }
    for _ in 0..2 {
        let core = world.rng.below(cores);
        world.add(core, PairReader::new(keys.clone(), 25));
    }
    world
}

/// The same under any rules that hold.
pub fn pairs_anywhere(seed: u64, trace: Trace) -> World {
    let rules = any_rules(&mut Rng::new(seed ^ 0xA11));
    pairs(seed, rules, trace)
}

/// Transfers between accounts, and an element that moves between sets: on a driver with these rules.
pub fn bank(seed: u64, rules: Rules, trace: Trace) -> World {
    let cores = 1 + Rng::new(seed).below(4);
    let mut world = World::new(seed, cores, rules, trace);
    let mut accounts = keys_of_all_cores(0, cores);
    accounts.extend(keys_of_all_cores(1, cores));
    let mut sets = keys_of_all_cores(2, cores);
    sets.extend(keys_of_all_cores(3, cores));
    for _ in 0..2 + world.rng.below(3) {
        let (core, times) = (world.rng.below(cores), 10 + world.rng.below(15));
        world.add(core, Teller::new(accounts.clone(), sets.clone(), times));
    }
    world
}

/// The same under any rules that hold.
pub fn bank_anywhere(seed: u64, trace: Trace) -> World {
    let rules = any_rules(&mut Rng::new(seed ^ 0xBA2));
    bank(seed, rules, trace)
}

/// A few clients who ask little, of all kinds, at the same few keys: on a driver with these rules. Their history is judged.
pub fn histories(seed: u64, kinds: Kinds, rules: Rules, trace: Trace) -> World {
    let cores = 1 + Rng::new(seed).below(4);
    let mut world = World::new(seed, cores, rules, trace);
    let keys: Vec<Vec<u8>> =
        (0..6).map(|name| key_of_core(&format!("k{name}"), world.rng.below(cores), cores)).collect();
    let mix = Mix::new(&keys, kinds);
    for client in 0..3 + world.rng.below(2) {
        let (core, calls) = (world.rng.below(cores), 6 + world.rng.below(3));
        let plan = mix.plan(client, calls, &mut world.rng);
        let vanishes = usize::from(world.rng.below(6) == 0);
        world.add(core, Planned::new(plan, vanishes));
    }
    world.board.mix = Some(mix);
    world
}

/// The same with all that can be asked, under any rules that hold.
pub fn histories_anywhere(seed: u64, trace: Trace) -> World {
    let rules = any_rules(&mut Rng::new(seed ^ 0x415));
    histories(seed, Kinds::All, rules, trace)
}

/// The same with commands that wait for ever or for a time in which a few hundred steps are taken: on a driver with these rules.
pub fn histories_waiting(seed: u64, rules: Rules, trace: Trace) -> World {
    histories(seed, Kinds::Waiting { timeouts: &["0", "0.001", "0.004"] }, rules, trace)
}

/// The same under any rules that hold.
pub fn histories_waiting_anywhere(seed: u64, trace: Trace) -> World {
    let rules = any_rules(&mut Rng::new(seed ^ 0xB10C));
    histories_waiting(seed, rules, trace)
}

/// The same with scripts among the commands, under any rules that hold.
pub fn histories_scripted_anywhere(seed: u64, trace: Trace) -> World {
    histories(seed, Kinds::Scripts, any_rules(&mut Rng::new(seed ^ 0x5C1)), trace)
}

/// Transfers by scripts and functions, beside those by transactions.
pub fn bank_scripted_anywhere(seed: u64, trace: Trace) -> World {
    let mut world = bank(seed, any_rules(&mut Rng::new(seed ^ 0x5C2)), trace);
    let cores = world.machine.cores();
    let mut accounts = keys_of_all_cores(0, cores);
    accounts.extend(keys_of_all_cores(1, cores));
    for _ in 0..=world.rng.below(3) {
        let (core, times) = (world.rng.below(cores), 4 + world.rng.below(6));
        let vanishes = world.rng.below(3);
        let functions = world.rng.below(2) == 0;
        world.add(core, Clerk::new(accounts.clone(), times, vanishes, functions));
    }
    world
}

/// Libraries that are replaced while clients on all cores call their functions.
pub fn functions(seed: u64, trace: Trace) -> World {
    let cores = 1 + Rng::new(seed).below(4);
    let mut world = World::new(seed, cores, any_rules(&mut Rng::new(seed ^ 0x5C4)), trace);
    let libraries = 1 + world.rng.below(2);
    for number in 0..libraries {
        let (core, versions) = (world.rng.below(cores), 3 + world.rng.below(8) as u64);
        let librarian = Librarian::new(number, versions, &mut world.board);
        world.add(core, librarian);
    }
    for _ in 0..2 + world.rng.below(3) {
        let (core, calls) = (world.rng.below(cores), 6 + world.rng.below(10));
        let keys = keys_of_all_cores(0, cores);
        world.add(core, Caller::new(libraries, keys, calls));
    }
    world
}

/// Scripts that do not end, those who end them, and others who count meanwhile.
pub fn busy(seed: u64, trace: Trace) -> World {
    let cores = 1 + Rng::new(seed).below(4);
    let mut world = World::new(seed, cores, any_rules(&mut Rng::new(seed ^ 0x5C3)), trace);
    for number in 0..=world.rng.below(2) {
        let core = world.rng.below(cores);
        let (key, vanishes) = (key_of_core("loop", world.rng.below(cores), cores), world.rng.below(3) == 0);
        let function = world.rng.below(2) == 0;
        world.add(core, Looper::new(number, key, vanishes, function));
    }
    let core = world.rng.below(cores);
    world.add(core, Ender::default());
    for number in 0..2 {
        let (core, key) =
            (world.rng.below(cores), key_of_core(&format!("calm{number}"), number % cores, cores));
        world.add(core, Calm::new(key));
    }
    world
}

/// Clients who write and read two keys while others hold the core of the first: what came meanwhile is in order with what the
/// core's own clients ask behind the hold. Their history is judged.
pub fn held(seed: u64, trace: Trace) -> World {
    const CORES: usize = 3;
    let mut world = World::new(seed, CORES, any_rules(&mut Rng::new(seed ^ 0x4E1D)), trace);
    let names = [("x", 0), ("y", 1), ("a", 0), ("b", 2)];
    let [x, y, a, b] = names.map(|(name, core)| key_of_core(name, core, CORES).escape_ascii().to_string());
    let mut add = |core, lines: Vec<String>| {
        let alone = |line: String| Batch { calls: vec![Call::one(&line)], waits: true };
        world.add(core, Planned::new(lines.into_iter().map(alone).collect(), 0));
    };
    add(2, (1..9).map(|number| format!("MSET {x} {number} {y} {number}")).collect());
    add(1, vec![format!("GET {y}"); 10]);
    for _ in 0..2 {
        add(0, vec![format!("GET {x}"); 10]);
        add(2, vec![format!("RPOPLPUSH {a} {b}"); 10]);
    }
    world
}

/// Writers on one core, all of whose keys are another's: on a driver with these rules.
pub fn flood(seed: u64, rules: Rules, trace: Trace) -> World {
    let mut world = World::new(seed, 2, rules, trace);
    for writer in 0..4 {
        let keys = keys_of_all_cores(writer, 2).split_off(1);
        add_writer(&mut world, 0, &keys, 60, false);
    }
    world
}

fn add_writer(world: &mut World, core: usize, keys: &[Vec<u8>], writes: usize, large: bool) {
    let writer = Writer::new(keys.to_vec(), writes, large, &mut world.board);
    world.add(core, writer);
}

/// Producers and workers of a queue.
pub fn jobs(seed: u64, trace: Trace) -> World {
    let mut rng = Rng::new(seed);
    let cores = 1 + rng.below(8);
    let mut world = World::new(seed, cores, any_rules(&mut rng), trace);
    for producer in 0..=world.rng.below(3) {
        let (core, jobs) = (world.rng.below(cores), 3 + world.rng.below(10));
        let producer = Producer::new(producer as u64 * 1_000, jobs, &mut world.board);
        world.add(core, producer);
    }
    for _ in 0..=world.rng.below(3) {
        let core = world.rng.below(cores);
        world.add(core, Worker::default());
    }
    world
}

/// A queue whose workers wait: on a driver with these rules.
pub fn waiting(seed: u64, rules: Rules, trace: Trace) -> World {
    let cores = 1 + Rng::new(seed).below(4);
    let mut world = World::new(seed, cores, rules, trace);
    let lists: Vec<Vec<u8>> = (0..2 + world.rng.below(3))
        .map(|name| key_of_core(&format!("queue:{name}"), world.rng.below(cores), cores))
        .collect();
    let own = |world: &mut World, client: usize| {
        key_of_core(&format!("moved:{client}"), world.rng.below(cores), cores)
    };
    for client in 0..2 + world.rng.below(2) {
        let (core, own) = (world.rng.below(cores), own(&mut world, client));
        let count = 4 + world.rng.below(8);
        let first = (client as u64 + 1) * 1_000;
        let pusher = Pusher::new(lists.clone(), own, first, count, &mut world.board);
        world.add(core, pusher);
    }
    for client in 10..12 + world.rng.below(4) {
        let (core, own) = (world.rng.below(cores), own(&mut world, client));
        let (times, vanishes) = (3 + world.rng.below(6), world.rng.below(3) / 2);
        let taker = Taker::new(lists.clone(), own, times, vanishes, &mut world.board);
        world.add(core, taker);
    }
    if world.rng.below(2) == 0 {
        let core = world.rng.below(cores);
        let times = 2 + world.rng.below(12);
        world.add(core, Unblocker::new(times));
    }
    world
}

/// The same under any rules that hold.
pub fn waiting_anywhere(seed: u64, trace: Trace) -> World {
    let rules = any_rules(&mut Rng::new(seed ^ 0x3A17));
    waiting(seed, rules, trace)
}

/// Clients that wait for one key, one after the other.
pub fn line(seed: u64, trace: Trace) -> World {
    let mut rng = Rng::new(seed ^ 0x11E);
    let cores = 1 + rng.below(4);
    let mut world = World::new(seed, cores, any_rules(&mut rng), trace);
    let key = key_of_core("line", world.rng.below(cores), cores);
    let other = key_of_core("other", world.rng.below(cores), cores);
    let places = 2 + world.rng.below(4);
    for place in 0..places {
        let core = world.rng.below(cores);
        world.add(core, InLine::new(place, key.clone(), other.clone()));
    }
    let core = world.rng.below(cores);
    world.add(core, LinePusher::new(places, key, other));
    world
}

/// Clients with keys of their own.
pub fn own_keys(seed: u64, trace: Trace) -> World {
    let mut rng = Rng::new(seed);
    let cores = 1 + rng.below(8);
    let mut world = World::new(seed, cores, any_rules(&mut rng), trace);
    for client in 0..=world.rng.below(4) {
        let core = world.rng.below(cores);
        let database = (world.rng.below(2) == 0).then_some(client + 1);
        let commands = 20 + world.rng.below(60);
        world.add(core, OwnKeys::new(client, database, commands));
    }
    world
}

/// Everyone together, vanishing clients among them.
pub fn crowd(seed: u64, trace: Trace) -> World {
    let mut rng = Rng::new(seed);
    let cores = 1 + rng.below(6);
    let mut world = World::new(seed, cores, any_rules(&mut rng), trace);
    let anywhere = |world: &mut World| world.rng.below(cores);
    for client in 0..2 + world.rng.below(2) {
        let (core, times) = (anywhere(&mut world), 5 + world.rng.below(20));
        world.add(core, Counter::new(client, times));
    }
    for client in 0..=world.rng.below(3) {
        let (core, times) = (anywhere(&mut world), 1 + world.rng.below(3));
        world.add(core, Vanisher::new(client, times));
    }
    let (core, commands) = (anywhere(&mut world), 5 + world.rng.below(20));
    world.add(core, OwnKeys::new(0, None, commands));
    let core = anywhere(&mut world);
    let producer = Producer::new(0, 3, &mut world.board);
    world.add(core, producer);
    let core = anywhere(&mut world);
    world.add(core, Worker::default());
    world
}

/// The rules, with as many credits and pipelined commands as the seed wants: often very few.
fn any_rules(rng: &mut Rng) -> Rules {
    let credits = 1 + rng.below(2) as u8;
    let pipeline_limit = if rng.below(2) == 0 { 1 + rng.below(4) } else { 4_096 };
    Rules { credits, inbox_credits: credits, pipeline_limit, ..Rules::default() }
}

/// A few keys of a writer, one at least on each core.
fn keys_of_all_cores(writer: usize, cores: usize) -> Vec<Vec<u8>> {
    (0..cores).map(|core| key_of_core(&format!("register:{writer}"), core, cores)).collect()
}

/// A key of a core whose name begins so.
fn key_of_core(name: &str, core: usize, cores: usize) -> Vec<u8> {
    let routes = Routes::new(cores);
    (0..10_000)
        .map(|index| format!("{name}:{index}").into_bytes())
        .find(|key| usize::from(routes.owner(slot_of(key))) == core)
        .expect("a key of every core")
}
