"""Would Affirm take this name, address, telephone number and e-mail address?

Two address shapes are documented: ``line1, city, state, zipcode, country`` for the United States
and ``street1, city, region1_code, postal_code, country|country_code`` for the global hosts, which
appear to take both.
"""

import re

from telesales_desktop.simulator.body_fields import (
    JsonObject,
    optional_object,
    optional_text,
    required_object,
    required_text,
)
from telesales_desktop.simulator.refusals import RefusalError, bad_phone, invalid_field
from telesales_desktop.simulator.settings import Settings

_STATE_CODES = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM "
    "NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC AS GU MP PR VI AA AE AP"
)
_PROVINCE_CODES = "AB BC MB NB NL NS NT NU ON PE QC SK YT"
_REGIONS = {"USA": frozenset(_STATE_CODES.split()), "CAN": frozenset(_PROVINCE_CODES.split())}
_COUNTRIES = {"US": "USA", "USA": "USA", "CA": "CAN", "CAN": "CAN"}
_POSTAL_CODES = {
    "USA": re.compile(r"\d{5}(-?\d{4})?"),
    "CAN": re.compile(r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] ?\d[ABCEGHJ-NPRSTV-Z]\d", re.I),
}
_EMAIL = re.compile(r"[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s,;<>().]+")
_PHONE_MARKS = re.compile(r"[\s().-]")
# Numbering plan of North America: neither code starts with 0 or 1, none is a service code (N11).
_PHONE = re.compile(r"(?:\+?1)?([2-9]\d{2})([2-9]\d{2})(\d{4})")
_NOT_MOBILE = frozenset({"800", "833", "844", "855", "866", "877", "888", "900"})


def phone_read_back(text: str) -> str | None:
    """``9174477447`` as Affirm reads it back (``+1-917-447-7447``), or None for a bad number."""
    found = _PHONE.fullmatch(_PHONE_MARKS.sub("", text))
    if found is None:
        return None
    area, exchange, line = found.groups()
    if area in _NOT_MOBILE or area.endswith("11") or exchange.endswith("11"):
        return None
    return f"+1-{area}-{exchange}-{line}"


def check_person(body: JsonObject, owner: str, settings: Settings) -> JsonObject:
    """A ``billing`` or ``shipping`` object as it will be read back.

    Errors: ``RefusalError`` naming the first field that is wrong.
    """
    person: JsonObject = {
        "name": _name(required_object(body, "name", owner), f"{owner}.name"),
        "address": _address(required_object(body, "address", owner), f"{owner}.address", settings),
    }
    email = optional_text(body, "email", owner)
    if email:
        if not _EMAIL.fullmatch(email):
            raise invalid_field(f"{owner}.email", "expected an e-mail address")
        person["email"] = email
    phone = optional_text(body, "phone_number", owner)
    if phone:
        read_back = phone_read_back(phone)
        if read_back is None:
            raise bad_phone(owner)
        person["phone_number"] = read_back
    return person


def check_optional_person(body: JsonObject, owner: str, settings: Settings) -> JsonObject | None:
    person = optional_object(body, owner)
    return None if person is None else check_person(person, owner, settings)


def _name(body: JsonObject, owner: str) -> JsonObject:
    first, last = optional_text(body, "first", owner), optional_text(body, "last", owner)
    full = optional_text(body, "full", owner)
    if first.strip() and last.strip():
        return {"first": first, "last": last, "full": full or f"{first} {last}"}
    words = full.split()
    if len(words) < 2:
        raise invalid_field(f"{owner}.full", "expected a first and a last name")
    return {"first": words[0], "last": " ".join(words[1:]), "full": full}


def _address(body: JsonObject, owner: str, settings: Settings) -> JsonObject:
    is_global = "street1" in body
    if is_global and not settings.global_host:
        raise invalid_field(f"{owner}.line1", "this field is required")
    street, region, postal = (
        ("street1", "region1_code", "postal_code") if is_global else ("line1", "state", "zipcode")
    )
    required_text(body, street, owner)
    required_text(body, "city", owner)
    country = _country(body, owner, settings)
    if required_text(body, region, owner) not in _REGIONS[country]:
        raise invalid_field(f"{owner}.{region}", "expected a two-letter code of this country")
    if not _POSTAL_CODES[country].fullmatch(required_text(body, postal, owner)):
        raise invalid_field(f"{owner}.{postal}", "expected a postal code of this country")
    kept = {name: value for name, value in body.items() if isinstance(value, str)}
    return {**kept, "country": country}


def _country(body: JsonObject, owner: str, settings: Settings) -> str:
    for name in ("country", "country_code"):
        text = optional_text(body, name, owner)
        if not text:
            continue
        country = _COUNTRIES.get(text)
        if country is None or (owner.startswith("billing") and country != settings.country_code):
            raise _bad_country(owner, name)
        return country
    return settings.country_code


def _bad_country(owner: str, name: str) -> RefusalError:
    return invalid_field(f"{owner}.{name}", "expected the country of this account")
