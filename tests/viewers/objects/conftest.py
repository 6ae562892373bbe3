"""What tests of objects share: jobs run in this process, and objects of the real data as attributes."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from viewers.isolation.errors import Refused
from viewers.objects.reading import read_object
from viewers.series.folder_source import FolderSource
from viewers.series.header import Attributes


class Here:
    """Runs jobs in this process, as an isolated worker would."""

    def parse(self, job, payload, options=None):
        module, _, function = job.partition(":")
        try:
            return dict(getattr(import_module(module), function)(memoryview(payload), options or {}))
        except Refused as refusal:
            return {"refused": str(refusal)}


@pytest.fixture
def here() -> Here:
    return Here()


@pytest.fixture
def real_object(shared_data: Path) -> Callable[[str], Attributes]:
    def read(path: str) -> Attributes:
        file = shared_data / "dicom" / path
        return read_object(FolderSource(file.parent, only=file.name), file.name, Here())

    return read
