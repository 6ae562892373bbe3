"""The command line of the viewers: ``python -m viewers inspect|render|open PATH``."""

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from viewers.arguments import LARGEST_SIDE, millimetres, size_of, thickness, window_of, with_negative_numbers
from viewers.display.automatic import first_window
from viewers.display.cuts import basis_at, cut_of, index_near, is_even
from viewers.display.presets import preset_by_id, presets
from viewers.display.view_state import PlaneName, Slab, SlabMode
from viewers.display.window import grey_levels
from viewers.geometry.plane import vector
from viewers.geometry.slice_basis import PERPENDICULAR_AXIS, SliceBasis, centred
from viewers.isolation.pool import Pool
from viewers.render.resample import Resampled, resample
from viewers.render.shade import png
from viewers.series.codecs.frame import FrameRefused
from viewers.series.display_set import DisplaySet, Kind, Window
from viewers.series.errors import Refused as SeriesRefused
from viewers.series.open_source import open_source
from viewers.series.scan import scan
from viewers.series.split import display_sets
from viewers.series.voi import brightness_by_lut, presented
from viewers.sources import FrameSource
from viewers.volumes.errors import Refused as VolumeRefused
from viewers.volumes.frame_values import FrameValues, frame
from viewers.volumes.inspection import inspection
from viewers.volumes.jobs import JOBS
from viewers.volumes.loader import open_volume
from viewers.volumes.volume import Volume

REFUSED = 2
_HALF = 0.5


class _Wrong(Exception):
    """The request cannot be fulfilled; the text is for whoever typed it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it did what was asked, 2 when it could not."""
    options = _parser().parse_args(with_negative_numbers(sys.argv[1:] if arguments is None else arguments))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file's name may be no text; JSON reads it back as it was
    try:
        done = int(options.run(options))
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (_Wrong, SeriesRefused, VolumeRefused, FrameRefused) as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    return done


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m viewers", description="Look at what patients send.")
    commands = parser.add_subparsers(required=True, metavar="command")
    inspect = commands.add_parser("inspect", help="what a folder, archive or file holds")
    inspect.add_argument("path", type=Path)
    inspect.add_argument("--json", action="store_true", help="everything, as JSON")
    inspect.set_defaults(run=_inspect)
    render = commands.add_parser("render", help="one picture as PNG")
    render.add_argument("path", type=Path)
    render.add_argument("--out", type=Path, required=True, help="the PNG to write")
    which = render.add_mutually_exclusive_group()
    which.add_argument("--set", dest="set_id", help="id of a display set, as inspect tells it")
    which.add_argument("--series", help="Series Instance UID; its largest set is taken")
    render.add_argument("--plane", choices=[plane.value for plane in PlaneName], default=PlaneName.ACQUIRED.value)
    place = render.add_mutually_exclusive_group()
    place.add_argument(
        "--position", type=millimetres, help="mm along the patient axis that the plane is perpendicular to"
    )
    place.add_argument("--frame", type=int, help="frame number from 1, in the order of inspect")
    shade = render.add_mutually_exclusive_group()
    shade.add_argument("--window", type=window_of, help="centre,width in the unit of the values")
    shade.add_argument("--preset", help="id of a window preset")
    render.add_argument("--slab", type=thickness, help="thickness in mm")
    render.add_argument("--mode", choices=[mode.value for mode in SlabMode], default=SlabMode.MIP.value)
    render.add_argument("--size", type=size_of, help="WxH in pixels")
    render.set_defaults(run=_render)
    window = commands.add_parser("open", help="a window with what a folder, archive or file holds")
    window.add_argument("path", type=Path)
    window.set_defaults(run=_open)
    return parser


def _open(options: argparse.Namespace) -> int:
    from viewers.widgets.source_window import show_source

    return show_source(open_source(options.path), options.path.name)


def _inspect(options: argparse.Namespace) -> int:
    source = open_source(options.path)
    with Pool(preload=JOBS) as pool:
        found = inspection(source, pool)
    if options.json:
        # in ASCII: names of files may be no text in any encoding, and not every screen knows every letter
        sys.stdout.write(json.dumps(found, indent=1, allow_nan=False) + "\n")
        return 0
    sets, skipped = found["display_sets"], found["skipped"]
    assert isinstance(sets, list)
    assert isinstance(skipped, list)
    for each in sets:
        size = f"{each['frames']} x {each['rows']} x {each['columns']}" if each["frames"] else ""
        _say(f"{each['id']}  {each['kind']:<12} {each['modality']:<4} {size:<18} {each['description']}")
        for warning in each["warnings"]:
            _say(f"              {warning}")
    for each in skipped:
        _say(f"not shown     {each['path']}: {each['reason']}")
    if not sets and not skipped:
        _say("There is no file here.")
    return 0


