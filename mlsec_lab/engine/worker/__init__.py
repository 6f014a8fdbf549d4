"""The worker: one long-lived process that scans, so that a scan has a time and a memory limit and can be killed."""

from __future__ import annotations

from .client import Resync, Worker

__all__ = ["Resync", "Worker"]
