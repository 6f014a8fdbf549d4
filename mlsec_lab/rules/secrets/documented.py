"""Example keys that providers print in their documentation: real in form, public, and no leak."""

from __future__ import annotations

from hashlib import blake2b

# Hashes, so that no key stands here. Azure storage and Cosmos DB emulators, Stripe's documentation, jwt.io.
_HASHES = frozenset(
    {
        "8e43bd9fd12de0c0211b54c3",
        "aeb87d411c9924862fcdc574",
        "7a404380fb3eb577d183b293",
        "6c0801bf16c3d97b6774390c",
        "746d909d1daab99bb630e537",
    }
)


def is_documented(value: str) -> bool:
    """Whether a value is a documented example; of a JSON web token its signature tells."""
    upper = value.upper()
    if upper.endswith(("EXAMPLE", "EXAMPLEKEY")):
        return True
    return bool(_HASHES & {_hash(value), _hash(value.rpartition(".")[2])})


def _hash(value: str) -> str:
    return blake2b(value.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
