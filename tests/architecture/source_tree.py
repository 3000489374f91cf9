"""Which Python files make up the project, and what stands in them?"""

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "telesales_desktop"


def modules(*folders: str) -> list[Path]:
    """Every Python file under the given folders of the project, sorted."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "__pycache__" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file; parsed once however many rules look at it."""
    return ast.parse(path.read_text("utf-8"), str(path))


def offenders(paths: list[Path], rule: Callable[[ast.Module], Iterable[T]]) -> dict[str, list[T]]:
    """What ``rule`` finds, by the path of the file as a person types it; empty where all is well."""
    found = {path.relative_to(ROOT).as_posix(): list(rule(tree(path))) for path in paths}
    return {path: findings for path, findings in found.items() if findings}


def functions(module: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones included."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def dotted(node: ast.AST) -> str:
    """`a.b.c` for a chain of names; an empty string stands for anything computed."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def imported_names(module: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of everything the module imports."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
