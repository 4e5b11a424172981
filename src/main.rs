//! Parse, start, wait; nothing else.

use std::process::ExitCode;

use kvadrant::{
    config::{self, StartupError},
    cores::{self, signals},
    observe::log::Log,
};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

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
