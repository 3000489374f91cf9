"""Is the code free of the known traps of Qt and its event loop?"""

import ast

import pytest

from tests.architecture import traps
from tests.architecture.source_tree import modules, offenders

# Which files each trap is laid for. The servers have no Qt, and so no loop of Qt's to nest.
DESKTOP = [
    path
    for path in modules("telesales_desktop")
    if not {"relay", "simulator", "wire"} & set(path.parts)
]
UI = modules("telesales_desktop/ui")
TESTS = modules("tests")

LAID = {
    traps.nested_loops: DESKTOP,
    traps.waits_in_coroutines: TESTS,
    traps.second_doors: DESKTOP,
    traps.coroutines_in_widgets: UI,
    traps.orphans: DESKTOP,
    traps.loops_run_by_hand: DESKTOP,
    traps.shared_threads: DESKTOP,
    traps.untranslatable: DESKTOP,
}

CAUGHT = {
    traps.nested_loops: [
        "dialog.exec()",
        "Dialog(self).exec()",
        "self._menu.exec_(point)",
        "QMessageBox.question(self, 'a', 'b')",
        "QtWidgets.QFileDialog.getOpenFileName(self)",
        "QApplication.processEvents()",
        "QTest.qWait(10)",
    ],
    traps.waits_in_coroutines: [
        "async def test_a(qtbot):\n    qtbot.waitUntil(lambda: True)",
        "async def test_a(qtbot):\n    with qtbot.waitSignal(x):\n        pass",
        "async def test_a(qtbot):\n    def inner():\n        qtbot.wait(5)\n    inner()",
        "async def test_a(window):\n    QTest.qWait(10)",
        "async def test_a(qapp):\n    qapp.processEvents()",
    ],
    traps.second_doors: [
        "@asyncSlot()\ndef f(self): ...",
        "@qasync.asyncClose\ndef closeEvent(self, e): ...",
    ],
    traps.coroutines_in_widgets: [
        "class A(QWidget):\n    async def f(self): ...",
        "class A(Mixin, QtWidgets.QDialog):\n    async def f(self): ...",
    ],
    traps.orphans: [
        "QTimer(singleShot=True)",
        "QtCore.QTimer()",
        "class A(QObject):\n    def __init__(self, x):\n        super().__init__()",
    ],
    traps.loops_run_by_hand: [
        "with QEventLoop(app) as loop:\n    loop.run_until_complete(main())",
        "loop.run_forever()",
        "QApplication.quit()",
    ],
    traps.shared_threads: [
        "import keyring\nawait asyncio.to_thread(f)",
        "from keyring.backends import SecretService\nawait loop.run_in_executor(None, f)",
    ],
    traps.untranslatable: [
        "self.tr(f'bad {x}')",
        "self.tr('bad %s' % x)",
        "self.tr('bad ' + x)",
        "self.tr('bad {}'.format(x))",
        "self.tr(' '.join(words))",
        "QCoreApplication.translate('labels', f'bad {x}')",
    ],
}

LEFT_ALONE = {
    traps.nested_loops: [
        "dialog.open()",
        "exec('x')",
        "cursor.execute('x')",
        "box.setText('question')",
    ],
    traps.waits_in_coroutines: [
        "def test_a(qtbot):\n    qtbot.waitUntil(lambda: True)",
        "async def test_a(process):\n    await process.wait()",
        "async def test_a(server):\n    server.stop()",
    ],
    traps.second_doors: ["@Slot()\ndef f(self): ..."],
    traps.coroutines_in_widgets: [
        "class A(QWidget):\n    def f(self): ...",
        "class Queue(Quiet):\n    async def f(self): ...",
        "class Presenter(QObject):\n    async def f(self): ...",
    ],
    traps.orphans: [
        "QTimer(self, interval=3)",
        "class A(QObject):\n    def __init__(self, x):\n        super().__init__(x)",
        "class A(QWidget):\n    def __init__(self):\n        super().__init__()",
    ],
    traps.loops_run_by_hand: ["thread.quit()", "asyncio.Runner(loop_factory=f).run(main())"],
    traps.shared_threads: [
        "import keyring\nawait loop.run_in_executor(self._own, f)",
        "import ssl\nawait asyncio.to_thread(f)",
    ],
    traps.untranslatable: [
        "self.tr('bad {x}').format(x=x)",
        "self.tr('one ' 'sentence')",
        "self.tr('%n orders', '', count)",
        "QCoreApplication.translate('labels', text)",
        "QCoreApplication.translate('labels', str(text))",
    ],
}


@pytest.mark.parametrize("trap", LAID, ids=lambda trap: trap.__name__)
def test_no_file_steps_into_the_trap(trap):
    assert offenders(LAID[trap], trap) == {}, trap.__doc__


def _cases(table):
    return [
        pytest.param(t, code, id=f"{t.__name__}-{i}")
        for t, codes in table.items()
        for i, code in enumerate(codes)
    ]


@pytest.mark.parametrize(("trap", "planted"), _cases(CAUGHT))
def test_the_trap_catches(trap, planted):
    assert list(trap(ast.parse(planted))) != []


@pytest.mark.parametrize(("trap", "planted"), _cases(LEFT_ALONE))
def test_the_trap_leaves_alone(trap, planted):
    assert list(trap(ast.parse(planted))) == []


def test_every_trap_is_laid_and_proved():
    assert LAID.keys() == CAUGHT.keys() == LEFT_ALONE.keys()
