"""Do the rooms that must not depend on anything keep to the standard library?"""

import ast
import sys

import pytest

from tests.architecture.source_tree import imported_names, modules, offenders

# What such a room may import besides the standard library: itself.
ROOMS = ("domain", "wire")


def strangers(module, room):
    """Imports that are neither the standard library nor the room itself."""
    own = f"telesales_desktop.{room}."
    return [
        name
        for _, name in imported_names(module)
        if name.partition(".")[0] not in sys.stdlib_module_names and not f"{name}.".startswith(own)
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_the_room_needs_nothing_installed(room):
    paths = modules(f"telesales_desktop/{room}")
    assert paths
    assert offenders(paths, lambda module: strangers(module, room)) == {}


@pytest.mark.parametrize(
    "planted",
    [
        "import babel",
        "from telesales_desktop import wire",
        "from telesales_desktop.wire import feed",
        "def f():\n    import telesales_desktop.domainless",
    ],
)
def test_a_stranger_is_found(planted):
    assert strangers(ast.parse(planted), "domain") != []


def test_the_room_itself_is_no_stranger():
    planted = (
        "import json\nfrom telesales_desktop.domain import money\nimport telesales_desktop.domain"
    )
    assert strangers(ast.parse(planted), "domain") == []
