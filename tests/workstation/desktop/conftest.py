"""What the tests of the window share: its look, an executor that answers at once, a case and an opinion."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from workstation.cases.case import (
    Case,
    CaseState,
    Document,
    DocumentKind,
    HistoryItem,
    Patient,
    PromisedInstance,
    PromisedSeries,
    Question,
    Scenario,
    Study,
)
from workstation.desktop.errands import Errands
from workstation.desktop.look import Look
from workstation.opinions.beginning import begin
from workstation.opinions.opinion import Author, Opinion
from workstation.opinions.template import load

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


class AtOnce(Executor):
    """Runs work where it is submitted, before ``submit`` returns."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - as every executor does
            future.set_exception(error)
        return future


@pytest.fixture(scope="session")
def look(qapp):
    """The dark look."""
    return Look(qapp)


@pytest.fixture
def errands(qapp):
    """Errands that are done at once; their answers still come home by signal."""
    return Errands(AtOnce())


@pytest.fixture
def a_case():
    """Makes cases."""
    return make_case


def make_case(
    case_id: str = "4711", *, hours: float = 19, state: CaseState = CaseState.IN_PROGRESS, name: str = "Maja Lindqvist"
) -> Case:
    """A case with a study of two series, two documents and two questions."""
    study = f"1.2.{case_id}"
    series = tuple(
        PromisedSeries(
            study_uid=study,
            series_uid=f"{study}.{number}",
            modality="CT",
            description=f"Chest {number}",
            number=number,
            count=2,
            instances=tuple(
                PromisedInstance(study_uid=study, series_uid=f"{study}.{number}", sop_uid=f"{study}.{number}.{index}")
                for index in (1, 2)
            ),
        )
        for number in (1, 2)
    )
    return Case(
        id=case_id,
        version="3",
        state=state,
        title="Nodule of the right upper lobe",
        scenario=Scenario.CANCER,
        specialty="radiology",
        deadline=NOW + timedelta(hours=hours),
        priority="routine",
        patient=Patient(
            name=name,
            family="Lindqvist",
            given=("Maja",),
            birth_date=date(1966, 3, 2),
            sex="female",
            identifiers=(("urn:mrn", "SO-4711"),),
        ),
        patient_reference="Patient/1",
        owner="Practitioner/1",
        service_request="ServiceRequest/1",
        questions=(Question(id="q1", text="Is it cancer?"), Question(id="q2", text="May I wait?")),
        proposed_treatment="Lobectomy",
        history=(HistoryItem(kind="condition", text="COPD", reference="Condition/1"),),
        documents=(
            Document(
                id="d1",
                kind=DocumentKind.ORIGINAL_REPORT,
                title="CT report",
                content_type="application/pdf",
                size=10,
                sha1="",
                url="",
                date="2026-11-10",
            ),
        ),
        studies=(Study(study_uid=study, description="CT chest", date="2026-11-09", modalities=("CT",), series=series),),
    )


@pytest.fixture
def opinion() -> Opinion:
    """The first draft of the case."""
    author = Author(reference="Practitioner/1", name="Dr. Ingrid Solberg", licence="NO-1", specialty="radiology")
    return begin(make_case(), load(), author)


@pytest.fixture
def window_on(qtbot, look, monkeypatch):
    """Opens the real window on a workplace in memory; only the worklist is built until something else is entered."""
    from tests.workstation.desktop.place import a_window
    from workstation.desktop import main_window, session

    monkeypatch.setattr(main_window, "warm_up", lambda _cancelled: None)
    monkeypatch.setattr(session, "warm_up", lambda _cancelled: None)

    def open_window(place, *, settling_ms=10**8):
        monkeypatch.setattr(session, "SETTLING_MS", settling_ms)
        window = a_window(look, place)
        qtbot.addWidget(window)
        window.resize(1366, 768)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        window.begin()
        qtbot.waitUntil(lambda: window.session is not None)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    return open_window
