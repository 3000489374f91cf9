"""Is a card's number found however it is typed, and a phone or an order number left alone?"""

import random
import string

import pytest

from telesales_desktop.domain.card_numbers import holds_card_number, refuse_card_number
from telesales_desktop.domain.errors import InputError

ISSUERS = {  # first digits -> lengths, written down apart from the code under test
    "4": (13, 16, 19),
    "51": (16,),
    "55": (16,),
    "2221": (16,),
    "2720": (16,),
    "2300": (16,),
    "34": (15,),
    "37": (15,),
    "6011": (16, 19),
    "65": (16,),
    "644": (16,),
    "62": (16, 17, 18, 19),
    "36": (14, 19),
    "300": (14,),
    "38": (16,),
    "3528": (16,),
    "3589": (16,),
    "5018": (16,),
    "6304": (19,),
}


def with_check_digit(digits):
    total = 0
    for place, digit in enumerate(int(d) for d in reversed(digits)):
        total += digit if place % 2 else sum(divmod(digit * 2, 10))
    return digits + str(-total % 10)


def card_number(rng):
    first = rng.choice(list(ISSUERS))
    length = rng.choice(ISSUERS[first])
    middle = "".join(rng.choice(string.digits) for _ in range(length - len(first) - 1))
    return with_check_digit(first + middle)


def spaced(number, rng):
    way = rng.randrange(5)
    if way == 0:
        return number
    if way == 1:
        mark = rng.choice([" ", "-", ".", "\u00a0", " - ", "\u2013", "/", "_", "\u202f"])
        return mark.join(number[i : i + 4] for i in range(0, len(number), 4))
    if way == 2:
        return f"{number[:4]} {number[4:10]} {number[10:]}"
    if way == 3:
        return rng.choice([" ", "-"]).join(number)
    return number.translate({ord(d): chr(0xFF10 + int(d)) for d in string.digits})


def test_hundred_thousand_cards_are_found():
    rng = random.Random(40)
    for _ in range(100_000):
        text = spaced(card_number(rng), rng)
        around = rng.choice(["{}", "card {} exp 12/27", "({})", "no:{}", "{}, thanks", "x{}"])
        assert holds_card_number(around.format(text)), text


def test_phones_are_left_alone():
    rng = random.Random(41)
    for _ in range(20_000):
        number = f"{rng.randrange(200, 1000)}{rng.randrange(200, 1000)}{rng.randrange(10_000):04}"
        for text in (
            number,
            f"+1 {number[:3]}-{number[3:6]}-{number[6:]}",
            f"call {number} ext 12",
        ):
            assert not holds_card_number(text), text


def test_order_numbers_are_left_alone_but_for_a_few():
    rng = random.Random(42)
    shapes = [
        lambda: f"ORD-{rng.randrange(2020, 2030)}-{rng.randrange(10**6):06}",
        lambda: f"{rng.randrange(10**8)}",
        lambda: f"{rng.randrange(10**10):010}",
        lambda: f"W{rng.randrange(10**9):09}",
        lambda: f"2026{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}-{rng.randrange(10**6):06}",
        lambda: f"#{rng.randrange(10**12):012}",
    ]
    hits = sum(holds_card_number(rng.choice(shapes)()) for _ in range(50_000))
    assert hits < 50  # under one in a thousand


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4111111111111111", True),
        ("4111 1111 1111 1111 12/27 123", True),
        ("4111 1111 1111 1111 1227 123", True),
        ("3782 822463 10005", True),
        ("4111111111111112", False),  # the check digit is wrong
        ("1111111111111117", False),  # no issuer
        ("4111", False),
        ("1111 1111 1111 1111 1111 1111", False),
        ("411111111111111", False),
        ("", False),
        ("94112-1234", False),
        ("4111 1111\n1111 1111", False),  # two lines are two things
    ],
)
def test_examples(text, found):
    assert holds_card_number(text) is found


def test_the_refusal_names_the_field_and_not_the_number():
    refuse_card_number("note", "call back at five")
    with pytest.raises(InputError) as refused:
        refuse_card_number("note", "4111 1111 1111 1111")
    assert (refused.value.field, refused.value.problem) == ("note", "card_number")
    assert "4111" not in str(refused.value)
