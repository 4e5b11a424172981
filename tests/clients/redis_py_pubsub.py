"""Publish/subscribe and MONITOR as users of redis-py have them: PORT of the server is the only argument."""

import sys

import redis

PORT = int(sys.argv[1])

for protocol in (2, 3):
    r = redis.Redis(port=PORT, protocol=protocol, decode_responses=True)
    p = r.pubsub()
    p.subscribe("a", "b")
    p.psubscribe("a*")
    p.ssubscribe("s")
    got = [p.get_message(timeout=5) for _ in range(4)]
    assert [m["type"] for m in got] == ["subscribe", "subscribe", "psubscribe", "ssubscribe"], got
    assert [m["data"] for m in got] == [1, 2, 3, 1], got
    assert r.publish("a", "hi") == 2
    assert r.spublish("s", "shard") == 1
    got = [p.get_message(timeout=5) for _ in range(3)]
    assert [(m["type"], m["channel"], m["data"]) for m in got] == [
        ("message", "a", "hi"),
        ("pmessage", "a", "hi"),
        ("smessage", "s", "shard"),
    ], got
    assert sorted(r.pubsub_channels()) == ["a", "b"]
    assert r.pubsub_numsub("a", "x") == [("a", 1), ("x", 0)]
    assert r.pubsub_numpat() == 1
    assert r.pubsub_shardchannels() == ["s"]
    p.ping()
    p.unsubscribe(); p.punsubscribe(); p.sunsubscribe()
    while p.subscribed:
        p.get_message(timeout=5)
    p.close()
    r2 = redis.Redis(port=PORT, protocol=protocol, decode_responses=True)
    with r.monitor() as m:
        r2.set("k", "v w")
        seen = m.next_command()
        while "SET" not in seen["command"] or "CLIENT" in seen["command"]:
            seen = m.next_command()
        assert seen["command"] == "SET k v w" and seen["db"] == 0, seen
