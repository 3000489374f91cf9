"""How are checkouts, transactions, events and requests named?"""

import random
import string
import uuid

_ALPHABET = string.ascii_uppercase + string.digits


class Identifiers:
    """Random names in Affirm's shapes; the same seed gives the same names."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)  # noqa: S311 - names of a simulation, not secrets

    def checkout_id(self) -> str:
        return self._letters(16)

    def event_id(self) -> str:
        return self._letters(16)

    def transaction_id(self) -> str:
        return f"{self._letters(4)}-{self._letters(4)}"

    def request_id(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128)))

    def _letters(self, count: int) -> str:
        return "".join(self._random.choices(_ALPHABET, k=count))
