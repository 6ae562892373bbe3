"""The catalogue of synthetic studies: which there are, and the one verb that writes them."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from viewers.phantoms.identity import Order
from viewers.phantoms.nouns import Detail, Person, WrittenStudy


class UnknownStudyError(ValueError):
    """A study was asked for by a name that the catalogue does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One entry of the catalogue: what it shows and the module that paints it."""

    description: str
    modality: str
    module: str


STUDIES: Mapping[str, Recipe] = MappingProxyType(
    {
        "chest-ct": Recipe(description="CT chest, solitary nodule", modality="CT", module="chest_ct"),
        "chest-ct-prior": Recipe(description="CT chest, the same nodule, smaller", modality="CT", module="chest_ct"),
        "pet-ct": Recipe(description="FDG PET/CT with lesions of known SUV", modality="PT", module="pet_ct"),
        "brain-mr": Recipe(description="MR brain, T1 T2 FLAIR DWI ADC, lesion", modality="MR", module="brain_mr"),
        "coronary-angiogram": Recipe(
            description="Coronary angiogram, known stenosis", modality="XA", module="coronary_angiogram"
        ),
        "echo": Recipe(description="Echocardiogram, apical view and Doppler", modality="US", module="echo"),
    }
)


def write_study(
    name: str, folder: Path, *, person: Person, study_date: str, seed: int = 0, detail: Detail = "full"
) -> WrittenStudy:
    """Write a synthetic study as DICOM files and say what is known about it.

    The same arguments give the same bytes; patient and date change headers only, sex also the anatomy.

    Args:
        name: a key of ``STUDIES``.
        folder: where the files go; made when missing. Files are named 00000001, 00000002, …
        person: whose study it pretends to be.
        study_date: ``YYYYMMDD``.
        seed: another number gives another person's anatomy and noise.
        detail: ``full`` for people, ``quick`` (small matrix, few slices) for tests.

    Raises:
        UnknownStudyError: ``name`` is not in the catalogue.
        OSError: the folder cannot be written.
    """
    if name not in STUDIES:
        raise UnknownStudyError(f"There is no synthetic study {name!r}; there are {', '.join(STUDIES)}.")
    folder.mkdir(parents=True, exist_ok=True)
    order = Order(name=name, folder=folder, person=person, study_date=study_date, seed=seed, detail=detail)
    written: WrittenStudy = importlib.import_module(f"viewers.phantoms.{STUDIES[name].module}").write(order)
    return written
