"""redis-py's RedisCluster on the shard-direct ports, in both protocols: redis_py.py PORT SHARDS.

Ends with status 0 when every fact holds; the first one that does not is the traceback.
"""

import sys

from redis.cluster import RedisCluster


def one_round(port, shards, protocol):
    r = RedisCluster(host="127.0.0.1", port=port, protocol=protocol)
    assert r.flushall()
    nodes = r.get_nodes()
    assert len(nodes) == shards and all(node.server_type == "primary" for node in nodes)
    for number in range(300):
        assert r.set(f"key:{number}", number)
    assert [int(r.get(f"key:{number}")) for number in range(300)] == list(range(300))
    pipeline = r.pipeline()
    for number in range(300):
        pipeline.incr(f"key:{number}")
    assert pipeline.execute() == list(range(1, 301))
    assert r.mget_nonatomic("key:1", "key:2", "missing") == [b"2", b"3", None]
    assert r.delete("key:1", "key:2") == 2
    assert r.cluster_countkeysinslot(r.cluster_keyslot("key:3")) >= 1
    told = r.cluster_slots(target_nodes=nodes[0])
    assert {ports["primary"] for ports in told.values()} == {(node.host, node.port) for node in nodes}
    ids = {r.cluster_myid(node) for node in nodes}
    assert len(ids) == shards
    described = r.cluster_nodes()
    assert {node["node_id"].encode() for node in described.values()} == ids
    assert len(r.cluster_shards(target_nodes=nodes[0])) == shards
    assert r.cluster_info(target_nodes=nodes[0])["cluster_state"] == "ok"
    reader = RedisCluster(host="127.0.0.1", port=port, protocol=protocol, read_from_replicas=True)
    assert reader.get("key:3") == b"4"


for each_protocol in (2, 3):
    one_round(int(sys.argv[1]), int(sys.argv[2]), each_protocol)
