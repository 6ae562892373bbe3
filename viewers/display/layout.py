"""A layout: which views stand side by side, and the frozen state of all of them together, as plain data if wanted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import cast

from viewers.display.view_state import Interpolation, PlaneName, Slab, SlabMode, ViewState
from viewers.geometry.points import PatientPoint
from viewers.series.display_set import Window


class Layout(StrEnum):
    """How the views of one display set are arranged."""

    SINGLE = "single"
    MPR_GRID = "mpr grid"
    MPR_ROW = "mpr row"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutState:
    """Everything needed to show a display set again exactly as it was.

    Attributes:
        layout: arrangement of the views.
        views: one state per view, in the order axial, coronal, sagittal, or a single one.
        active: index of the view that has the keyboard.
        maximised: index of the view that fills the area, or None.
        crosshair_mm: the linked point in patient coordinates, or None where there is none.
        crosshair_shown: whether its lines are drawn.
    """

    layout: Layout
    views: tuple[ViewState, ...]
    active: int = 0
    maximised: int | None = None
    crosshair_mm: PatientPoint | None = None
    crosshair_shown: bool = True


def layout_as_plain(state: LayoutState) -> dict[str, object]:
    """The state as str, int, float, bool, None, list and dict only, for JSON."""
    plain = asdict(state)
    plain["views"] = [{**view, "pan": list(view["pan"])} for view in plain["views"]]
    plain["crosshair_mm"] = None if state.crosshair_mm is None else list(state.crosshair_mm)
    return plain


def layout_from_plain(plain: Mapping[str, object]) -> LayoutState:
    """The state that ``layout_as_plain`` wrote.

    Raises:
        KeyError, ValueError, TypeError: the mapping is none that ``layout_as_plain`` writes.
    """
    crosshair = cast("list[float] | None", plain["crosshair_mm"])
    return LayoutState(
        layout=Layout(cast("str", plain["layout"])),
        views=tuple(_view_from_plain(view) for view in cast("list[dict[str, object]]", plain["views"])),
        active=cast("int", plain["active"]),
        maximised=cast("int | None", plain["maximised"]),
        crosshair_mm=None if crosshair is None else PatientPoint(*crosshair),
        crosshair_shown=cast("bool", plain["crosshair_shown"]),
    )


def _view_from_plain(plain: Mapping[str, object]) -> ViewState:
    window = cast("dict[str, object] | None", plain["window"])
    slab = cast("dict[str, object] | None", plain["slab"])
    pan = cast("list[float]", plain["pan"])
    return ViewState(
        **{  # type: ignore[arg-type]
            **plain,
            "plane": PlaneName(cast("str", plain["plane"])),
            "pan": (pan[0], pan[1]),
            "window": None if window is None else Window(**window),  # type: ignore[arg-type]
            "slab": None if slab is None else _slab_from_plain(slab),
            "interpolation": Interpolation(cast("str", plain["interpolation"])),
        }
    )


def _slab_from_plain(plain: Mapping[str, object]) -> Slab:
    return Slab(thickness_mm=cast("float", plain["thickness_mm"]), mode=SlabMode(cast("str", plain["mode"])))
