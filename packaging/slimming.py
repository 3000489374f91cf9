"""Which of the files that PyInstaller finds does the built program not use?"""

import re
from collections.abc import Iterable
from pathlib import PurePath

# Where a file comes to lie, where it comes from, and what it is.
Entry = tuple[str, str, str]

LANGUAGES = ("en", "es", "fr")
# Qt's plugins that the program has a use for, by kind; other kinds go as a whole.
_PLUGINS = {
    "platforms": re.compile(r"q(xcb|wayland.*|offscreen|windows|cocoa)\b"),
    "imageformats": re.compile(r"q(svg|jpeg|ico)\b"),
    "iconengines": re.compile(r"qsvgicon\b"),
    "styles": re.compile(r"."),
    "platforminputcontexts": re.compile(r"."),
    "platformthemes": re.compile(r"qxdgdesktopportal\b"),
    "xcbglintegrations": re.compile(r"."),
    "wayland-shell-integration": re.compile(r"."),
    "wayland-decoration-client": re.compile(r"."),
    "wayland-graphics-integration-client": re.compile(r"."),
}
_IN_PLUGINS = re.compile(r"PySide6/(?:Qt/)?plugins/([^/]+)/(?:lib)?(.+)")
_QT_CATALOGUE = re.compile(r"PySide6/(?:Qt/)?translations/(.+)")
_LOCALE = re.compile(r"babel/locale-data/(\w+)\.dat")


def is_used(target: str) -> bool:
    """Whether the program can ever open the file that lies at ``target``."""
    path = target.replace("\\", "/")
    if plugin := _IN_PLUGINS.search(path):
        kind, name = plugin.groups()
        return kind in _PLUGINS and bool(_PLUGINS[kind].match(name))
    if catalogue := _QT_CATALOGUE.search(path):
        return bool(re.match(rf"qtbase_({'|'.join(LANGUAGES)})(_\w+)?\.qm", catalogue[1]))
    if locale := _LOCALE.search(path):
        return locale[1].split("_")[0] in {"root", *LANGUAGES}
    return True


def without_unused(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that are used, without the libraries that only unused ones link to."""
    entries = list(entries)
    dropped = [entry for entry in entries if not is_used(entry[0])]
    kept = [entry for entry in entries if is_used(entry[0])]
    libraries = {PurePath(target).name: source for target, source, _ in kept if _is_library(target)}
    # What nobody links to may still be opened by name: only what a dropped file brought along goes.
    brought = _linked_from(dropped, libraries)
    needed = _linked_from([e for e in kept if PurePath(e[0]).name not in brought], libraries)
    return [entry for entry in kept if PurePath(entry[0]).name not in brought - needed]


def _is_library(target: str) -> bool:
    return bool(re.match(r"lib.+\.so(\.|$)", PurePath(target).name)) and not _IN_PLUGINS.search(
        target
    )


def _linked_from(entries: list[Entry], libraries: dict[str, str]) -> set[str]:
    """Names of the libraries that the binaries among ``entries`` need, and that those need."""
    # Only here, so that the rules above can be read and tested without PyInstaller.
    from PyInstaller.depend.bindepend import get_imports

    waiting = [source for _, source, kind in entries if kind in {"BINARY", "EXTENSION"}]
    found: set[str] = set()
    while waiting:
        for name, _ in get_imports(waiting.pop()):
            if name in libraries and name not in found:
                found.add(name)
                waiting.append(libraries[name])
    return found
