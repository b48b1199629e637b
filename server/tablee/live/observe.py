"""Counters of the live part, in Prometheus' format."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge

registry = CollectorRegistry()
rooms_open = Gauge("tablee_rooms_open", "Rooms this process holds in memory", registry=registry)
sessions_open = Gauge("tablee_sessions_open", "Open sockets", registry=registry)
entries_appended = Counter("tablee_entries_appended", "Entries added to room logs", registry=registry)
snapshots = Counter("tablee_snapshots", "Snapshots stored", registry=registry)
store_failures = Counter("tablee_store_failures", "Calls to the store that failed", registry=registry)
