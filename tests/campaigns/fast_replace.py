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
    setters = {name: getattr(kind, name).__set__ for name in names}
    lines = ["def copy(value, changes):", "    made = new(kind)"]
    lines += [f"    set_{name}(made, value.{name})" for name in names]
    lines += ["    for name in changes:", "        setters[name](made, changes[name])"]
    lines += ["    return made"]
    scope: dict[str, Any] = {"new": object.__new__, "kind": kind, "setters": setters}
    scope |= {f"set_{name}": setter for name, setter in setters.items()}
    exec("\n".join(lines), scope)
    return scope["copy"]


def install() -> None:
    """Let every module of the core use it, in this process."""
    package = telesales_desktop.domain
    for found in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        import_module(found.name)
        module = sys.modules[found.name]
        if getattr(module, "replace", None) is dataclasses.replace:
            module.replace = replace
