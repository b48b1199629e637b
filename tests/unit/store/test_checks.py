"""What is said of a store that was asked about itself."""

import pytest

from tablee.store.checks import Confirmation, Durability, judge

VALKEY = {
    "redis_version": "7.2.4",
    "valkey_version": "9.1.2",
    "cluster_enabled": "0",
    "role": "master",
    "connected_slaves": "0",
    "aof_enabled": "1",
    "maxmemory": "0",
    "maxmemory_policy": "noeviction",
}
REDIS_70 = {k: v for k, v in VALKEY.items() if k != "valkey_version"} | {"redis_version": "7.0.15"}


def test_the_embedded_engine_has_it_on_disk_with_the_reply() -> None:
    verdict = judge(VALKEY, {"appendfsync": "always"})
    assert verdict.refusal is None
    assert (verdict.server, verdict.durability, verdict.confirmation) == ("Valkey 9.1.2", "disk", "reply")


@pytest.mark.parametrize(
    ("info", "config", "durability", "confirmation"),
    [
        (VALKEY, {"appendfsync": "everysec"}, "disk", "waitaof"),
        (VALKEY, {"appendfsync": "no"}, "memory", "none"),
        (VALKEY | {"aof_enabled": "0"}, {"appendfsync": "always"}, "memory", "none"),
        (
            VALKEY | {"aof_enabled": "0", "connected_slaves": "1"},
            {"appendfsync": "always"},
            "replica",
            "wait",
        ),
        (VALKEY, None, "memory", "none"),
        (VALKEY | {"connected_slaves": "2"}, None, "replica", "wait"),
        (REDIS_70, {"appendfsync": "always"}, "disk", "reply"),
        (REDIS_70, {"appendfsync": "everysec"}, "memory", "none"),
    ],
)
def test_durability_is_what_the_store_can_promise(
    info: dict[str, str], config: dict[str, str] | None, durability: Durability, confirmation: Confirmation
) -> None:
    verdict = judge(info, config)
    assert (verdict.refusal, verdict.durability, verdict.confirmation) == (None, durability, confirmation)


@pytest.mark.parametrize("version", ["6.2.14", "5.0.7", "2.8", "", "unknown"])
def test_a_redis_older_than_7_is_refused_by_its_version(version: str) -> None:
    verdict = judge(REDIS_70 | {"redis_version": version}, {"appendfsync": "always"})
    assert (
        verdict.refusal
        == f"is Redis {version or 'of unknown version'}; Tablée needs Redis or Valkey 7 or later"
    )


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-lru", "allkeys-random", "volatile-ttl"])
def test_a_store_that_evicts_keys_is_refused_and_told_what_to_set(policy: str) -> None:
    verdict = judge(
        VALKEY | {"maxmemory": "104857600", "maxmemory_policy": policy}, {"appendfsync": "always"}
    )
    assert verdict.refusal is not None
    assert policy in verdict.refusal
    assert "noeviction" in verdict.refusal


def test_an_eviction_policy_without_a_limit_evicts_nothing() -> None:
    assert judge(VALKEY | {"maxmemory_policy": "allkeys-lru"}, {"appendfsync": "always"}).refusal is None


def test_a_limit_that_refuses_writes_loses_nothing() -> None:
    assert judge(VALKEY | {"maxmemory": "104857600"}, {"appendfsync": "always"}).refusal is None


def test_a_replica_is_refused() -> None:
    refusal = judge(VALKEY | {"role": "slave"}, None).refusal
    assert refusal is not None
    assert "primary" in refusal


def test_a_cluster_is_refused() -> None:
    refusal = judge(VALKEY | {"cluster_enabled": "1"}, None).refusal
    assert refusal is not None
    assert refusal.startswith("is a cluster")
