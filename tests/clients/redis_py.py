"""A round of redis-py over the commands, in both protocols: redis_py.py PORT.

Ends with status 0 when every fact holds; the first one that does not is the traceback.
"""

import sys
import time

import redis


def strings(r):
    assert r.ping() is True
    assert r.echo("hello") == b"hello"
    assert r.set("k", "v") is True
    assert r.get("k") == b"v"
    assert r.get("missing") is None
    assert r.set("k", "w", nx=True) is None
    assert r.set("k", "w", xx=True, get=True) == b"v"
    assert r.set("k", "x", ex=100) is True and 90 <= r.ttl("k") <= 100
    assert r.set("k", "y", keepttl=True) is True and r.ttl("k") > 0
    assert r.mset({"a": 1, "b": 2, "c": 3}) is True
    assert r.mget("a", "missing", "c") == [b"1", None, b"3"]
    assert (r.incr("a"), r.decr("a"), r.incrby("a", 9), r.decrby("a", 5)) == (2, 1, 10, 5)
    assert (r.append("b", "x"), r.strlen("b")) == (2, 2)
    assert (r.setnx("b", "y"), r.setnx("new", "y")) == (False, True)
    assert r.getset("b", "z") == b"2x"
    assert r.getdel("b") == b"z" and r.exists("b") == 0
    assert r.setex("e", 100, "v") and r.psetex("p", 100_000, "v") and 90_000 <= r.pttl("p") <= 100_000
    assert r.getex("e", persist=True) == b"v" and r.ttl("e") == -1
    assert r.msetnx({"{t}a": 1, "{t}b": 2}) and not r.msetnx({"{t}b": 1, "{t}c": 2}) and r.exists("{t}c") == 0
    assert r.set("text", "Hello World") and r.setrange("text", 6, "Redis") == 11
    assert (r.getrange("text", 0, 4), r.substr("text", -5)) == (b"Hello", b"Redis")
    assert r.incrbyfloat("float", 1.5) == 1.5 and r.incrbyfloat("float", "-0.25") == 1.25
    assert r.mset({"{t}x": "ohmytext", "{t}y": "mynewtext"}) and r.lcs("{t}x", "{t}y") == b"mytext"
    assert r.lcs("{t}x", "{t}y", len=True) == 6
    every_byte = bytes(range(256))
    assert r.set(every_byte, every_byte) and r.get(every_byte) == every_byte
    large = b"x" * 5_000_000
    assert r.set("large", large) and r.get("large") == large


def keys(r):
    for number in range(300):
        r.set(f"key:{number}", number)
    assert set(r.scan_iter("key:2?")) == {b"key:%d" % n for n in range(20, 30)}
    assert len(set(r.scan_iter("key:*", count=7))) == 300
    assert len(r.keys("key:*")) == 300
    assert r.dbsize() == 300
    assert r.randomkey().startswith(b"key:")
    assert r.delete("key:1", "key:2", "missing") == 2
    assert r.unlink("key:3", "key:4") == 2
    assert r.exists("key:5", "key:6", "key:1") == 2
    assert r.type("key:5") == b"string" and r.type("missing") == b"none"
    assert r.expire("key:5", 100) is True and r.expire("key:5", 200, nx=True) is False
    assert 90 <= r.ttl("key:5") <= 100 and 90_000 <= r.pttl("key:5") <= 100_000
    assert r.expireat("key:5", 32503680000) is True and r.expiretime("key:5") == 32503680000
    assert r.persist("key:5") is True and r.ttl("key:5") == -1
    assert r.pexpire("key:5", 1) is True
    deadline = time.monotonic() + 10
    while r.exists("key:5") and time.monotonic() < deadline:
        pass
    assert r.get("key:5") is None
    assert r.touch("key:6", "missing") == 1
    assert r.pexpireat("key:6", 32503680000000) is True and r.pexpiretime("key:6") == 32503680000000
    assert r.rename("key:6", "key:6") is True
    assert r.set("{t}from", "v") and r.rename("{t}from", "{t}to") and r.renamenx("{t}to", "{t}other")
    assert r.object("encoding", "key:7") in (b"int", "int") and r.object("refcount", "key:7") >= 1
    assert r.set("text", "no number") and r.object("idletime", "text") <= 60 and r.memory_usage("text") > 0 and r.delete("text")
    assert r.set("swapped", "v") and r.swapdb(0, 1) is True and r.exists("swapped") == 0 and r.swapdb(0, 1) is True
    assert r.flushdb() is True and r.dbsize() == 0


