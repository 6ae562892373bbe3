"""How evenly the window's own thread ticks while a series is read, decoded in workers and shown as it comes."""

import time
from pathlib import Path

import numpy as np

Measured = dict[str, float]
_TICK_MS = 1
_MOST_S = 300.0


def while_decoding(folder: Path) -> Measured:
    """Delays beyond 1 ms between timer ticks, from the first picture to the last slice, ms."""
    from concurrent.futures import ThreadPoolExecutor

    from PySide6.QtCore import QEventLoop, Qt, QTimer
    from PySide6.QtWidgets import QApplication

    from viewers.isolation.pool import Pool
    from viewers.series.open_source import open_source
    from viewers.series.scan import scan
    from viewers.series.split import display_sets
    from viewers.volumes.jobs import JOBS
    from viewers.volumes.loader import open_volume
    from viewers.widgets.background import Background
    from viewers.widgets.image_area import ImageArea
    from viewers.widgets.palette import Palette

    application = QApplication.instance() or QApplication(["bench"])
    with Pool(preload=JOBS) as pool, ThreadPoolExecutor(2) as executor:
        source = open_source(folder)
        (found,) = display_sets(scan(source, pool).headers)
        area, loop, ticks = ImageArea(Palette(), executor), QEventLoop(), []
        background = Background(executor, area)
        area.resize(1400, 900)
        area.show()
        load = open_volume(found, source, pool)
        area.show_volume(load)
        application.processEvents()
        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
        timer.start(_TICK_MS)
        QTimer.singleShot(int(_MOST_S * 1e3), loop.quit)
        arrived = lambda _: background.tell(lambda _: area.refresh_slices(), None)  # noqa: E731
        background.request("load", lambda: load.run(arrived), lambda _: loop.quit(), lambda _: loop.quit())
        loop.exec()
        timer.stop()
        if not load.ready.all():
            raise RuntimeError("the series did not arrive")
    late = np.diff(ticks) * 1e3 - _TICK_MS
    return {"p99_ms": float(np.percentile(late, 99)), "longest_ms": float(late.max()), "ticks": float(len(late))}
