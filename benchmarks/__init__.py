"""Measurements that the README quotes. ``python -m benchmarks`` runs them all; see ``benchmarks/README.md``."""