def collections(r):
    assert r.rpush("list", "a", "b", "c") == 3 and r.lpush("list", "z") == 4
    assert r.lrange("list", 0, -1) == [b"z", b"a", b"b", b"c"]
    assert r.lpop("list") == b"z" and r.rpop("list", 2) == [b"c", b"b"]
    assert r.llen("list") == 1 and r.lpop("missing", 2) is None

    assert r.rpush("edits", "a", "b", "c", "b") == 4 and r.lpushx("missing", "a") == 0 and r.rpushx("edits", "d") == 5
    assert r.lindex("edits", -1) == b"d" and r.lset("edits", 0, "y") is True
    assert r.linsert("edits", "before", "b", "x") == 6 and r.lpos("edits", "b", count=0) == [2, 4]
    assert r.lrem("edits", 1, "b") == 1 and r.ltrim("edits", 0, 2) is True
    assert r.lrange("edits", 0, -1) == [b"y", b"x", b"c"]

    assert r.sadd("set", "a", "b", "a") == 2 and r.scard("set") == 2
    assert set(r.smembers("set")) == {b"a", b"b"}
    assert r.sismember("set", "a") and not r.sismember("set", "c")
    assert [bool(one) for one in r.smismember("set", ["a", "x"])] == [True, False]
    assert r.srandmember("set") in (b"a", b"b") and len(r.srandmember("set", -7)) == 7
    assert set(r.sscan_iter("set")) == {b"a", b"b"} and r.srem("set", "x") == 0
    assert r.spop("set") in (b"a", b"b")
    assert r.sadd("ints", *range(600)) == 600
    assert {int(member) for member in r.sscan_iter("ints", count=7)} == set(range(600))

    assert r.hset("hash", mapping={"f": 1, "g": 2}) == 2
    assert r.hget("hash", "f") == b"1" and r.hget("hash", "h") is None
    assert r.hgetall("hash") == {b"f": b"1", b"g": b"2"}
    assert r.hsetnx("hash", "f", 9) in (0, False) and r.hmget("hash", "f", "missing") == [b"1", None]
    assert r.hlen("hash") == 2 and r.hexists("hash", "g") and r.hstrlen("hash", "g") == 1
    assert set(r.hkeys("hash")) == {b"f", b"g"} and set(r.hvals("hash")) == {b"1", b"2"}
    assert r.hincrby("hash", "f", 4) == 5 and float(r.hincrbyfloat("hash", "f", 0.5)) == 5.5
    assert r.hrandfield("hash") in (b"f", b"g") and len(r.hrandfield("hash", -9)) == 9
    assert dict(r.hscan_iter("hash")) == {b"f": b"5.5", b"g": b"2"} and r.hdel("hash", "f", "missing") == 1

    assert r.zadd("zset", {"a": 1.5, "b": 0.5, "c": 2}) == 3
    assert r.zadd("zset", {"a": 9}, nx=True) == 0 and r.zadd("zset", {"a": 9}, gt=True, ch=True) == 1
    assert r.zscore("zset", "a") == 9.0 and r.zscore("zset", "missing") is None
    assert r.zrange("zset", 0, -1) == [b"b", b"c", b"a"]
    assert [tuple(pair) for pair in r.zrange("zset", 0, 0, withscores=True)] == [(b"b", 0.5)]
    assert [tuple(pair) for pair in r.zpopmin("zset", 2)] == [(b"b", 0.5), (b"c", 2.0)]
    assert r.zadd("z", {"a": 1, "b": 2, "c": 3, "d": 4}) == 4 and r.zincrby("z", 2.5, "b") == 4.5
    assert r.zmscore("z", ["a", "missing"]) == [1.0, None] and r.zcard("z") == 4 and r.zcount("z", "(1", "+inf") == 3
    assert r.zrange("z", "(1", "+inf", byscore=True, offset=1, num=1) == [b"d"]
    assert r.zrevrange("z", 0, 1) == [b"b", b"d"] and r.zrangebyscore("z", 3, 4) == [b"c", b"d"]
    assert r.zrevrangebyscore("z", 4, 3) == [b"d", b"c"]
    assert (r.zrank("z", "a"), r.zrevrank("z", "a"), r.zrank("z", "x")) == (0, 3, None)
    assert r.zadd("lex", {member: 0 for member in "abcd"}) == 4 and r.zlexcount("lex", "[a", "(c") == 2
    assert r.zrangebylex("lex", "-", "(c") == [b"a", b"b"] and r.zrevrangebylex("lex", "+", "[c") == [b"d", b"c"]
    assert r.zrandmember("z") in (b"a", b"b", b"c", b"d") and len(r.zrandmember("z", -9)) == 9
    assert [tuple(pair) for pair in r.zpopmax("z", 1)] == [(b"b", 4.5)] and r.zrem("z", "d", "x") == 1
    assert dict(r.zscan_iter("z")) == {b"a": 1.0, b"c": 3.0}
    assert r.zremrangebyrank("z", 0, 0) == 1 and r.zremrangebyscore("z", 3, 3) == 1
    assert r.zremrangebylex("lex", "[a", "[b") == 2
    many = {f"member:{number}": number / 4 for number in range(600)}
    assert r.zadd("many", many) == 600
    assert dict(r.zscan_iter("many", count=7)) == {name.encode(): score for name, score in many.items()}


