import re
import uuid

from telesales_desktop.simulator.identifiers import Identifiers


def test_names_have_affirms_shapes():
    names = Identifiers(1)
    assert re.fullmatch(r"[A-Z0-9]{16}", names.checkout_id())
    assert re.fullmatch(r"[A-Z0-9]{16}", names.event_id())
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}", names.transaction_id())
    assert str(uuid.UUID(names.request_id()))


def test_a_seed_repeats_and_none_does_not():
    assert Identifiers(5).checkout_id() == Identifiers(5).checkout_id()
    assert Identifiers().checkout_id() != Identifiers().checkout_id()
