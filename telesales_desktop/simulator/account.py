"""What do all parts of the stand-in know together about the merchant's account?"""

from dataclasses import dataclass, field
from datetime import datetime

from telesales_desktop.simulator.clock import Clock
from telesales_desktop.simulator.identifiers import Identifiers
from telesales_desktop.simulator.settings import Keys, Settings


@dataclass
class Account:
    """Settings are replaced whole while it runs; keys and clock stay."""

    keys: Keys
    settings: Settings = field(default_factory=Settings)
    clock: Clock = field(default_factory=Clock)
    identifiers: Identifiers = field(default_factory=Identifiers)

    def now(self) -> datetime:
        return self.clock.now()
