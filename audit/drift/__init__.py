"""
Drift: what galleries, history, references and trail say of each other, and where they differ.

Rows against their last snapshots are always all: one join a model.
References against the history, and the history against the trail, go on from
where the last verification came to, unless a full one is asked for.
"""

from audit.drift.findings import Finding, Kind
from audit.drift.search import find, verify

__all__ = ["Finding", "Kind", "find", "verify"]
