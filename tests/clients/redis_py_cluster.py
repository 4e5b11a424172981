"""A round of redis-py's RedisCluster, in both protocols: redis_py_cluster.py FIRST_PORT NODES.

Ends with status 0 when every fact holds; the first one that does not is the traceback.
"""

import sys

import redis
from redis.cluster import RedisCluster


def nodes(r, first_port, count):
    found = {node.port for node in r.get_primaries()}
    assert found == set(range(first_port, first_port + count)), found
    slots = r.cluster_slots(target_nodes=RedisCluster.RANDOM)
    ranges = sorted(slots)
    assert ranges[0][0] == 0 and ranges[-1][1] == 16383, ranges
    assert all(one[1] + 1 == next_[0] for one, next_ in zip(ranges, ranges[1:])), ranges
    assert r.cluster_info(target_nodes=RedisCluster.RANDOM)["cluster_state"] == "ok"
    assert r.cluster_keyslot("foo") == 12182


def keys(r, _first_port, _count):
    for number in range(200):
        assert r.set(f"key:{number}", number) is True
    for number in range(200):
        assert r.get(f"key:{number}") == b"%d" % number
    assert r.mset_nonatomic({f"many:{number}": number for number in range(50)})
    assert r.mget_nonatomic([f"many:{number}" for number in range(50)]) == [b"%d" % number for number in range(50)]
    assert r.mset({"{tag}a": 1, "{tag}b": 2}) is True and r.mget("{tag}a", "{tag}b") == [b"1", b"2"]
    assert r.delete("key:0", "key:1", "key:2", "missing") == 3
    assert r.exists("key:3", "key:4", "key:0") == 2


def pipelines(r, _first_port, _count):
    with r.pipeline() as pipe:
        for number in range(100):
            pipe.set(f"piped:{number}", number)
            pipe.get(f"piped:{number}")
        assert pipe.execute()[1::2] == [b"%d" % number for number in range(100)]


def collections(r, _first_port, _count):
    assert r.rpush("list", "a", "b") == 2 and r.lrange("list", 0, -1) == [b"a", b"b"]
    assert r.sadd("set", "a", "b") == 2 and r.scard("set") == 2
    assert r.hset("hash", "f", "v") == 1 and r.hgetall("hash") == {b"f": b"v"}
    assert r.zadd("zset", {"a": 1.5}) == 1 and r.zscore("zset", "a") == 1.5
    try:
        r.get("list")
    except redis.ResponseError as error:
        assert "WRONGTYPE" in str(error), error
    else:
        raise AssertionError("GET of a list")


def main():
    first_port, count = int(sys.argv[1]), int(sys.argv[2])
    for protocol in (2, 3):
        for port in (first_port, first_port + count - 1):
            r = RedisCluster(host="127.0.0.1", port=port, protocol=protocol)
            r.flushall(target_nodes=RedisCluster.PRIMARIES)
            for round_ in (nodes, keys, pipelines, collections):
                print(f"RESP{protocol} by {port}: {round_.__name__}", flush=True)
                round_(r, first_port, count)
            r.close()


main()