def _say(line: str) -> None:
    """One line, with what the screen cannot write spelled out."""
    encoding = sys.stdout.encoding or "ascii"
    sys.stdout.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def _render(options: argparse.Namespace) -> int:
    if options.out.suffix.lower() not in ("", ".png"):
        raise _Wrong("A PNG is written: let the name end in .png.")
    source = open_source(options.path)
    with Pool(preload=JOBS) as pool:
        display_set = _chosen(display_sets(scan(source, pool).headers), options)
        pixels = _pixels(display_set, source, pool, options)
    try:
        options.out.write_bytes(png(pixels))
    except OSError as error:
        raise _Wrong(f"{options.out} cannot be written ({error.strerror}).") from error
    return 0


def _chosen(sets: Sequence[DisplaySet], options: argparse.Namespace) -> DisplaySet:
    """The set that is named, else the largest with a picture."""
    pictured = [each for each in sets if each.frames]
    if options.set_id:
        pictured = [each for each in pictured if each.id == options.set_id]
    if options.series:
        pictured = [each for each in pictured if each.series_uid == options.series]
    if not pictured:
        raise _Wrong("There is no such set with a picture. Ask inspect what there is.")
    return max(pictured, key=lambda each: len(each.frames) * (each.rows or 0) * (each.columns or 0))


def _pixels(display_set: DisplaySet, source: FrameSource, pool: Pool, options: argparse.Namespace) -> NDArray[np.uint8]:
    plane = PlaneName(options.plane)
    if options.frame is not None and not 1 <= options.frame <= len(display_set.frames):
        raise _Wrong(f"There are frames 1 to {len(display_set.frames)}.")
    if options.frame is not None or (plane is PlaneName.ACQUIRED and options.slab is None):
        return _frame_pixels(display_set, _frame_index(display_set, options), source, pool, options)
    volume = open_volume(display_set, source, pool).run()
    return _volume_pixels(volume, plane, options)


def _frame_index(display_set: DisplaySet, options: argparse.Namespace) -> int:
    if options.frame is not None:
        return int(options.frame) - 1
    geometry = display_set.geometry
    if options.position is None:
        return 0 if display_set.kind in (Kind.CINE, Kind.VIDEO) else len(display_set.frames) // 2
    if geometry is None:
        raise _Wrong("These images have no place in the patient: name a --frame instead of a --position.")
    axis = int(np.argmax(np.abs(geometry.normal)))
    return int(np.argmin(np.abs(geometry.origins_mm[:, axis] - options.position)))


def _frame_pixels(
    display_set: DisplaySet, index: int, source: FrameSource, pool: Pool, options: argparse.Namespace
) -> NDArray[np.uint8]:
    """One stored frame, on its own pixels, or fitted into the size with its shape in the patient kept."""
    found = frame(display_set, index, source, pool)
    if found.warning:
        sys.stderr.write(f"{found.warning}\n")
    values = found.values
    if options.size is not None:
        spacing = display_set.calibration.spacing_mm or (display_set.pixel_aspect, 1.0)
        values, inside = _fitted(found, spacing, options.size)
    else:
        inside = np.ones(values.shape[:2], np.bool_) if found.padding is None else ~found.padding
    one = display_set.frames[index]
    if one.voi_luts and not one.windows and options.window is None and not options.preset:
        brightness = presented(display_set, brightness_by_lut(values, one.voi_luts[0]))
        return np.where(inside, np.rint(brightness * 255), 0).astype(np.uint8)
    window, scale, inverted = _shading(display_set, index, found, options)
    return _shaded(values, inside, window, scale=scale, inverted=inverted)


