//! Scripts against a driver that answers a few commands; the expectations were read off redis-server 7.0.15.

mod functions;
mod json;
mod libraries;
mod limits;
mod replies;
mod sandbox;

use super::{Engine, Resume, Step};

/// Runs `script` to its end; each command is answered as `answer` says.
fn drive(
    engine: &mut Engine,
    script: &str,
    resp3: bool,
    mut answer: impl FnMut(&[Box<[u8]>], bool) -> Vec<u8>,
) -> String {
    let sha = match engine.load(script.as_bytes()) {
        Ok((sha, _)) => sha,
        Err(error) => return format!("-{error}|"),
    };
    let mut step = engine.start(&sha, &[b"k1", b"k2"], &[b"a1", b"a2"], resp3);
    loop {
        step = match step {
            Step::Command { args, resp3 } => {
                let reply = answer(&args, resp3);
                engine.resume(Resume::Reply(&reply))
            }
            Step::Slice | Step::Log { .. } => engine.resume(Resume::Continue),
            Step::Done { reply, .. } => {
                let text: String = reply.iter().map(|byte| char::from(*byte)).collect();
                return text.replace(&sha.to_string(), "<sha>").replace("\r\n", "|");
            }
        }
    }
}

/// A few commands: PING, ECHO, INCR (an error), one reply that the script itself says, and no others.
fn server(args: &[Box<[u8]>], _resp3: bool) -> Vec<u8> {
    match &*args[0].to_ascii_lowercase() {
        b"ping" => b"+PONG\r\n".to_vec(),
        b"echo" => [format!("${}\r\n", args[1].len()).as_bytes(), &args[1], b"\r\n"].concat(),
        b"incr" => b"-ERR value is not an integer or out of range\r\n".to_vec(),
        b"reply" => args[1].replace_bars(),
        _ => b"-ERR Unknown Redis command called from script\r\n".to_vec(),
    }
}

trait ReplaceBars {
    fn replace_bars(&self) -> Vec<u8>;
}

impl ReplaceBars for [u8] {
    fn replace_bars(&self) -> Vec<u8> {
        String::from_utf8_lossy(self).replace('|', "\r\n").into_bytes()
    }
}

/// Scripts and what they answer a client of RESP2, line ends as `|`.
fn check(pairs: &[(&str, &str)]) {
    let mut engine = Engine::new().expect("an engine");
    for (script, reply) in pairs {
        assert_eq!(drive(&mut engine, script, false, server), *reply, "{script}");
    }
}

/// The same for a client of RESP3.
fn check_resp3(pairs: &[(&str, &str)]) {
    let mut engine = Engine::new().expect("an engine");
    for (script, reply) in pairs {
        assert_eq!(drive(&mut engine, script, true, server), *reply, "{script}");
    }
}
