//! A core that panics takes the process with it: the others cannot answer for its keys.

/// Makes any panic end the process, after the usual message.
pub fn abort_on_panic() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        print(panic);
        std::process::abort();
    }));
}
