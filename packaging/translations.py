"""How do the window's texts get into the catalogues, and from there into the program?

    python packaging/translations.py update     take new texts from the code into the catalogues
    python packaging/translations.py compile    make the *.qm that the program loads
    python packaging/translations.py --check    fail if a catalogue is stale or not finished

French is written by hand in the .ts file (any editor, or Qt Linguist). The tools come with PySide6.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "resources" / "i18n"
SOURCES = ROOT / "telesales_desktop" / "ui"
# English needs only the plural forms: its other texts are the sources themselves.
LANGUAGES = {"telesales_en": ("en_US", ["-pluralonly"]), "telesales_fr_CA": ("fr_CA", [])}
PLACEHOLDER = re.compile(r"\{\w*\}|%n")


def main(arguments: list[str]) -> int:
    match arguments:
        case ["update"]:
            for name in LANGUAGES:
                extract(name, CATALOGUES / f"{name}.ts")
            return 0
        case ["compile"]:
            compile_to(CATALOGUES)
            return 0
        case ["--check"]:
            faults = [fault for name in LANGUAGES for fault in faults_of(name)]
            for fault in faults:
                print(fault, file=sys.stderr)
            return 1 if faults else 0
        case _:
            print("usage: translations.py {update|compile|--check}", file=sys.stderr)
            return 2


def extract(name: str, catalogue: Path) -> None:
    """Bring a catalogue up to date with the code; what is translated stays."""
    language, options = LANGUAGES[name]
    files = sorted(str(path) for path in SOURCES.glob("*.py"))
    # No line numbers: they would change the catalogue with every edit of the code.
    flags = ["-no-obsolete", "-locations", "none", "-source-language", "en_US"]
    _run("lupdate", *options, *flags, "-target-language", language, *files, "-ts", str(catalogue))


def compile_to(folder: Path) -> None:
    """Write every catalogue's compiled form into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in LANGUAGES:
        source, target = CATALOGUES / f"{name}.ts", folder / f"{name}.qm"
        _run("lrelease", "-silent", str(source), "-qm", str(target))


def faults_of(name: str) -> list[str]:
    """What is stale, untranslated, or has other placeholders than its source."""
    catalogue = CATALOGUES / f"{name}.ts"
    if not catalogue.is_file():
        return [f"{catalogue.name}: missing, run packaging/translations.py update"]
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / catalogue.name
        fresh.write_bytes(catalogue.read_bytes())
        extract(name, fresh)
        faults = []
        if _messages(fresh).keys() != _messages(catalogue).keys():
            faults.append(f"{catalogue.name}: stale, run packaging/translations.py update")
        for (context, source), forms in _messages(fresh).items():
            faults += [f"{catalogue.name}: {context}: {f}" for f in _faults_in(source, forms)]
    return faults


def _faults_in(source: str, forms: list[str]) -> list[str]:
    if not forms or not all(forms):
        return [f"not translated: {source!r}"]
    wanted = set(PLACEHOLDER.findall(source))
    return [
        f"placeholders differ: {source!r} / {form!r}"
        for form in forms
        if set(PLACEHOLDER.findall(form)) - wanted
        or wanted - set(PLACEHOLDER.findall(form)) - {"%n"}
    ]


def _messages(catalogue: Path) -> dict[tuple[str, str], list[str]]:
    """Finished translations (one, or one a plural form) by context and source."""
    found: dict[tuple[str, str], list[str]] = {}
    for context in ElementTree.parse(catalogue).getroot().iter("context"):  # noqa: S314 - our own file
        name = context.findtext("name", "")
        for message in context.iter("message"):
            translation = message.find("translation")
            forms: list[str] = []
            if translation is not None and translation.get("type") != "unfinished":
                plural = [form.text or "" for form in translation.iter("numerusform")]
                forms = plural or [translation.text or ""]
            found[name, message.findtext("source", "")] = forms
    return found


def _run(tool: str, *arguments: str) -> None:
    import PySide6

    program = Path(PySide6.__file__).parent / (f"{tool}.exe" if sys.platform == "win32" else tool)
    result = subprocess.run([str(program), *arguments], capture_output=True, text=True, check=False)
    if result.returncode:
        raise SystemExit(f"{tool} failed: {result.stderr.strip() or result.stdout.strip()}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
