"""Which ways of using Qt and its event loop go wrong, and where do they stand in a file?

Each is measured: a Qt loop nested in a coroutine loses another task for good, `asyncClose` burns a
core, a loop closed by hand leaves tasks behind, the loop's own threads hold up the exit.
"""

import ast
from collections.abc import Iterator

from tests.architecture.source_tree import dotted, imported_names

# Calls that run a Qt event loop inside the one that is running, whatever they are called on.
NESTED_LOOPS = frozenset(
    {"exec", "exec_", "processEvents", "qWait", "qWaitFor", "qWaitForWindowActive"}
    | {"qWaitForWindowExposed", "waitForFinished", "waitForReadyRead"}
)
# Static conveniences that do the same behind their back.
_STATIC_DIALOGS = {
    "QMessageBox": ("question", "information", "warning", "critical", "about", "aboutQt"),
    "QInputDialog": ("getText", "getItem", "getInt", "getDouble", "getMultiLineText"),
    "QFileDialog": (
        *("getOpenFileName", "getOpenFileNames", "getSaveFileName", "getExistingDirectory"),
        *("getOpenFileUrl", "getOpenFileUrls", "getSaveFileUrl", "getExistingDirectoryUrl"),
    ),
    "QColorDialog": ("getColor",),
    "QFontDialog": ("getFont",),
}
STATIC_DIALOGS = frozenset(
    f"{owner}.{name}" for owner, names in _STATIC_DIALOGS.items() for name in names
)
# pytest-qt's waits, and Qt's own, are loops too: fatal where another task is running.
WAITS_IN_TESTS = NESTED_LOOPS | {
    *("wait", "waitUntil", "waitSignal", "waitSignals", "waitExposed", "waitActive"),
    *("waitCallback", "wait_until", "wait_signal", "wait_signals", "stop"),
}
_QUITS = {"QApplication.quit", "QCoreApplication.quit", "QGuiApplication.quit"}
_QUITS |= {"app.quit", "application.quit", "qApp.quit"}

Finding = tuple[int, str]


def nested_loops(module: ast.AST) -> Iterator[Finding]:
    """Dialogs and waits that nest an event loop: use `open()` and the `finished` signal."""
    for line, name in _calls(module):
        last_two = ".".join(name.split(".")[-2:])
        if ("." in name and name.rpartition(".")[2] in NESTED_LOOPS) or last_two in STATIC_DIALOGS:
            yield line, name


def waits_in_coroutines(module: ast.AST) -> Iterator[Finding]:
    """Waits of pytest-qt or Qt inside an `async def`: poll with `await asyncio.sleep(...)`."""
    for node in ast.walk(module):
        if isinstance(node, ast.AsyncFunctionDef):
            for line, name in _calls(node):
                owner, _, last = name.rpartition(".")
                waits = last in WAITS_IN_TESTS - NESTED_LOOPS and "qtbot" in owner
                if waits or (owner and last in NESTED_LOOPS) or name in STATIC_DIALOGS:
                    yield line, name


def second_doors(module: ast.AST) -> Iterator[Finding]:
    """`asyncSlot` and `asyncClose`: the task runner is the one door between slots and coroutines."""
    for node in ast.walk(module):
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        if name in {"asyncSlot", "asyncClose"}:
            yield node.lineno, name


def coroutines_in_widgets(module: ast.AST) -> Iterator[Finding]:
    """`async def` in a widget or model: it cannot be tested apart, and nobody holds its task."""
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef) and any(_is_a_view(base) for base in node.bases):
            for part in node.body:
                if isinstance(part, ast.AsyncFunctionDef):
                    yield part.lineno, f"{node.name}.{part.name}"


def orphans(module: ast.AST) -> Iterator[Finding]:
    """A QObject or timer without a parent: whichever thread collects it destroys it, and Qt crashes.

    With a parent its end is the parent's, and widgets end in the window's thread only.
    """
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef) and any(
            dotted(b).endswith("QObject") for b in node.bases
        ):
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and ast.unparse(call) == "super().__init__()":
                    yield call.lineno, node.name
        name = dotted(node.func) if isinstance(node, ast.Call) and not node.args else ""
        if name.rpartition(".")[2] in {"QTimer", "QSocketNotifier"}:
            yield node.lineno, name


def loops_run_by_hand(module: ast.AST) -> Iterator[Finding]:
    """`run_until_complete` and friends leave tasks pending at exit: `asyncio.Runner` does not."""
    for line, name in _calls(module):
        if name.rpartition(".")[2] in {"run_until_complete", "run_forever"} or name in _QUITS:
            yield line, name


def shared_threads(module: ast.AST) -> Iterator[Finding]:
    """The keyring in the loop's own threads: one that waits for a prompt would hold up the exit."""
    if not any(name.partition(".")[0] == "keyring" for _, name in imported_names(module)):
        return
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            name = dotted(node.func)
            first = node.args[0] if node.args else None
            default = isinstance(first, ast.Constant) and first.value is None
            if name.endswith("to_thread") or (name.endswith("run_in_executor") and default):
                yield node.lineno, name


def untranslatable(module: ast.AST) -> Iterator[Finding]:
    """Text put together before it is looked up: the catalogue never holds what was made."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            name = dotted(node.func).rpartition(".")[2]
            made = any(_is_put_together(argument) for argument in node.args[:2])
            if made and name in {"tr", "translate", "QT_TRANSLATE_NOOP", "QT_TR_NOOP"}:
                yield node.lineno, ast.unparse(node)


def _is_put_together(text: ast.expr) -> bool:
    if isinstance(text, ast.Call):
        return dotted(text.func).rpartition(".")[2] in {"format", "join"} or not dotted(text.func)
    return isinstance(text, ast.JoinedStr | ast.BinOp)


def _is_a_view(base: ast.expr) -> bool:
    """Any class of Qt's but the bare QObject, which a presenter is for its signals."""
    name = dotted(base).rpartition(".")[2]
    return len(name) > 1 and name[0] == "Q" and name[1].isupper() and name != "QObject"


def _calls(module: ast.AST) -> Iterator[Finding]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            owner = node.func.value if isinstance(node.func, ast.Attribute) else None
            # `Dialog(self).exec()`: the name of what is called is enough to judge it by.
            if isinstance(owner, ast.Call) and isinstance(node.func, ast.Attribute):
                yield node.lineno, f"{dotted(owner.func)}.{node.func.attr}"
            else:
                yield node.lineno, dotted(node.func)
