"""How do campaigns copy the core's frozen values quickly? The same result as ``dataclasses.replace``.

Half of a schedule's time went into that one function, which checks and initialises every field again.
``tests/campaigns/test_fast_replace.py`` holds this one to it.
"""

import dataclasses
import pkgutil
import sys
from importlib import import_module
from typing import Any

import telesales_desktop.domain

_copiers: dict[type, Any] = {}


def replace(value: Any, /, **changes: Any) -> Any:
    """``dataclasses.replace`` for a frozen dataclass with slots, without ``__post_init__``."""
    kind = value.__class__
    copier = _copiers.get(kind)
    if copier is None:
        copier = _copiers[kind] = _copier(kind)
    return copier(value, changes)


def _copier(kind: type) -> Any:
    if hasattr(kind, "__post_init__") or "__slots__" not in vars(kind):
        raise TypeError(f"{kind.__name__} needs the real replace")
    names = [field.name for field in dataclasses.fields(kind)]
    # What is assigned to a twin that is not frozen costs a third of what is set behind its back.
    twin = type(kind.__name__, (), {"__slots__": vars(kind)["__slots__"]})
    lines = ["def copy(value, changes):", "    made = new(twin)"]
    lines += [f"    made.{name} = value.{name}" for name in names]
    lines += ["    for name in changes:", "        set_field(made, known[name], changes[name])"]
    lines += ["    made.__class__ = kind", "    return made"]
    known = {name: name for name in names}
    scope: dict[str, Any] = {"new": object.__new__, "kind": kind, "twin": twin, "known": known}
    exec("\n".join(lines), scope | {"set_field": setattr}, scope)
    return scope["copy"]


def install() -> None:
    """Let every module of the core use it, in this process."""
    package = telesales_desktop.domain
    for found in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        import_module(found.name)
        module = sys.modules[found.name]
        if getattr(module, "replace", None) is dataclasses.replace:
            module.replace = replace
