//! Starting the cores, and waiting for them.

use std::{cell::RefCell, path::PathBuf, rc::Rc, sync::Arc, time::Duration};

use glommio::{ExecutorJoinHandle, Latency, LocalExecutorBuilder, Placement as Pin, PoolPlacement, Shares};

use super::{
    affinity::Placement,
    core::Core,
    machine::{Machine, clock_ns},
    probe,
};
use crate::{
    commands::{Node, Server},
    config::{Settings, StartupError},
    mesh::Mesh,
    observe::memory,
};

/// Memory that an executor locks for file I/O; it does none yet, and this is the least that it takes.
const IO_MEMORY_BYTES: usize = 64 * 1024;

/// Depth of an executor's own rings.
const EXECUTOR_RING_DEPTH: usize = 32;

/// Of the time that both could use, the network gets this many shares and the background the other.
const NETWORK_SHARES: usize = 800;
const BACKGROUND_SHARES: usize = 200;

/// A server that runs.
#[derive(Debug)]
pub struct Running {
    mesh: Arc<Mesh>,
    cores: Vec<ExecutorJoinHandle<()>>,
    unixsocket: Option<PathBuf>,
}

/// Starts the server: probes the machine, opens the sockets, starts a core per shard.
///
/// # Errors
///
/// Whatever keeps it from serving, in one line.
pub fn start(settings: &Settings) -> Result<Running, StartupError> {
    let placement = Placement::plan(settings)?;
    let features = probe::probe(settings.maxclients, placement.shards())?;
    let (mesh, ports) = Mesh::new(placement.shards()).map_err(|error| internal("eventfd", &error))?;
    let cpus: Vec<usize> = (0..placement.shards()).map(|shard| placement.cpu_of(shard)).collect();
    let server = Arc::new(Server::new(run_id()?, now_ms(), cpus));
    let addresses = server.listening.begin(settings, placement.shards())?;

    server.couriers.run_on(&placement.others()?);

    tracing::info!("{placement}");
    match settings.maxmemory_bytes {
        0 => tracing::info!("memory limit: none"),
        limit => tracing::info!("memory limit: {limit} bytes, {}", settings.maxmemory_policy.word()),
    }
    tracing::info!("listening on {}", addresses.join(", "));
    tracing::info!("persistence: off");
    tracing::info!("{features}");
    for warning in &settings.warnings {
        tracing::warn!("{warning}");
    }

    let busy_poll = if placement.shares_cpus() {
        Duration::ZERO
    } else {
        Duration::from_micros(settings.busy_poll_us.into())
    };
    // One seed for all tables: a transaction moves entries between shards.
    let seed = random_u64()?;
    let mut cores = Vec::new();
    for (shard, port) in ports.into_iter().enumerate() {
        let (settings, server) = (settings.clone(), Arc::clone(&server));
        let cpu = placement.cpu_of(shard);
        let executor = LocalExecutorBuilder::new(Pin::Fixed(cpu))
            .name(&format!("shard-{shard}"))
            .io_memory(IO_MEMORY_BYTES)
            .ring_depth(EXECUTOR_RING_DEPTH)
            .blocking_thread_pool_placement(PoolPlacement::Unbound(1))
            .spawn(move || async move {
                let mut node = Node::new(shard, settings, server, seed);
                node.shard.clock_ns = clock_ns;
                node.shard.memory.held_bytes = memory::thread_bytes;
                let core = Core::new(node);
                match Machine::new(core, port, busy_poll) {
                    Ok(machine) => serve(machine).await,
                    Err(error) => panic!("shard {shard} cannot set up its io_uring: {error}"),
                }
            })
            .map_err(|error| internal("executor", &error))?;
        cores.push(executor);
    }
    Ok(Running { mesh, cores, unixsocket: settings.unixsocket.clone() })
}

/// The life of a core: turns, and background work in between while there is some.
async fn serve(machine: Machine) {
    let machine = Rc::new(RefCell::new(machine));
    let executor = glommio::executor();
    let network =
        executor.create_task_queue(Shares::Static(NETWORK_SHARES), Latency::NotImportant, "network");
    let background =
        executor.create_task_queue(Shares::Static(BACKGROUND_SHARES), Latency::NotImportant, "background");
    let turns = async move {
        let mut worker: Option<glommio::task::JoinHandle<()>> = None;
        loop {
            let busy = {
                let mut machine = machine.borrow_mut();
                let busy = machine.has_background();
                let stopping = machine.is_stopping();
                machine.turn(!busy && !stopping);
                if machine.may_leave() {
                    return;
                }
                machine.has_background()
            };
            if !busy {
                continue;
            }
            if worker.is_none() {
                let work = work_in_background(Rc::clone(&machine));
                worker = glommio::spawn_local_into(work, background).map(glommio::Task::detach).ok();
            }
            glommio::executor().yield_task_queue_now().await;
            if !machine.borrow().has_background() {
                worker = None;
            }
        }
    };
    if let Ok(task) = glommio::spawn_local_into(turns, network) {
        task.await;
    }
}

/// Does the background work in small steps, and ends when nothing is left.
async fn work_in_background(machine: Rc<RefCell<Machine>>) {
    /// Steps between two looks at the clients: some 100 microseconds.
    const STEPS: usize = 4;
    loop {
        for _ in 0..STEPS {
            if machine.borrow_mut().background_step() {
                return;
            }
        }
        glommio::executor().yield_task_queue_now().await;
    }
}

impl Running {
    /// A handle that stops the server.
    pub fn mesh(&self) -> Arc<Mesh> {
        Arc::clone(&self.mesh)
    }

    /// Waits until all cores have left, and takes the Unix socket away.
    pub fn wait(self) {
        for core in self.cores {
            if let Err(error) = core.join() {
                tracing::error!("a core ended badly: {error}");
            }
        }
        if let Some(path) = self.unixsocket {
            // Somebody may have removed it already; and the next server replaces one that is left behind.
            let _ = std::fs::remove_file(path);
        }
    }
}

fn internal(what: &str, error: &dyn std::fmt::Display) -> StartupError {
    StartupError::new(
        format!("{what}: {error}"),
        "raise the limits on open files and locked memory (ulimit -n, ulimit -l)",
    )
}

fn random_u64() -> Result<u64, StartupError> {
    getrandom::u64()
        .map_err(|error| StartupError::new(format!("no randomness: {error}"), "make /dev/urandom available"))
}

/// 40 random hexadecimal digits.
fn run_id() -> Result<String, StartupError> {
    let (high, middle, low) = (random_u64()?, random_u64()?, random_u64()? as u32);
    Ok(format!("{high:016x}{middle:016x}{low:08x}"))
}

fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as i64)
}
