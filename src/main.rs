//! Parse, start, wait; nothing else.

use std::process::ExitCode;

use kvadrant::{
    config::{self, StartupError},
    cores::{self, signals},
    observe::log::Log,
};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// The allocator's settings, which it looks up under this name when it starts. Freed pages go back to the system within a second
/// or so, not ten: after a burst or a flush the process is soon as small as what it holds.
#[unsafe(export_name = "_rjem_malloc_conf")]
static ALLOCATOR_SETTINGS: Settings = Settings(c"dirty_decay_ms:1000,muzzy_decay_ms:0".as_ptr());

/// A constant string of C.
#[repr(transparent)]
struct Settings(*const std::ffi::c_char);

// SAFETY: what it points at is never written.
unsafe impl Sync for Settings {}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kvadrant: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), StartupError> {
    let settings = config::load(std::env::args_os())?;
    let _log = Log::start(settings.loglevel.filter(), settings.logfile.as_deref())
        .map_err(|error| StartupError::new(error.to_string(), "choose another logfile"))?;
    cores::abort_on_panic();
    let signals = signals::catch()?;
    let running = cores::start(&settings)?;
    signals.watch(running.mesh())?;
    // Without a service manager there is nobody to tell.
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);
    running.wait();
    Ok(())
}
