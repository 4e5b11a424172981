//! The limits of compact lists and sets as CONFIG parameters.

use crate::script::Script;

#[track_caller]
fn check_list(c: &mut Script, on_7_2: &str) {
    c.check_since_7_2("OBJECT ENCODING l", r#""quicklist""#, &format!("\"{on_7_2}\""));
}

fn list_max_listpack_size_counts_elements(c: &mut Script) {
    c.check("CONFIG SET list-max-listpack-size 5", "+OK");
    c.check("RPUSH l a b c d e", ":5");
    check_list(c, "listpack");
    c.check("LPUSHX l z", ":6");
    check_list(c, "quicklist");
    c.check("RPOP l 3", r#"["e", "d", "c"]"#);
    check_list(c, "quicklist");
    c.check("LPOP l", r#""z""#);
    check_list(c, "listpack");
    c.check("LINSERT l AFTER a 1", ":3");
    c.check("LINSERT l AFTER a 2", ":4");
    c.check("LINSERT l AFTER a 3", ":5");
    check_list(c, "listpack");
    c.check("LINSERT l AFTER a 4", ":6");
    check_list(c, "quicklist");
    c.check("LRANGE l 0 -1", r#"["a", "4", "3", "2", "1", "b"]"#);
    c.check("LTRIM l 1 2", "+OK");
    c.check("LRANGE l 0 -1", r#"["4", "3"]"#);
    c.check("CONFIG SET list-max-listpack-size -2", "+OK");
}

fn list_max_listpack_size_counts_kibibytes(c: &mut Script) {
    c.check("CONFIG SET list-max-listpack-size -1", "+OK");
    let (at, beyond) = ("x".repeat(85), "x".repeat(86));
    for (last, form) in [(&at, "listpack"), (&beyond, "quicklist")] {
        c.given("DEL l");
        c.given(&format!("RPUSH l {}", "x".repeat(4_000)));
        c.given(&format!("RPUSH l {last}"));
        check_list(c, form);
    }
    c.check("RPOP l", &format!("\"{beyond}\""));
    check_list(c, "quicklist");
    c.check("LSET l 0 a", "+OK");
    check_list(c, "listpack");
    c.check("CONFIG SET list-max-listpack-size -2", "+OK");
}

fn lists_of_one_element_a_block_work(c: &mut Script) {
    for size in ["0", "1"] {
        c.check(&format!("CONFIG SET list-max-listpack-size {size}"), "+OK");
        c.given("DEL l");
        c.check("RPUSH l a b c d", ":4");
        c.check("LINSERT l BEFORE c x", ":5");
        c.check("LSET l 1 B", "+OK");
        c.check("LREM l -1 a", ":1");
        c.check("LPOS l d RANK -1", ":3");
        c.check("LRANGE l 0 -1", r#"["B", "x", "c", "d"]"#);
        c.check("LTRIM l 1 -2", "+OK");
        c.check("LRANGE l 0 -1", r#"["x", "c"]"#);
        c.check("LINDEX l -1", r#""c""#);
    }
    c.check("CONFIG SET list-max-listpack-size -2", "+OK");
}

fn set_max_intset_entries_counts_integers(c: &mut Script) {
    c.check("CONFIG SET set-max-intset-entries 3", "+OK");
    c.check("SADD s 1 2 3", ":3");
    c.check("OBJECT ENCODING s", r#""intset""#);
    c.check("SADD s 4", ":1");
    c.check("OBJECT ENCODING s", r#""hashtable""#);
    c.check("SADD t 1 2 3 4", ":4");
    c.check_since_7_2("OBJECT ENCODING t", r#""hashtable""#, r#""listpack""#);
    c.check("CONFIG SET set-max-intset-entries 0", "+OK");
    c.check("SADD u 1", ":1");
    c.check_since_7_2("OBJECT ENCODING u", r#""hashtable""#, r#""listpack""#);
    c.check("CONFIG SET set-max-intset-entries 512", "+OK");
}

facts! { server:
    list_max_listpack_size_counts_elements,
    list_max_listpack_size_counts_kibibytes,
    lists_of_one_element_a_block_work,
    set_max_intset_entries_counts_integers,
}
