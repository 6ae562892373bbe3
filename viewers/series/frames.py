"""The frames of one image file, with their places: plain, multi-frame, enhanced, mosaic, dose and nuclear images."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from viewers.series.codecs.frame import FrameForm
from viewers.series.display_set import Kind
from viewers.series.frame_facts import Crop, FrameFacts, Groups, enhanced_facts, plain_facts
from viewers.series.frame_parts import FrameBytes
from viewers.series.header import EMPTY, Header
from viewers.series.nuclear import NuclearFrame, nuclear_frames
from viewers.series.pixel_form import form_of, frames_bytes
from viewers.series.stack_geometry import directions

_MOST_TILES = 4096


def frames_of(header: Header, kind: Kind | None) -> tuple[FrameFacts, ...]:
    """Every frame that the file holds.

    Args:
        header: of an image, or of an object with pixels (segmentation, dose, slide, video).
        kind: see ``kinds.object_kind``.

    Raises:
        Refused: there is nothing to show, with the reason.
    """
    form = form_of(header)
    where = frames_bytes(header, form, video=kind is Kind.VIDEO)
    tiles = _tile_count(header, form)
    if tiles > 1:
        return _tiles(header, form, where[0], tiles)
    groups = header.attributes.items("PerFrameFunctionalGroupsSequence")
    if (groups or header.attributes.items("SharedFunctionalGroupsSequence")) and kind is not Kind.SM:
        return tuple(
            enhanced_facts(
                header,
                Groups(header, groups[i] if i < len(groups) else EMPTY),
                form=form,
                number=i + 1,
                frame_bytes=piece,
            )
            for i, piece in enumerate(where)
        )
    return _alike(header, form, where)


def _alike(header: Header, form: FrameForm, where: Sequence[FrameBytes | None]) -> tuple[FrameFacts, ...]:
    """Frames that differ in nothing but number, bytes and offset; read once, as there may be a million."""
    first = plain_facts(header, form=form, number=1, frame_bytes=where[0])
    facts = (first, *(replace(first, number=number, bytes=piece) for number, piece in enumerate(where[1:], 2)))
    if nuclear := nuclear_frames(header, len(where)):
        return tuple(_in_nuclear(one, told) for one, told in zip(facts, nuclear, strict=True))
    offsets = _offsets_mm(header, len(where))
    if not offsets:
        return facts
    return tuple(replace(one, position=_moved(header, offset)) for one, offset in zip(facts, offsets, strict=True))


def _in_nuclear(one: FrameFacts, told: NuclearFrame) -> FrameFacts:
    values = one.values | told.values
    return replace(one, position=told.position, orientation=told.orientation, values=values)


def _offsets_mm(header: Header, frames: int) -> tuple[float, ...]:
    """Offsets along the normal of the frames of a dose (PS3.3 C.8.8.3.2)."""
    offsets = header.numbers("GridFrameOffsetVector")
    position = header.numbers("ImagePositionPatient")
    if len(offsets) == frames > 0 and len(position) == 3:  # noqa: PLR2004 - the format's number
        axes = directions(header.numbers("ImageOrientationPatient"))
        if axes is not None and offsets[0] != 0 and math.isclose(offsets[0], position[2], abs_tol=1e-3):
            return tuple(offset - offsets[0] for offset in offsets)
        return offsets
    return ()


def _moved(header: Header, along_mm: float) -> tuple[float, ...]:
    axes = directions(header.numbers("ImageOrientationPatient"))
    position = header.numbers("ImagePositionPatient")
    if axes is None or len(position) != 3:  # noqa: PLR2004 - the format's number
        return ()
    return tuple(np.add(position, along_mm * np.asarray(axes[2])).tolist())


def _tile_count(header: Header, form: FrameForm) -> int:
    """How many slices a Siemens mosaic holds; 0 where it is none, or says what cannot be."""
    if "MOSAIC" not in header.texts("ImageType"):
        return 0
    csa = header.attributes.data.get("SiemensCsa")
    told = csa.get("NumberOfImagesInMosaic") if isinstance(csa, dict) else None
    count = told if isinstance(told, int) else header.integer("SiemensMosaicImages") or 0
    fits = 1 < count <= _MOST_TILES and math.ceil(math.sqrt(count)) <= min(form.rows, form.columns)
    return count if fits else 0


def _tiles(header: Header, form: FrameForm, piece: FrameBytes | None, count: int) -> tuple[FrameFacts, ...]:
    """The slices of a Siemens mosaic; its position is that of a picture as large as the mosaic, about one centre."""
    side = math.ceil(math.sqrt(count))
    rows, columns = form.rows // side, form.columns // side
    origin, step = _mosaic_place(header, form, rows, columns)
    facts = []
    for index in range(count):
        crop: Crop = (index // side * rows, index % side * columns, rows, columns)
        position = tuple(np.add(origin, index * np.asarray(step)).tolist()) if origin and step else ()
        facts.append(plain_facts(header, form=form, number=1, frame_bytes=piece, position=position, crop=crop))
    return tuple(facts)


def _mosaic_place(
    header: Header, form: FrameForm, rows: int, columns: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """(position of the first tile, step from tile to tile) in LPS mm; empty where unknown."""
    axes = directions(header.numbers("ImageOrientationPatient"))
    corner = header.numbers("ImagePositionPatient")
    spacing = header.numbers("PixelSpacing")
    between = header.number("SpacingBetweenSlices") or header.number("SliceThickness")
    if axes is None or len(corner) != 3 or len(spacing) != 2 or not between:  # noqa: PLR2004 - the format's number
        return (), ()
    csa = header.attributes.data.get("SiemensCsa")
    told = csa.get("SliceNormalVector") if isinstance(csa, dict) else None
    normal = np.asarray(told if isinstance(told, list) and len(told) == 3 else axes[2], np.float64)  # noqa: PLR2004 - the format's number
    across = np.asarray(axes[0]) * spacing[1] * (form.columns - columns) / 2
    down = np.asarray(axes[1]) * spacing[0] * (form.rows - rows) / 2
    return tuple((np.asarray(corner) + across + down).tolist()), tuple((normal * between).tolist())
