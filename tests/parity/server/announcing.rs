//! In which order listeners hear of keys and messages, where one core has all keys.

use super::notifications::heard;
use crate::script::Script;

fn listeners_hear_of_a_key_before_a_message_behind_it(c: &mut Script) {
    let mut other = c.second_client();
    other.check("CONFIG SET notify-keyspace-events KEA", "+OK");
    c.check("PSUBSCRIBE __key*", r#"["psubscribe", "__key*", :1]"#);
    c.check("SUBSCRIBE news", r#"["subscribe", "news", :2]"#);
    for key in ["a", "b", "c", "d", "e"] {
        other.check("MULTI", "+OK");
        other.check(&format!("SET {key} 1"), "+QUEUED");
        other.check("PUBLISH news now", "+QUEUED");
        other.check(&format!("DEL {key}"), "+QUEUED");
        other.check("EXEC", "[+OK, :1, :1]");
        heard(c, &[("set", key)]);
        c.check_next(r#"["message", "news", "now"]"#);
        heard(c, &[("del", key)]);
    }
}

facts! { one core:
    listeners_hear_of_a_key_before_a_message_behind_it,
}
