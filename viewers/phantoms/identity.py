"""Where every identifier and every random number of a phantom comes from: SHA-256 of its name, seed and person."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from viewers.phantoms.nouns import Detail, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked of a recipe: which study, for whom, when, where to and in which detail."""

    name: str
    folder: Path
    person: Person
    study_date: str
    seed: int
    detail: Detail

    @property
    def quick(self) -> bool:
        """Whether the small grid for tests is wanted."""
        return self.detail == "quick"


def uid(order: Order, *parts: object) -> str:
    """A UID under root 2.25 (PS3.5 B.2), the same for the same order and parts; identity goes in hashed."""
    return f"2.25.{_digest(order, 'uid', order.study_date, order.detail, *parts) >> 128}"


def randomness(order: Order, *parts: object) -> np.random.Generator:
    """A generator whose numbers depend on name, seed and parts only, so that anatomy survives a change of person."""
    text = "|".join(str(part) for part in (order.seed, *parts))
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big"))


def _digest(order: Order, *parts: object) -> int:
    person = order.person
    text = "|".join(str(part) for part in (order.name, order.seed, person.issuer, person.patient_id, *parts))
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
