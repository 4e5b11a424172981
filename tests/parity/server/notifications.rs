//! What listeners hear of keys, on whichever shard these are and wherever the listener is connected.

use crate::script::Script;

pub fn heard(c: &mut Script, events: &[(&str, &str)]) {
    for (event, key) in events {
        c.check_next(&format!(r#"["pmessage", "__key*", "__keyspace@0__:{key}", "{event}"]"#));
        c.check_next(&format!(r#"["pmessage", "__key*", "__keyevent@0__:{event}", "{key}"]"#));
    }
}

fn listeners_hear_of_keys_of_all_shards(c: &mut Script) {
    let mut other = c.second_client();
    other.check("CONFIG SET notify-keyspace-events KEA", "+OK");
    c.check("PSUBSCRIBE __key*", r#"["psubscribe", "__key*", :1]"#);
    for key in ["a", "b", "c", "d", "e"] {
        other.check(&format!("SET {key} 1"), "+OK");
        heard(c, &[("set", key)]);
        other.check(&format!("EXPIRE {key} 100"), ":1");
        heard(c, &[("expire", key)]);
        other.check(&format!("DEL {key}"), ":1");
        heard(c, &[("del", key)]);
        other.check(&format!("DEL {key}"), ":0");
    }
    other.check("RPUSH a x", ":1");
    heard(c, &[("rpush", "a")]);
    other.check("RENAME a b", "+OK");
    heard(c, &[("rename_from", "a"), ("rename_to", "b")]);
    other.check("LPOP b", r#""x""#);
    heard(c, &[("lpop", "b"), ("del", "b")]);
    other.check("CONFIG SET notify-keyspace-events El", "+OK");
    other.check("SET a 1", "+OK");
    other.check("RPUSH l x", ":1");
    c.check_next(r#"["pmessage", "__key*", "__keyevent@0__:rpush", "l"]"#);
}

facts! { server:
    listeners_hear_of_keys_of_all_shards,
}