def _fitted(
    found: FrameValues, spacing_mm: tuple[float, float], size: tuple[int, int]
) -> tuple[NDArray[np.generic], NDArray[np.bool_]]:
    """Values at the pixel centres of a picture of ``size``, linear, the image centred; and where there is an image."""
    import cv2

    rows, columns = found.values.shape[:2]
    down_mm, across_mm = spacing_mm
    step = max(columns * across_mm / size[0], rows * down_mm / size[1])
    x = (np.arange(size[0]) - (size[0] - 1) / 2) * step / across_mm + (columns - 1) / 2
    y = (np.arange(size[1]) - (size[1] - 1) / 2) * step / down_mm + (rows - 1) / 2
    inside = ((x > -_HALF) & (x < columns - _HALF))[None, :] & ((y > -_HALF) & (y < rows - _HALF))[:, None]
    across, along = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
    values = cv2.remap(
        found.values.astype(np.float32), across, along, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    if found.padding is not None:  # what would be made of padding is no value
        inside &= cv2.remap(found.padding.astype(np.float32), across, along, cv2.INTER_LINEAR) == 0
    return np.asarray(values, np.float32), inside


def _volume_pixels(volume: Volume, plane: PlaneName, options: argparse.Namespace) -> NDArray[np.uint8]:
    basis = _basis(volume, plane, options)
    slab = None if options.slab is None else Slab(thickness_mm=options.slab, mode=SlabMode(options.mode))
    sampled = resample(volume, basis, slab, even=is_even(volume))
    if bool(sampled.outside.all()):
        reach = cut_of(volume, plane).positions_mm
        raise _Wrong(f"The plane lies outside of the images, which reach from {min(reach):.1f} to {max(reach):.1f} mm.")
    index = len(volume.display_set.frames) // 2
    sample = FrameValues(values=sampled.values, padding=sampled.excluded)
    window, scale, inverted = _shading(volume.display_set, index, sample, options)
    return _shaded(sampled.values, _there(sampled), window, scale=scale, inverted=inverted)


def _basis(volume: Volume, plane: PlaneName, options: argparse.Namespace) -> SliceBasis:
    """The picture's pixels in the patient, at the very position asked for, in the size asked for."""
    cut = cut_of(volume, plane)
    position = float(np.median(cut.positions_mm)) if options.position is None else options.position
    if plane is PlaneName.ACQUIRED and options.position is not None:
        axis = int(np.argmax(np.abs(cut.normal)))
        nearest = int(np.argmin(np.abs(volume.slice_origins_mm[:, axis] - position)))
        position = float(cut.positions_mm[nearest])
    basis = basis_at(volume, cut, position if cut.axes is None else float(cut.positions_mm[index_near(cut, position)]))
    if plane is not PlaneName.ACQUIRED:
        origin = list(basis.plane.origin_mm)
        origin[PERPENDICULAR_AXIS[plane.value]] = position
        basis = replace(basis, plane=replace(basis.plane, origin_mm=vector(origin)))
    if plane is PlaneName.ACQUIRED and options.size is None:
        return basis
    return _square(basis) if options.size is None else _fitting(basis, options.size)


def _square(basis: SliceBasis) -> SliceBasis:
    """Square pixels exactly as fine as the finest that there are, so that anatomy keeps its shape and its pixels."""
    finest = min(basis.pixel_mm)
    wide, high = (round(count * step / finest) for count, step in zip(basis.size, basis.pixel_mm, strict=True))
    return centred(basis, (min(max(1, wide), LARGEST_SIDE), min(max(1, high), LARGEST_SIDE)), finest)


def _fitting(basis: SliceBasis, size: tuple[int, int]) -> SliceBasis:
    """The same rectangle as large as fits into a picture of ``size``."""
    extent = [count * step for count, step in zip(basis.size, basis.pixel_mm, strict=True)]
    return centred(basis, size, max(extent[0] / size[0], extent[1] / size[1]))


def _there(sampled: Resampled) -> NDArray[np.bool_]:
    """Where the picture shows anatomy: not beyond the edges, not padding, not a hole between slices."""
    inside = ~sampled.outside
    for mask in (sampled.gaps, sampled.excluded):
        if mask is not None:
            inside &= ~mask
    return inside


def _shading(
    display_set: DisplaySet, index: int, sample: FrameValues, options: argparse.Namespace
) -> tuple[Window, float, bool]:
    """(window, factor that values are multiplied by first, whether low values are bright)."""
    if options.window is not None:
        return options.window, 1.0, display_set.inverted
    if options.preset:
        try:
            preset = preset_by_id(options.preset)
        except KeyError as error:
            known = ", ".join(each.id for each in presets())
            raise _Wrong(f"There is no preset {options.preset}. There are: {known}.") from error
        if preset.window is not None:
            factor = display_set.suv_factor if preset.unit.startswith("SUV") else 1.0
            if factor is None:
                raise _Wrong(f"The preset is for SUV. {display_set.suv_reason}".strip())
            if preset.unit == "HU" and display_set.unit != "HU":
                raise _Wrong("The preset is for HU, and these values are none.")
            return preset.window, factor, display_set.inverted != preset.inverted
    plain = replace(display_set, suv_factor=None)
    values = sample.values if sample.padding is None else sample.values[~sample.padding]
    return first_window(plain, index, values), 1.0, display_set.inverted


def _shaded(
    values: NDArray[np.generic], inside: NDArray[np.bool_], window: Window, *, scale: float, inverted: bool
) -> NDArray[np.uint8]:
    if values.ndim == 3:  # noqa: PLR2004 - colour
        colours = np.rint(np.asarray(values, np.float64)).astype(np.uint8)
        return np.where(inside[..., None], colours, np.uint8(0))
    known = inside & np.isfinite(values)
    scaled = np.where(known, values, 0) * (1 if scale == 1 else scale)
    return np.where(known, grey_levels(scaled, window, inverted=inverted), np.uint8(0))


if __name__ == "__main__":
    sys.exit(main())