def pipelines(r):
    with r.pipeline(transaction=False) as pipe:
        for number in range(1000):
            pipe.set(f"key:{number}", number).get(f"key:{number}")
        assert pipe.execute()[1::2] == [b"%d" % number for number in range(1000)]
        replies = pipe.rpush("list", 1).get("list").ping().execute(raise_on_error=False)
    assert replies[0] == 1 and isinstance(replies[1], redis.ResponseError) and replies[2] is True


def errors(r):
    r.rpush("list", "a")
    for call, text in [
        (lambda: r.get("list"), "WRONGTYPE Operation against a key holding the wrong kind of value"),
        (lambda: r.execute_command("NOPE", "a"), "unknown command 'NOPE', with args beginning with: 'a'"),
        (lambda: r.execute_command("GET"), "wrong number of arguments for 'get' command"),
        (lambda: r.set("k", "v", ex=0), "invalid expire time in 'set' command"),
    ]:
        try:
            call()
        except redis.ResponseError as error:
            assert text in str(error), error
        else:
            raise AssertionError(text)
    assert r.ping() is True


def server(r):
    info = r.info()
    assert info["redis_mode"] == "standalone" and info["connected_clients"] >= 1
    r.set("k", "v")
    assert r.info("keyspace")["db0"]["keys"] == 1
    assert r.config_get("databases") == {"databases": "16"}
    assert r.config_set("timeout", 0) is True and r.config_resetstat() is True
    assert r.client_setname("me") is True and r.client_getname() in ("me", b"me")
    assert r.client_id() > 0
    assert any(client["name"] == "me" for client in r.client_list())
    assert r.client_info()["name"] == "me" and r.client_no_evict("ON")
    assert r.client_pause(1, all=False) and r.client_unpause()
    assert "Redis ver." in str(r.lolwut())
    assert r.time()[0] > 1_700_000_000
    assert r.command_count() > 50
    commands = {str(name, "ascii") if isinstance(name, bytes) else name for name in r.command()}
    assert {"get", "set", "zadd"} <= commands


def main():
    port = int(sys.argv[1])
    for protocol in (2, 3):
        for round_ in (strings, keys, collections, pipelines, errors, server):
            # One connection, so that what CLIENT SETNAME sets is what CLIENT GETNAME reads.
            with redis.Redis(port=port, protocol=protocol, single_connection_client=True) as r:
                r.flushall()
                print(f"RESP{protocol}: {round_.__name__}", flush=True)
                round_(r)


main()
