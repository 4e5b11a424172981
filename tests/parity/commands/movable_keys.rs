//! COMMAND on commands whose keys only the arguments tell.

use crate::script::Script;

fn getkeys_finds_keys_that_arguments_count(c: &mut Script) {
    c.check("COMMAND GETKEYS ZUNION 2 a b WEIGHTS 1 2", r#"["a", "b"]"#);
    c.check("COMMAND GETKEYS ZUNION 5 a", "-ERR Invalid arguments specified for command");
    c.check("COMMAND GETKEYS ZUNION 0 a", "-ERR Invalid arguments specified for command");
    c.check("COMMAND GETKEYS ZUNION x a", "-ERR Invalid arguments specified for command");
    c.check("COMMAND GETKEYS ZUNION -1 a", "-ERR Invalid arguments specified for command");
    c.check("COMMAND GETKEYS ZUNIONSTORE d 2 a b", r#"["d", "a", "b"]"#);
    c.check("COMMAND GETKEYS ZUNIONSTORE d 5 a", "-ERR Invalid arguments specified for command");
    c.check("COMMAND GETKEYS ZUNIONSTORE d 0 a", "-ERR Invalid arguments specified for command");
    c.check("COMMAND GETKEYS SINTERCARD 2 a b LIMIT 1", r#"["a", "b"]"#);
    c.check("COMMAND GETKEYS SINTERCARD 2 a", "-ERR Invalid arguments specified for command");
    c.check("COMMAND GETKEYS LMPOP 2 a b LEFT", r#"["a", "b"]"#);
    c.check("COMMAND GETKEYS ZMPOP 1 a MIN COUNT 5", r#"["a"]"#);
    c.check("COMMAND GETKEYS ZINTERCARD 1 a", r#"["a"]"#);
    c.check("COMMAND GETKEYS ZDIFF 2 a b WITHSCORES", r#"["a", "b"]"#);
    c.check("COMMAND GETKEYS SORT k", r#"["k"]"#);
    c.check("COMMAND GETKEYS SORT k BY w_* GET # STORE dst LIMIT 0 1", r#"["k", "dst"]"#);
    c.check("COMMAND GETKEYS SORT k STORE a STORE b", r#"["k", "b"]"#);
    c.check("COMMAND GETKEYS SORT k BY STORE a", r#"["k"]"#);
    c.check("COMMAND GETKEYS SORT k GET STORE STORE x", r#"["k", "x"]"#);
    c.check("COMMAND GETKEYS SORT_RO k BY w_*", r#"["k"]"#);
    c.check("COMMAND GETKEYS SINTERSTORE d a b", r#"["d", "a", "b"]"#);
    c.check("COMMAND GETKEYS ZRANGESTORE d s 0 1", r#"["d", "s"]"#);
    c.check("COMMAND GETKEYS COPY a b DB 1", r#"["a", "b"]"#);
    c.check("COMMAND GETKEYS MOVE a 1", r#"["a"]"#);
    c.check("COMMAND GETKEYS LMOVE a b LEFT LEFT", r#"["a", "b"]"#);
    c.check("COMMAND GETKEYS SINTER a b c", r#"["a", "b", "c"]"#);
}

fn keys_come_with_what_is_done_to_them(c: &mut Script) {
    c.check("COMMAND GETKEYSANDFLAGS SORT k STORE d", r#"[["k", [+RO, +access]], ["d", [+OW, +update]]]"#);
    c.check("COMMAND GETKEYSANDFLAGS SORT k", r#"[["k", [+RO, +access]]]"#);
    c.check("COMMAND GETKEYSANDFLAGS SORT_RO k BY x*", r#"[["k", [+RO, +access]]]"#);
    c.check(
        "COMMAND GETKEYSANDFLAGS ZUNIONSTORE d 2 a b",
        r#"[["d", [+OW, +update]], ["a", [+RO, +access]], ["b", [+RO, +access]]]"#,
    );
    c.check("COMMAND GETKEYSANDFLAGS ZDIFFSTORE d 1 a", r#"[["d", [+OW, +update]], ["a", [+RO, +access]]]"#);
    c.check("COMMAND GETKEYSANDFLAGS ZUNION 2 a b", r#"[["a", [+RO, +access]], ["b", [+RO, +access]]]"#);
    c.check(
        "COMMAND GETKEYSANDFLAGS SINTERSTORE d a b",
        r#"[["d", [+RW, +update]], ["a", [+RO, +access]], ["b", [+RO, +access]]]"#,
    );
    c.check("COMMAND GETKEYSANDFLAGS SUNIONSTORE d a", r#"[["d", [+OW, +update]], ["a", [+RO, +access]]]"#);
    c.check(
        "COMMAND GETKEYSANDFLAGS SDIFFSTORE d a b c",
        r#"[["d", [+OW, +update]], ["a", [+RO, +access]], ["b", [+RO, +access]], ["c", [+RO, +access]]]"#,
    );
    c.check("COMMAND GETKEYSANDFLAGS SINTERCARD 1 a", r#"[["a", [+RO, +access]]]"#);
    c.check(
        "COMMAND GETKEYSANDFLAGS ZMPOP 2 a b MIN",
        r#"[["a", [+RW, +access, +delete]], ["b", [+RW, +access, +delete]]]"#,
    );
    c.check("COMMAND GETKEYSANDFLAGS LMPOP 1 a LEFT", r#"[["a", [+RW, +access, +delete]]]"#);
    c.check(
        "COMMAND GETKEYSANDFLAGS LMOVE a b LEFT LEFT",
        r#"[["a", [+RW, +access, +delete]], ["b", [+RW, +insert]]]"#,
    );
    c.check(
        "COMMAND GETKEYSANDFLAGS RPOPLPUSH a b",
        r#"[["a", [+RW, +access, +delete]], ["b", [+RW, +insert]]]"#,
    );
    c.check(
        "COMMAND GETKEYSANDFLAGS ZRANGESTORE a b 0 1",
        r#"[["a", [+OW, +update]], ["b", [+RO, +access]]]"#,
    );
    c.check("COMMAND GETKEYSANDFLAGS COPY a b", r#"[["a", [+RO, +access]], ["b", [+OW, +update]]]"#);
    c.check("COMMAND GETKEYSANDFLAGS MOVE a 1", r#"[["a", [+RW, +access, +update]]]"#);
}

fn info_shows_movable_keys(c: &mut Script) {
    c.check("COMMAND INFO sinter", r#"[["sinter", :-2, [+readonly], :1, :-1, :1, [+@read, +@set, +@slow], ["nondeterministic_output_order"], [["flags", [+RO, +access], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "range", "spec", ["lastkey", :-1, "keystep", :1, "limit", :0]]]], []]]"#);
    c.check("COMMAND INFO sintercard", r#"[["sintercard", :-3, [+readonly, +movablekeys], :0, :0, :0, [+@read, +@set, +@slow], [], [["flags", [+RO, +access], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "keynum", "spec", ["keynumidx", :0, "firstkey", :1, "keystep", :1]]]], []]]"#);
    c.check("COMMAND INFO sunion", r#"[["sunion", :-2, [+readonly], :1, :-1, :1, [+@read, +@set, +@slow], ["nondeterministic_output_order"], [["flags", [+RO, +access], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "range", "spec", ["lastkey", :-1, "keystep", :1, "limit", :0]]]], []]]"#);
    c.check("COMMAND INFO sdiff", r#"[["sdiff", :-2, [+readonly], :1, :-1, :1, [+@read, +@set, +@slow], ["nondeterministic_output_order"], [["flags", [+RO, +access], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "range", "spec", ["lastkey", :-1, "keystep", :1, "limit", :0]]]], []]]"#);
    c.check("COMMAND INFO sinterstore", r#"[["sinterstore", :-3, [+write, +denyoom], :1, :-1, :1, [+@write, +@set, +@slow], [], [["flags", [+RW, +update], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]], ["flags", [+RO, +access], "begin_search", ["type", "index", "spec", ["index", :2]], "find_keys", ["type", "range", "spec", ["lastkey", :-1, "keystep", :1, "limit", :0]]]], []]]"#);
    c.check("COMMAND INFO sunionstore", r#"[["sunionstore", :-3, [+write, +denyoom], :1, :-1, :1, [+@write, +@set, +@slow], [], [["flags", [+OW, +update], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]], ["flags", [+RO, +access], "begin_search", ["type", "index", "spec", ["index", :2]], "find_keys", ["type", "range", "spec", ["lastkey", :-1, "keystep", :1, "limit", :0]]]], []]]"#);
    c.check("COMMAND INFO sdiffstore", r#"[["sdiffstore", :-3, [+write, +denyoom], :1, :-1, :1, [+@write, +@set, +@slow], [], [["flags", [+OW, +update], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]], ["flags", [+RO, +access], "begin_search", ["type", "index", "spec", ["index", :2]], "find_keys", ["type", "range", "spec", ["lastkey", :-1, "keystep", :1, "limit", :0]]]], []]]"#);
    c.check("COMMAND INFO zunion", r#"[["zunion", :-3, [+readonly, +movablekeys], :0, :0, :0, [+@read, +@sortedset, +@slow], [], [["flags", [+RO, +access], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "keynum", "spec", ["keynumidx", :0, "firstkey", :1, "keystep", :1]]]], []]]"#);
    c.check("COMMAND INFO zinter", r#"[["zinter", :-3, [+readonly, +movablekeys], :0, :0, :0, [+@read, +@sortedset, +@slow], [], [["flags", [+RO, +access], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "keynum", "spec", ["keynumidx", :0, "firstkey", :1, "keystep", :1]]]], []]]"#);
    c.check("COMMAND INFO zintercard", r#"[["zintercard", :-3, [+readonly, +movablekeys], :0, :0, :0, [+@read, +@sortedset, +@slow], [], [["flags", [+RO, +access], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "keynum", "spec", ["keynumidx", :0, "firstkey", :1, "keystep", :1]]]], []]]"#);
    c.check("COMMAND INFO zdiff", r#"[["zdiff", :-3, [+readonly, +movablekeys], :0, :0, :0, [+@read, +@sortedset, +@slow], [], [["flags", [+RO, +access], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "keynum", "spec", ["keynumidx", :0, "firstkey", :1, "keystep", :1]]]], []]]"#);
    c.check("COMMAND INFO zunionstore", r#"[["zunionstore", :-4, [+write, +denyoom, +movablekeys], :1, :1, :1, [+@write, +@sortedset, +@slow], [], [["flags", [+OW, +update], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]], ["flags", [+RO, +access], "begin_search", ["type", "index", "spec", ["index", :2]], "find_keys", ["type", "keynum", "spec", ["keynumidx", :0, "firstkey", :1, "keystep", :1]]]], []]]"#);
    c.check("COMMAND INFO zinterstore", r#"[["zinterstore", :-4, [+write, +denyoom, +movablekeys], :1, :1, :1, [+@write, +@sortedset, +@slow], [], [["flags", [+OW, +update], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]], ["flags", [+RO, +access], "begin_search", ["type", "index", "spec", ["index", :2]], "find_keys", ["type", "keynum", "spec", ["keynumidx", :0, "firstkey", :1, "keystep", :1]]]], []]]"#);
    c.check("COMMAND INFO zdiffstore", r#"[["zdiffstore", :-4, [+write, +denyoom, +movablekeys], :1, :1, :1, [+@write, +@sortedset, +@slow], [], [["flags", [+OW, +update], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]], ["flags", [+RO, +access], "begin_search", ["type", "index", "spec", ["index", :2]], "find_keys", ["type", "keynum", "spec", ["keynumidx", :0, "firstkey", :1, "keystep", :1]]]], []]]"#);
    c.check("COMMAND INFO zrangestore", r#"[["zrangestore", :-5, [+write, +denyoom], :1, :2, :1, [+@write, +@sortedset, +@slow], [], [["flags", [+OW, +update], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]], ["flags", [+RO, +access], "begin_search", ["type", "index", "spec", ["index", :2]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]]], []]]"#);
    c.check("COMMAND INFO copy", r#"[["copy", :-3, [+write, +denyoom], :1, :2, :1, [+@keyspace, +@write, +@slow], [], [["flags", [+RO, +access], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]], ["flags", [+OW, +update], "begin_search", ["type", "index", "spec", ["index", :2]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]]], []]]"#);
    c.check("COMMAND INFO move", r#"[["move", :3, [+write, +fast], :1, :1, :1, [+@keyspace, +@write, +@fast], [], [["flags", [+RW, +access, +update], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]]], []]]"#);
    c.check("COMMAND INFO lmove", r#"[["lmove", :5, [+write, +denyoom], :1, :2, :1, [+@write, +@list, +@slow], [], [["flags", [+RW, +access, +delete], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]], ["flags", [+RW, +insert], "begin_search", ["type", "index", "spec", ["index", :2]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]]], []]]"#);
    c.check("COMMAND INFO rpoplpush", r#"[["rpoplpush", :3, [+write, +denyoom], :1, :2, :1, [+@write, +@list, +@slow], [], [["flags", [+RW, +access, +delete], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]], ["flags", [+RW, +insert], "begin_search", ["type", "index", "spec", ["index", :2]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]]], []]]"#);
    c.check("COMMAND INFO lmpop", r#"[["lmpop", :-4, [+write, +movablekeys], :0, :0, :0, [+@write, +@list, +@slow], [], [["flags", [+RW, +access, +delete], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "keynum", "spec", ["keynumidx", :0, "firstkey", :1, "keystep", :1]]]], []]]"#);
    c.check("COMMAND INFO zmpop", r#"[["zmpop", :-4, [+write, +movablekeys], :0, :0, :0, [+@write, +@sortedset, +@slow], [], [["flags", [+RW, +access, +delete], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "keynum", "spec", ["keynumidx", :0, "firstkey", :1, "keystep", :1]]]], []]]"#);
}

fn info_tells_which_keys_are_unknown(c: &mut Script) {
    c.check("COMMAND INFO sort", r#"[["sort", :-2, [+write, +denyoom, +movablekeys], :1, :1, :1, [+@write, +@set, +@sortedset, +@list, +@slow, +@dangerous], [], [["flags", [+RO, +access], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]], ["notes", "".., "flags", [+RO, +access], "begin_search", ["type", "unknown", "spec", []], "find_keys", ["type", "unknown", "spec", []]], ["notes", "".., "flags", [+OW, +update], "begin_search", ["type", "unknown", "spec", []], "find_keys", ["type", "unknown", "spec", []]]], []]]"#);
    c.check("COMMAND INFO sort_ro", r#"[["sort_ro", :-2, [+readonly, +movablekeys], :1, :1, :1, [+@read, +@set, +@sortedset, +@list, +@slow, +@dangerous], [], [["flags", [+RO, +access], "begin_search", ["type", "index", "spec", ["index", :1]], "find_keys", ["type", "range", "spec", ["lastkey", :0, "keystep", :1, "limit", :0]]], ["notes", "".., "flags", [+RO, +access], "begin_search", ["type", "unknown", "spec", []], "find_keys", ["type", "unknown", "spec", []]]], []]]"#);
}

facts! { server:
    getkeys_finds_keys_that_arguments_count,
    keys_come_with_what_is_done_to_them,
    info_shows_movable_keys,
    info_tells_which_keys_are_unknown,
}
