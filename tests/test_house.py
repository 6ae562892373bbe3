"""The house rules that no linter knows: sizes, names, docstrings, and what must never reach a user or a decoder."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = ("viewers", "workstation")
LONGEST = 450
NOT_NAMES = {"utils", "util", "misc", "helpers", "helper", "common", "manager", "managers"}
SHADOWED = "tests/test_house.py"

Node = tuple[str, ast.AST]


@cache
def tracked() -> tuple[str, ...]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return tuple(name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file())


def sources(*folders: str) -> list[str]:
    return [name for name in tracked() if name.endswith(".py") and name.startswith(tuple(f"{f}/" for f in folders))]


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"), name)


@cache
def nodes(*folders: str) -> tuple[Node, ...]:
    return tuple((name, node) for name in sources(*folders) for node in ast.walk(tree(name)))


def calls(*folders: str) -> Iterator[tuple[str, ast.Call, str]]:
    for name, node in nodes(*folders):
        if isinstance(node, ast.Call):
            function = node.func
            yield name, node, function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def place(name: str, node: ast.AST) -> str:
    return f"{name}:{getattr(node, 'lineno', 0)}"


def words_of_ours(node: ast.expr) -> bool:
    """Whether text is written in the program: a literal, a choice of literals, or a constant."""
    if isinstance(node, ast.IfExp):
        return words_of_ours(node.body) and words_of_ours(node.orelse)
    if isinstance(node, ast.Subscript):
        return words_of_ours(node.value)
    if isinstance(node, ast.Name):
        return node.id.isupper()
    return isinstance(node, ast.Constant)


def test_no_file_is_longer_than_anybody_reads():
    long = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in sources(*OURS, "tests")}
    assert {name: lines for name, lines in long.items() if lines > LONGEST} == {}


def test_no_drawer_for_everything():
    assert [name for name in tracked() for part in Path(name).with_suffix("").parts if part in NOT_NAMES] == []


def test_every_folder_with_modules_is_a_package_that_says_what_lives_in_it():
    folders = {str(Path(name).parent) for name in sources(*OURS)}
    assert [folder for folder in sorted(folders) if f"{folder}/__init__.py" not in tracked()] == []
    assert [name for name in sources(*OURS) if not ast.get_docstring(tree(name))] == []


def test_resources_hold_no_program():
    assert [name for name in tracked() if name.startswith("resources/") and name.endswith((".py", ".pyc"))] == []


def test_text_from_outside_cannot_become_markup():
    rich = {"QMessageBox", "setHtml", "insertHtml", "appendHtml", "QTextBrowser", "fromHtml", "setMarkdown"}
    assert [place(name, node) for name, node, called in calls(*OURS) if called in rich] == []
    labels = [(name, node) for name, node, called in calls(*OURS) if called == "QLabel" and node.args]
    assert [place(name, node) for name, node in labels if not words_of_ours(node.args[0])] == []


def test_tool_tips_are_our_words_or_escaped():
    wrong = []
    for name, node, called in calls(*OURS):
        if called in {"setToolTip", "setWhatsThis", "setStatusTip"}:
            text = node.args[0]
            escaped = isinstance(text, ast.Call) and getattr(text.func, "id", "") in {"tooltip", "_plain"}
            if not escaped and not words_of_ours(text):
                wrong.append(place(name, node))
    assert wrong == []


def test_documents_for_the_patient_are_never_set_as_markup():
    flowing = [(name, node) for name, node in nodes(*OURS) if isinstance(node, ast.ImportFrom)]
    assert [
        place(name, node)
        for name, node in flowing
        if (node.module or "").startswith("reportlab.platypus") and not name.startswith("workstation/sandbox/")
    ] == []


def test_what_is_put_off_goes_with_its_owner():
    """PySide keeps for ever what waits 0 ms for an owner that is gone: ``soon`` waits a moment longer."""
    at_once = [
        place(name, node)
        for name, node, called in calls(*OURS)
        if called == "singleShot" and isinstance(node.args[0], ast.Constant) and not node.args[0].value
    ]
    assert at_once == []


def test_nothing_runs_what_it_reads():
    running = {"eval", "exec", "compile", "__import__"}
    found = [
        place(name, node)
        for name, node, called in calls(*OURS)
        if (isinstance(node.func, ast.Name) and called in running) or called == "system"
    ]
    assert found == []
    words = [keyword for _, node, _ in calls(*OURS) for keyword in node.keywords]
    assert [
        k.arg for k in words if k.arg in {"shell", "allow_pickle"} and getattr(k.value, "value", None) is True
    ] == []


def test_nothing_unpickles_and_vtk_reads_no_file():
    modules = [(name, node, imported) for name, node in nodes(*OURS) for imported in imported_by(node)]
    banned = ("pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "vtkmodules.vtkIO", "vtkmodules.all")
    assert [place(name, node) for name, node, imported in modules if imported.startswith((*banned, "vtk."))] == []
    reader = re.compile(r"vtk\w*Reader\d*$")
    assert [
        place(name, node)
        for name, node in nodes(*OURS)
        if reader.match(str(getattr(node, "id", "") or getattr(node, "attr", "") or getattr(node, "name", "")))
    ] == []


def imported_by(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def test_no_error_is_swallowed_whole():
    everything = {"Exception", "BaseException"}
    silent = [
        place(name, node)
        for name, node in nodes(*OURS)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in everything)
        and all(
            isinstance(line, ast.Pass) or isinstance(getattr(line, "value", None), ast.Constant) for line in node.body
        )
    ]
    suppressed = [
        place(name, node)
        for name, node, called in calls(*OURS)
        if called == "suppress" and any(getattr(argument, "id", "") in everything for argument in node.args)
    ]
    assert silent + suppressed == []


def test_no_path_of_one_machine_and_no_address_of_a_package_registry_is_written_down():
    paths = re.compile(rb"(?<![\w.])/(?:work|home/\w+|root|Users/\w+)/[\w.-]+|[A-Z]:\\\\?Users\\")
    hosts = re.compile(
        rb"(?:index|registry)-?url\s*=|files\.pythonhosted|registry\.npmjs|(?:pypi|npm)\.\w+\.\w+/simple"
    )
    wrong = []
    for name in tracked():
        content = (ROOT / name).read_bytes()
        if name != SHADOWED and b"\0" not in content[:4096] and (paths.search(content) or hosts.search(content)):
            wrong.append(name)
    assert wrong == []
