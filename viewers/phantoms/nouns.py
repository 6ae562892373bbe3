"""The nouns of a synthetic study: who it is of, what was written, and which answers mathematics knows about it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Detail = Literal["full", "quick"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The invented patient a study is written for.

    Attributes:
        name: DICOM person name (PN), components split by ``^``.
        patient_id: identifier within ``issuer``.
        birth_date: ``YYYYMMDD``.
        sex: ``F``, ``M`` or ``O``.
        weight_kg: body weight, used by SUV.
        height_m: body height, used by SUL and BSA.
        issuer: Issuer of Patient ID, empty when unknown.
    """

    name: str
    patient_id: str
    birth_date: str
    sex: str
    weight_kg: float = 70.0
    height_m: float = 1.7
    issuer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A number that is known about a study before anybody measures it.

    Attributes:
        name: what is measured, e.g. ``nodule volume``.
        value: the true value in ``unit``.
        unit: UCUM code, e.g. ``mm3``, ``[hnsf'U]``, ``cm/s``, ``%``.
        tolerance: the most, in ``unit``, by which a correct measurement on the written pixels may differ.
        series_uid: Series Instance UID on which it is measured.
        points_mm: where, in patient millimetres (LPS) of that series. Images without patient geometry (US, XA) have no
            such place: there it is (column, row, frame) in pixels and frames from 0.
        note: how the truth is defined, in a sentence.
    """

    name: str
    value: float
    unit: str
    tolerance: float
    series_uid: str
    points_mm: tuple[tuple[float, float, float], ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenStudy:
    """A study that was written: its files, in the order of series and instances, and its answers."""

    study_uid: str
    description: str
    modality: str
    files: tuple[Path, ...]
    answers: tuple[Answer, ...]
