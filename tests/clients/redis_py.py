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
    assert r.flushdb() is True and r.dbsize() == 0


def collections(r):
    assert r.rpush("list", "a", "b", "c") == 3 and r.lpush("list", "z") == 4
    assert r.lrange("list", 0, -1) == [b"z", b"a", b"b", b"c"]
    assert r.lpop("list") == b"z" and r.rpop("list", 2) == [b"c", b"b"]
    assert r.llen("list") == 1 and r.lpop("missing", 2) is None

    assert r.sadd("set", "a", "b", "a") == 2 and r.scard("set") == 2
    assert set(r.smembers("set")) == {b"a", b"b"}
    assert r.sismember("set", "a") and not r.sismember("set", "c")
    assert r.spop("set") in (b"a", b"b")

    assert r.hset("hash", mapping={"f": 1, "g": 2}) == 2
    assert r.hget("hash", "f") == b"1" and r.hget("hash", "h") is None
    assert r.hgetall("hash") == {b"f": b"1", b"g": b"2"}

    assert r.zadd("zset", {"a": 1.5, "b": 0.5, "c": 2}) == 3
    assert r.zadd("zset", {"a": 9}, nx=True) == 0 and r.zadd("zset", {"a": 9}, gt=True, ch=True) == 1
    assert r.zscore("zset", "a") == 9.0 and r.zscore("zset", "missing") is None
    assert r.zrange("zset", 0, -1) == [b"b", b"c", b"a"]
    assert [tuple(pair) for pair in r.zrange("zset", 0, 0, withscores=True)] == [(b"b", 0.5)]
    assert [tuple(pair) for pair in r.zpopmin("zset", 2)] == [(b"b", 0.5), (b"c", 2.0)]


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
