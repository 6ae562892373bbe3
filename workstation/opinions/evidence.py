"""Evidence: everything needed to say a measurement, check it and show it again, frozen, without the viewer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceValue:
    """One number with its name and unit, e.g. ("length", 8.13, "mm"); ``digits`` = decimals printed everywhere."""

    name: str
    value: float
    unit: str
    digits: int = 1
    uncertainty: float | None = None

    def text(self) -> str:
        """The number as it is printed in every document."""
        return f"{self.value:.{self.digits}f} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageReference:
    """One image the evidence touches: frame from 1; pixel points (column, row), (0, 0) = centre of the first pixel."""

    study_uid: str
    series_uid: str
    sop_class_uid: str
    sop_uid: str
    frame: int
    points_px: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A live measurement, frozen.

    Attributes:
        kind: ``length``, ``ellipse``, ``circle``, ``key-image``, ...
        points_mm: patient LPS mm; empty where there is no frame of reference.
        voxels: (slice, row, column) of each point in the display set's order, where marks lie on voxels.
        view: how the view stood (plain values): plane, slice, window centre and width, zoom, pan, rotation, flip, slab,
            interpolation, layout; enough to restore it.
        picture: key picture as PNG bytes, marks included; ``picture_sha256`` its hex digest.
        made_by: ``reader``, ``machine`` or ``imported``.
        study_date: ISO, empty where the images do not say; what tells today's study from the prior.
    """

    id: str
    tracking_uid: str
    kind: str
    label: str
    values: tuple[EvidenceValue, ...]
    method: str
    calibration: str
    frame_of_reference_uid: str
    points_mm: tuple[tuple[float, float, float], ...]
    images: tuple[ImageReference, ...]
    voxels: tuple[tuple[int, int, int], ...] = ()
    view: Mapping[str, object] = field(default_factory=dict)
    finding_site: str = ""
    laterality: str = ""
    picture: bytes = b""
    picture_sha256: str = ""
    made_by: str = "reader"
    made_at: datetime | None = None
    series_description: str = ""
    modality: str = ""
    study_date: str = ""
