"""Every quick study of the catalogue, written once per session."""

from pathlib import Path

import pytest

from viewers.phantoms import Person, WrittenStudy, write_study

PERSON = Person(
    name="Lindqvist^Märta",
    patient_id="LQ-4711",
    birth_date="19580314",
    sex="F",
    weight_kg=64.0,
    height_m=1.66,
    issuer="ST-LUKE",
)


@pytest.fixture(scope="session")
def person() -> Person:
    return PERSON


class Shelf:
    """Studies written on first demand."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.studies: dict[str, WrittenStudy] = {}

    def __call__(self, name: str) -> WrittenStudy:
        if name not in self.studies:
            self.studies[name] = write_study(
                name, self.root / name, person=PERSON, study_date="20260310", detail="quick"
            )
        return self.studies[name]


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("phantoms"))
