"""A view state: everything that decides how one display set is shown in one view, frozen, to be kept and restored."""

from dataclasses import dataclass
from enum import StrEnum

from viewers.series.display_set import Window


class PlaneName(StrEnum):
    """Which cut through the data is shown; ``ACQUIRED`` shows the frames as they were stored."""

    ACQUIRED = "acquired"
    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"


class Interpolation(StrEnum):
    """How values between voxel centres are found; always before the window is applied."""

    NEAREST = "nearest"
    LINEAR = "linear"
    CUBIC = "cubic"


class SlabMode(StrEnum):
    """How the values of a thick slab become one."""

    MIP = "mip"
    MINIP = "minip"
    MEAN = "mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slab:
    """A thick slice: its full thickness along the normal of the plane, and its projection."""

    thickness_mm: float
    mode: SlabMode


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewState:
    """The intention of one view. ``resolve`` (see ``viewers.display.resolve``) fits it to what the data allow.

    Attributes:
        display_set_id, series_uid: what is shown.
        plane: the cut.
        position_mm: coordinate of an axial (z), coronal (y) or sagittal (x) plane in LPS mm; None: the middle.
        frame: index from 0 of the frame in the acquired plane; None: the middle one, of a clip the first.
        zoom: 1.0 shows the whole picture, 2.0 twice as large.
        pan: how far the picture's centre is moved to the right and down, in plane units (mm; pixels of the image
            where it is not calibrated), measured on the screen, that is after rotation and flip.
        rotation_deg: clockwise turn of the picture on the screen: 0, 90, 180 or 270.
        flipped: mirrored left to right, before the rotation.
        window: VOI window; None: the file's own first, else automatic.
        preset: id of the preset the window came from, or "".
        inverted: black and white exchanged.
        colormap: id of a colour map, "grey" for none.
        slab: thick slab, or None for a plane.
        interpolation: how values between voxel centres are found.
    """

    display_set_id: str
    series_uid: str
    plane: PlaneName = PlaneName.ACQUIRED
    position_mm: float | None = None
    frame: int | None = None
    zoom: float = 1.0
    pan: tuple[float, float] = (0.0, 0.0)
    rotation_deg: int = 0
    flipped: bool = False
    window: Window | None = None
    preset: str = ""
    inverted: bool = False
    colormap: str = "grey"
    slab: Slab | None = None
    interpolation: Interpolation = Interpolation.LINEAR
