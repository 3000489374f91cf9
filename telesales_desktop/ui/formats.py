"""How are money, times and numbers written in the language of the window?

Units: money in cents; times aware UTC, shown in the workstation's zone.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QLocale

from telesales_desktop.domain.money import Country, Currency

NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"
DASH = "\u2013"


class Language(StrEnum):
    """The languages of the window, as Affirm's locales spell them."""

    EN_US = "en_US"
    EN_CA = "en_CA"
    FR_CA = "fr_CA"

    @property
    def french(self) -> bool:
        return self is Language.FR_CA


def language_for(wanted: str, system: str, country: Country) -> Language:
    """The profile's language, else the system's, else the country's English."""
    for name in (wanted, system):
        for language in Language:
            if name == language.value:
                return language
        if name.startswith("fr"):
            return Language.FR_CA
    return Language.EN_CA if country is Country.CA else Language.EN_US


class Formats:
    """Writes amounts and times for one language and one home currency."""

    def __init__(self, language: Language, home: Currency, *, zone: tzinfo | None = None) -> None:
        self.language = language
        self.home = home
        self._zone = zone
        self._qt = QLocale(language.value)

    # --- money -------------------------------------------------------------------------------

    def money(self, cents: int, currency: Currency | str | None = None) -> str:
        """``$1,249.00`` or ``1 249,00 $``; another country's dollars are named."""
        sign = "-" if cents < 0 else ""
        whole, rest = divmod(abs(cents), 100)
        foreign = currency is not None and str(currency) != self.home.value
        if self.language.french:
            grouped = f"{whole:,}".replace(",", NO_BREAK)
            unit = self._foreign_french(str(currency)) if foreign else "$"
            return f"{sign}{grouped},{rest:02d}{NO_BREAK}{unit}"
        unit = self._foreign_english(str(currency)) if foreign else "$"
        return f"{sign}{unit}{whole:,}.{rest:02d}"

    @staticmethod
    def _foreign_english(currency: str) -> str:
        known = {"USD": "US$", "CAD": "CA$"}
        return known.get(currency, f"{currency}{NO_BREAK}")

    @staticmethod
    def _foreign_french(currency: str) -> str:
        known = {"USD": f"${NO_BREAK}US", "CAD": f"${NO_BREAK}CA"}
        return known.get(currency, currency)

    # --- times -------------------------------------------------------------------------------

    def local(self, at: datetime) -> datetime:
        """The same instant on the workstation's wall clock."""
        return at.astimezone(self._zone)

    def clock(self, at: datetime, *, seconds: bool = False) -> str:
        """``10:42 AM`` or ``10 h 42``."""
        here = self.local(at)
        if self.language.french:
            text = f"{here.hour}{NO_BREAK}h{NO_BREAK}{here.minute:02d}"
            if seconds:
                text += f"{NO_BREAK}min{NO_BREAK}{here.second:02d}{NO_BREAK}s"
            return text
        hour = here.hour % 12 or 12
        tail = f":{here.second:02d}" if seconds else ""
        half = "AM" if here.hour < 12 else "PM"
        return f"{hour}:{here.minute:02d}{tail}{NO_BREAK}{half}"

    def date(self, at: datetime, now: datetime) -> str:
        """``Dec 23`` or ``23 déc.``, with the year when it is another one."""
        here, today = self.local(at), self.local(now)
        month = self._qt.monthName(here.month, QLocale.FormatType.ShortFormat)
        if self.language.french:
            day = "1er" if here.day == 1 else str(here.day)
            text = f"{day}{NO_BREAK}{month}"
            return text if here.year == today.year else f"{text} {here.year}"
        month = month.rstrip(".")
        text = f"{month}{NO_BREAK}{here.day}"
        return text if here.year == today.year else f"{text}, {here.year}"

    def moment(self, at: datetime, now: datetime) -> str:
        """The clock time, with the date when it is not today's."""
        if self.local(at).date() == self.local(now).date():
            return self.clock(at)
        return f"{self.date(at, now)}, {self.clock(at)}"

    def at(self, at: datetime, now: datetime) -> str:
        """The same within a sentence: ``at 10:42 AM``, ``le 23 déc. à 10 h 42``."""
        clock, day = self.clock(at), self.date(at, now)
        if self.local(at).date() == self.local(now).date():
            return QCoreApplication.translate("formats", "at {clock}").format(clock=clock)
        text = QCoreApplication.translate("formats", "on {date} at {clock}")
        return text.format(date=day, clock=clock)

    def after_since(self, at: datetime, now: datetime) -> str:
        """The same after the word "since": ``10:42 AM``, ``le 23 déc. à 10 h 42``."""
        clock, day = self.clock(at), self.date(at, now)
        if self.local(at).date() == self.local(now).date():
            return clock
        text = QCoreApplication.translate("formats", "{date}, {clock}")
        return text.format(date=day, clock=clock)

    def elapsed(self, since: datetime, now: datetime) -> str:
        """``12 s``, ``6 min``, ``3 h``, ``2 d``: how long something has lasted."""
        seconds = max(0, int((now - since).total_seconds()))
        if seconds < 60:
            return _duration(QCoreApplication.translate("formats", "{n} s"), seconds)
        if seconds < 3600:
            return _duration(QCoreApplication.translate("formats", "{n} min"), seconds // 60)
        if seconds < 86_400:
            return _duration(QCoreApplication.translate("formats", "{n} h"), seconds // 3600)
        return _duration(QCoreApplication.translate("formats", "{n} d"), seconds // 86_400)

    def since(self, since: datetime, now: datetime) -> str:
        """Under an hour how long, with the clock time beside; else the clock time."""
        if (now - since).total_seconds() < 3600:
            text = QCoreApplication.translate("formats", "{elapsed} ago ({clock})")
            return text.format(elapsed=self.elapsed(since, now), clock=self.clock(since))
        return self.moment(since, now)


def _duration(pattern: str, number: int) -> str:
    return pattern.format(n=number).replace(" ", NO_BREAK)


def spoken_phone(e164: str) -> str:
    """A number in the groups in which people say it: ``415 · 555 · 2222``."""
    digits = e164.removeprefix("+1")
    if len(digits) != 10 or not digits.isdigit():
        return e164
    return f"{digits[:3]} · {digits[3:6]} · {digits[6:]}"


def spoken_email(address: str) -> str:
    """An address with its marks set apart, so that none is lost when it is read aloud."""
    for mark in ("@", ".", "_", "-", "+"):
        address = address.replace(mark, f"{NARROW_NO_BREAK}{mark}{NARROW_NO_BREAK}")
    return address
