//! HELLO: the handshake and the two protocols.

use crate::script::Script;

const FIELDS_2: &str = r#"["server", any, "version", any, "proto", :2, "id", :1.., "mode", "standalone" | "cluster", "role", "master", "modules", []]"#;
const FIELDS_3: &str = r#"{"server": any, "version": any, "proto": :3, "id": :1.., "mode": "standalone" | "cluster", "role": "master", "modules": []}"#;
const NO_PROTOCOL: &str = "-NOPROTO unsupported protocol version";

fn hello_describes_the_server(c: &mut Script) {
    c.check("HELLO", FIELDS_2);
    c.check("HELLO 2", FIELDS_2);
    c.check("HELLO 3", FIELDS_3);
    c.check("HELLO", FIELDS_3);
    c.check("hello 2", FIELDS_2);
}

fn hello_switches_what_null_looks_like(c: &mut Script) {
    c.check("GET missing", "nil");
    c.check("HELLO 3", FIELDS_3);
    c.check("GET missing", "_");
    c.check("HELLO 2", FIELDS_2);
    c.check("GET missing", "nil");
}

fn hello_refuses_other_protocols_and_changes_nothing(c: &mut Script) {
    for version in ["1", "4", "0", "-1", "33"] {
        c.check(&format!("HELLO {version}"), NO_PROTOCOL);
    }
    for version in ["x", "''", "3.0"] {
        c.check(&format!("HELLO {version}"), "-ERR Protocol version is not an integer or out of range");
    }
    c.check("GET missing", "nil");
    c.resp3();
    c.check("HELLO 4", NO_PROTOCOL);
    c.check("GET missing", "_");
}

fn hello_setname_names_the_connection(c: &mut Script) {
    c.check("HELLO 2 SETNAME me", FIELDS_2);
    c.check("CLIENT GETNAME", r#""me""#);
    c.check("HELLO 3 setname you", FIELDS_3);
    c.check("CLIENT GETNAME", r#""you""#);
    c.check(
        "HELLO 2 SETNAME 'not me'",
        "-ERR Client names cannot contain spaces, newlines or special characters.",
    );
    c.check("CLIENT GETNAME", r#""you""#);
}

fn hello_auth_takes_the_default_user(c: &mut Script) {
    c.check("HELLO 3 AUTH default anything", FIELDS_3);
    c.check("HELLO 2 AUTH nobody anything", "-WRONGPASS invalid username-password pair or user is disabled.");
    c.check("GET missing", "_");
    c.check("HELLO 2 AUTH default x SETNAME me", FIELDS_2);
    c.check("CLIENT GETNAME", r#""me""#);
    c.check("HELLO 3 SETNAME you AUTH default x", FIELDS_3);
    c.check("CLIENT GETNAME", r#""you""#);
}

fn hello_refuses_other_options(c: &mut Script) {
    c.check("HELLO 3 FOO", "-ERR Syntax error in HELLO option 'FOO'");
    c.check("HELLO 3 AUTH default", "-ERR Syntax error in HELLO option 'AUTH'");
    c.check("HELLO 3 SETNAME", "-ERR Syntax error in HELLO option 'SETNAME'");
    c.check("HELLO 3 SETNAME me foo", "-ERR Syntax error in HELLO option 'foo'");
    c.check("GET missing", "nil");
}

fn errors_are_the_same_in_both_protocols(c: &mut Script) {
    c.check("SET k v", "+OK");
    c.resp3();
    c.check("LPUSH k a", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    c.check("GET", "-ERR wrong number of arguments for 'get' command");
    c.check("SET k v FOO", "-ERR syntax error");
    c.check("NOPE", "-ERR unknown command 'NOPE', with args beginning with: ");
}

facts! { server:
    hello_describes_the_server,
    hello_switches_what_null_looks_like,
    hello_refuses_other_protocols_and_changes_nothing,
    hello_setname_names_the_connection,
    hello_auth_takes_the_default_user,
    hello_refuses_other_options,
    errors_are_the_same_in_both_protocols,
}
