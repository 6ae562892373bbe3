"""What the demo leaves in its folder: the signed documents, the receipt, who is trusted, and every number measured."""

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from viewers.geometry.points import PixelPoint
from viewers.measure.shapes import circle_around, pixels_inside
from viewers.series.display_set import DisplaySet, StackGeometry
from workstation.opinions.evidence import Evidence
from workstation.outbox.parcel import Parcel

MEASUREMENTS = "demo.json"
BEFORE_TIME_STAMP = "opinion-b-b.pdf"


def leave_documents(parcel: Parcel, folder: Path) -> None:
    """Write the parcel's files, its bundle and its receipt."""
    folder.mkdir(parents=True, exist_ok=True)
    for artefact in parcel.artefacts:
        (folder / artefact.name).write_bytes(artefact.content)
    (folder / "bundle.json").write_text(parcel.bundle, "utf-8")
    (folder / "receipt.json").write_text(parcel.receipt, "utf-8")


def leave_trust(roots: Sequence[Path], folder: Path) -> None:
    """Copy the certificates of who vouches for the signature and the time-stamps."""
    trust = folder / "trust"
    trust.mkdir(parents=True, exist_ok=True)
    for root in roots:
        shutil.copyfile(root, trust / root.name)


def leave_measurements(evidence: Sequence[Evidence], shown: DisplaySet, folder: Path) -> None:
    """Write ``demo.json``: each number with the voxels it was taken from."""
    measurements = [line for item in evidence for line in _lines(item, shown)]
    (folder / MEASUREMENTS).write_text(json.dumps({"measurements": measurements}, indent=1), "utf-8")


def _lines(item: Evidence, shown: DisplaySet) -> Iterator[dict[str, object]]:
    wanted = {"length": "length", "circle": "mean"}.get(item.kind)
    for value in item.values:
        if value.name == wanted:
            yield {
                "kind": item.kind,
                "value": value.value,
                "unit": value.unit,
                "series_uid": item.images[0].series_uid,
                "sop_uid": item.images[0].sop_uid,
                "frame": item.images[0].frame,
                "voxels": _inside(item, shown) if item.kind == "circle" else [list(voxel) for voxel in item.voxels],
                "points_mm": [list(point) for point in item.points_mm],
            }


def _inside(item: Evidence, shown: DisplaySet) -> list[list[int]]:
    """Every voxel whose centre the circle holds, its centre voxel first."""
    geometry: StackGeometry | None = shown.geometry
    if not item.voxels or geometry is None or not shown.rows or not shown.columns:
        return []
    index, row, column = item.voxels[0]
    radius = float(np.linalg.norm(np.subtract(item.points_mm[1], item.points_mm[0])))
    spacing = (geometry.spacing_mm[1], geometry.spacing_mm[0])
    inside = pixels_inside(circle_around(PixelPoint(column, row), radius), (shown.columns, shown.rows), spacing)
    members = [[index, int(r), int(c)] for r, c in zip(*np.nonzero(inside), strict=True)]
    return [[index, row, column], *(voxel for voxel in members if voxel != [index, row, column])]
