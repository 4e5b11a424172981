//! AUTH and requirepass.

use crate::script::Script;

const WRONG: &str = "-WRONGPASS invalid username-password pair or user is disabled.";
const NO_AUTH: &str = "-NOAUTH Authentication required.";

/// Runs `facts` with the password `secret` set; `admin` stays in.
fn with_password(admin: &mut Script, facts: fn(&mut Script, &mut Script)) {
    let mut client = admin.second_client();
    // A server of several cores may take a connection later than a command that was sent after it.
    client.check("PING", "+PONG");
    admin.check("CONFIG SET requirepass secret", "+OK");
    let mut stranger = admin.second_client();
    facts(&mut stranger, &mut client);
    admin.check("CONFIG SET requirepass ''", "+OK");
}

fn auth_without_a_password_set_is_an_error(c: &mut Script) {
    c.check(
        "AUTH secret",
        "-ERR AUTH <password> called without any password configured for the default user. \
         Are you sure your configuration is correct?",
    );
    c.check("AUTH default secret", "+OK");
    c.check("AUTH nobody secret", WRONG);
    c.check("AUTH", "-ERR wrong number of arguments for 'auth' command");
    c.check("AUTH a b c", "-ERR syntax error");
}

fn strangers_are_refused_until_they_authenticate(c: &mut Script) {
    with_password(c, |stranger, _| {
        stranger.check("PING", NO_AUTH);
        stranger.check("GET k", NO_AUTH);
        stranger.check("SET k v", NO_AUTH);
        stranger.check("MGET a b c", NO_AUTH);
        stranger.check("CLIENT ID", NO_AUTH);
        stranger
            .check("EXEC", "-EXECABORT Transaction discarded because of: NOAUTH Authentication required.");
        stranger.check("AUTH secret", "+OK");
        stranger.check("PING", "+PONG");
        stranger.check("SET k v", "+OK");
    });
}

fn errors_of_form_come_before_the_password(c: &mut Script) {
    with_password(c, |stranger, _| {
        stranger.check("NOPE a", "-ERR unknown command 'NOPE', with args beginning with: 'a' ");
        stranger.check("GET", "-ERR wrong number of arguments for 'get' command");
        stranger.check("CLIENT NOPE", "-ERR unknown subcommand 'NOPE'. Try CLIENT HELP.");
        stranger.check("GET k", NO_AUTH);
    });
}

fn wrong_passwords_are_refused(c: &mut Script) {
    with_password(c, |stranger, _| {
        for password in ["wrong", "''", "secre", "secret2", "SECRET"] {
            stranger.check(&format!("AUTH {password}"), WRONG);
        }
        stranger.check("AUTH default wrong", WRONG);
        stranger.check("AUTH nobody secret", WRONG);
        stranger.check("PING", NO_AUTH);
        stranger.check("AUTH default secret", "+OK");
        stranger.check("PING", "+PONG");
        stranger.check("AUTH wrong", WRONG);
        stranger.check("PING", "+PONG");
    });
}

fn hello_asks_for_the_password_too(c: &mut Script) {
    with_password(c, |stranger, _| {
        let refused = |usage: &str| {
            format!(
                "-NOAUTH HELLO must be called with the client already authenticated, otherwise the {usage} AUTH \
                 <user> <pass> option can be used to authenticate the client and select the RESP protocol \
                 version at the same time"
            )
        };
        for hello in ["HELLO", "HELLO 3", "HELLO 2 SETNAME me"] {
            stranger.check_since_7_2(hello, &refused("HELLO"), &refused("HELLO <proto>"));
        }
        stranger.check("HELLO 3 AUTH default wrong", WRONG);
        stranger.check("PING", NO_AUTH);
        stranger.check("HELLO 3 AUTH default secret", r#"{"server": any, "version": any, "proto": :3, "id": :1.., "mode": any, "role": "master", "modules": []}"#);
        stranger.check("GET missing", "_");
    });
}

fn the_connected_stay_in_and_reset_throws_them_out(c: &mut Script) {
    with_password(c, |_, connected| {
        connected.check("PING", "+PONG");
        connected.check("RESET", "+RESET");
        connected.check("PING", NO_AUTH);
        connected.check("AUTH secret", "+OK");
        connected.check("PING", "+PONG");
    });
}

fn strangers_may_quit(c: &mut Script) {
    with_password(c, |stranger, _| {
        stranger.check("RESET", "+RESET");
        stranger.check("QUIT", "+OK");
        stranger.check_closed("QUIT");
    });
}

fn strangers_may_not_send_much(c: &mut Script) {
    with_password(c, |stranger, connected| {
        stranger.raw_then_closed(b"*11\r\n", b"-ERR Protocol error: unauthenticated multibulk length\r\n");
        connected.raw(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$16385\r\n", b"");
    });
    with_password(c, |stranger, _| {
        stranger
            .raw_then_closed(b"*1\r\n$16385\r\n", b"-ERR Protocol error: unauthenticated bulk length\r\n");
    });
}

facts! { server:
    auth_without_a_password_set_is_an_error,
    strangers_are_refused_until_they_authenticate,
    errors_of_form_come_before_the_password,
    wrong_passwords_are_refused,
    hello_asks_for_the_password_too,
    the_connected_stay_in_and_reset_throws_them_out,
    strangers_may_quit,
    strangers_may_not_send_much,
}
