//! Strangers, the handshake and closing, on a core without sockets.

use std::sync::Arc;

use kvadrant::{
    commands::{Node, Server},
    config::Settings,
    cores::Core,
    session::{Closing, Origin, Session, SessionId},
};

/// A core with the password `secret`.
fn core() -> Core {
    let settings = Settings { requirepass: Some(b"secret".to_vec()), ..Settings::default() };
    let server = Server::new("0".repeat(40), 0, vec![0]);
    let mut core = Core::new(Node::new(0, settings, Arc::new(server), 1));
    core.begin_turn(1_000_000);
    core
}

fn connect(core: &mut Core) -> SessionId {
    let number = core.node.server.next_client();
    let address = |port: u16| ([127, 0, 0, 1], port).into();
    let origin = Origin::Tcp(address(40_000 + number as u16), address(6379));
    core.open(Session::new(number, origin, 10, 0, false))
}

/// What the client gets for an inline command.
fn ask(core: &mut Core, client: SessionId, line: &str) -> String {
    core.receive(client, format!("{line}\r\n").as_bytes());
    core.seal();
    let session = core.node.sessions.get_mut(client).expect("a client");
    let reply = String::from_utf8(session.replies.out().to_vec()).expect("text");
    session.replies.out().clear();
    reply
}

#[test]
fn strangers_get_nothing_but_a_chance_to_authenticate() {
    let mut core = core();
    let stranger = connect(&mut core);
    for line in ["GET k", "CLIENT ID", "CLIENT LIST", "CLUSTER MYID", "READONLY"] {
        assert_eq!(ask(&mut core, stranger, line), "-NOAUTH Authentication required.\r\n", "{line}");
    }
    assert!(ask(&mut core, stranger, "HELLO 3").starts_with("-NOAUTH HELLO must be called"));
    assert!(ask(&mut core, stranger, "HELLO 3 AUTH default wrong").starts_with("-WRONGPASS "));
    assert_eq!(ask(&mut core, stranger, "RESET"), "+RESET\r\n");
    assert!(ask(&mut core, stranger, "AUTH secre").starts_with("-WRONGPASS "));
    assert_eq!(ask(&mut core, stranger, "AUTH secret"), "+OK\r\n");
    assert_eq!(ask(&mut core, stranger, "GET k"), "$-1\r\n");
    assert!(ask(&mut core, stranger, "AUTH default wrong").starts_with("-WRONGPASS "));
    assert_eq!(ask(&mut core, stranger, "GET k"), "$-1\r\n", "who is in stays in");
}

#[test]
fn hello_changes_nothing_unless_it_succeeds() {
    let mut core = core();
    let client = connect(&mut core);
    assert!(ask(&mut core, client, "HELLO 3 SETNAME me AUTH default wrong").starts_with("-WRONGPASS "));
    assert!(ask(&mut core, client, "HELLO 3 SETNAME me AUTH default secret NOPE").starts_with("-ERR Syntax"));
    let session = core.node.sessions.get(client).expect("a client");
    assert!(!session.resp3 && session.name.is_empty() && !session.authenticated);
    assert!(ask(&mut core, client, "HELLO 3 SETNAME me AUTH default secret").starts_with("%7\r\n"));
    assert_eq!(ask(&mut core, client, "CLIENT GETNAME"), "$2\r\nme\r\n");
}

#[test]
fn reset_throws_out_and_forgets() {
    let mut core = core();
    let client = connect(&mut core);
    ask(&mut core, client, "HELLO 3 AUTH default secret SETNAME me");
    ask(&mut core, client, "SELECT 3");
    assert_eq!(ask(&mut core, client, "RESET"), "+RESET\r\n");
    let session = core.node.sessions.get(client).expect("a client");
    assert!(!session.resp3 && session.name.is_empty() && !session.authenticated && session.database == 0);
}

#[test]
fn who_kills_all_answers_before_it_closes() {
    let mut core = core();
    let (first, second) = (connect(&mut core), connect(&mut core));
    ask(&mut core, first, "AUTH secret");
    assert_eq!(ask(&mut core, first, "CLIENT KILL TYPE normal SKIPME no\r\nPING"), ":2\r\n");
    let closing = |id| core.node.sessions.get(id).map(|session| session.closing);
    assert_eq!((closing(first), closing(second)), (Some(Closing::AfterReplies), Some(Closing::Now)));
    let mut dirty = Vec::new();
    core.take_dirty(&mut dirty);
    assert!(dirty.contains(&first) && dirty.contains(&second), "the machine hears of both");
}
