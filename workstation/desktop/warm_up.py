"""What is imported ahead of its use, in the order of use, while the reader types or looks at the worklist."""

import importlib
from collections.abc import Callable

# The store and the worklist: on the way from the passphrase to the first screen.
FIRST = ("workstation.storage.store", "workstation.settings.choices", "workstation.desktop.session")
# The reading room: numbers and pictures, which are not needed before a case is opened.
THEN = (
    "numpy",
    "cv2",
    "viewers.series.display_set",
    "viewers.volumes.loader",
    "viewers.render.picture",
    "viewers.widgets.slice_view",
    "viewers.widgets.image_area",
    "workstation.desktop.opinion_panel",
    "workstation.desktop.reading_room",
    "workstation.review.open_study",
    "workstation.desktop.reading_desk",
    "workstation.desktop.outbox_desk",
)


def warm_up(cancelled: Callable[[], bool]) -> None:
    """Import everything that is left, one module after the other until ``cancelled``; meant for another thread."""
    for name in (*FIRST, *THEN):
        if name in THEN and cancelled():
            return
        importlib.import_module(name)
