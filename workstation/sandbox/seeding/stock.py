"""Putting cases into the service: studies into the archive, resources onto the shelf, the Task last."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from viewers.phantoms import Detail, Person
from workstation.sandbox.accounts import organisation, practitioners
from workstation.sandbox.dicomweb.archive import Archive
from workstation.sandbox.fhir.shelf import Shelf
from workstation.sandbox.seeding import resources
from workstation.sandbox.seeding.description import Description, sample
from workstation.sandbox.seeding.folder import describe_folder
from workstation.sandbox.seeding.history import history
from workstation.sandbox.seeding.painting import Canvas, Painters, finished
from workstation.sandbox.seeding.papers import papers
from workstation.sandbox.seeding.resources import Paper

FILES_AT_ONCE: Final = 16
SEX: Final[Mapping[str, str]] = {"female": "F", "male": "M"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Where cases are put, and to whom they are assigned.

    Attributes:
        owner: ``Practitioner/…``.
        progress: told a sentence before each long step.
    """

    shelf: Shelf
    archive: Archive
    data: Path
    base_url: str
    owner: str
    progress: Callable[[str], None]


def stock_staff(stock: Stock) -> None:
    """Practitioners, placer and endpoint, renewed when they changed."""
    for resource in resources.staff(practitioners(), organisation(), stock.base_url):
        found = stock.shelf.read(resource["resourceType"], resource["id"])
        if found is None or any(found.get(key) != value for key, value in resource.items()):
            stock.shelf.update(resource)


def stock_samples(stock: Stock, names: Sequence[str], detail: Detail, painters: Painters) -> Iterator[str]:
    """Put the sample cases of these names one after the other, unless they are there; yields each Task's id.

    All studies are begun at once and painted in the order of the names.

    Raises:
        UnknownCaseError: there is no such case; nothing was begun.
        PaintingError: a study could not be painted.
        OSError: the folder cannot be written.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    described = {name: sample(name, now) for name in names}
    missing = [name for name in names if stock.shelf.read("Task", f"case-{name}") is None]
    canvases = {name: _canvases(stock, described[name], detail) for name in missing}
    begun = {name: [painters.paint(canvas) for canvas in canvases[name]] for name in missing}
    for name in names:
        if name in missing:
            stock.progress(f"Painting the images of {name}")
            finished(begun[name])
            studies = [uid for canvas in canvases[name] for uid in _archived(stock, canvas.folder)]
            _store(stock, described[name], papers(described[name]), studies, now)
        yield f"case-{name}"


def stock_folder(stock: Stock, folder: Path) -> str:
    """Serve a folder of DICOM as a case, where it lies, unless it is served already; returns the Task's id.

    Raises:
        EmptyFolderError: nothing in it is DICOM.
    """
    stock.progress(f"Reading {folder}")
    now = datetime.now(UTC).replace(microsecond=0)
    with stock.shelf.database.transaction():
        description, found, studies = describe_folder(folder, stock.archive, stock.data / "converted", now)
    identity = f"case-{description['name']}"
    if stock.shelf.read("Task", identity) is None:
        _store(stock, description, found, studies, now)
    return identity


def _canvases(stock: Stock, description: Description, detail: Detail) -> list[Canvas]:
    folder = stock.data / "studies" / description["name"]
    folder.mkdir(parents=True, exist_ok=True)
    return [
        Canvas(
            study=study["name"],
            person=_person(description["patient"]),
            date=study["date"].replace("-", ""),
            folder=folder / study["name"],
            detail=detail,
        )
        for study in description["studies"]
    ]


def _archived(stock: Stock, folder: Path) -> list[str]:
    """Archive a painted study, a few files at a time so that others are served between; its Study Instance UIDs."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    studies: set[str] = set()
    for begin in range(0, len(files), FILES_AT_ONCE):
        with stock.shelf.database.transaction():
            studies |= {stock.archive.add(file).study for file in files[begin : begin + FILES_AT_ONCE]}
    return sorted(studies)


def _person(patient: Mapping[str, Any]) -> Person:
    return Person(
        name=f"{patient['family']}^{' '.join(patient['given'])}",
        patient_id=patient["number"],
        birth_date=patient["birth_date"].replace("-", ""),
        sex=SEX.get(patient["gender"], "O"),
        weight_kg=patient["weight_kg"],
        height_m=patient["height_m"],
    )


def _store(
    stock: Stock, description: Description, documents: Sequence[Paper], studies: Sequence[str], now: datetime
) -> None:
    """All resources of a case in one transaction."""
    shelf, name = stock.shelf, description["name"]
    person = resources.patient(description)
    whose = f"Patient/{person['id']}"
    with shelf.database.transaction():
        past = history(description, whose)
        references = []
        for index, paper in enumerate(documents):
            identity = f"{name}-document-{index + 1}"
            references.extend(resources.document(paper, identity, whose, stock.base_url))
        imaging = [
            resources.imaging_study(_series(stock.archive, uid), f"{name}-study-{index + 1}", whose)
            for index, uid in enumerate(studies)
        ]
        request = resources.service_request(description, whose, past, now)
        task = resources.task(
            description,
            patient_reference=whose,
            owner=stock.owner,
            placer=f"Organization/{organisation()['id']}",
            documents=[item for item in references if item["resourceType"] == "DocumentReference"],
            studies=imaging,
            now=now,
        )
        for resource in (person, *past, *references, *imaging, request, task):
            shelf.update(resource)


def _series(archive: Archive, study: str) -> list[tuple[Mapping[str, Any], int]]:
    firsts = archive.first_of_each("series", "study = ?", [study])
    return [(first.attributes, count) for first, count in firsts]
