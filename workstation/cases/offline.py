"""Is a case ready to be read without a network? Computed from what was promised and what was received."""

from collections.abc import Sequence
from dataclasses import dataclass

from workstation.cases.case import Case, PromisedSeries
from workstation.cases.material import promised_instances, promised_series
from workstation.cases.ports import Received, ReceivedState

_TYPICAL_BYTES = {"CT": 600_000, "MR": 400_000, "PT": 120_000, "NM": 1_000_000, "XA": 40_000_000, "US": 40_000_000}
_OTHER_BYTES = 8_000_000
_DOCUMENT_BYTES = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineState:
    """What is here of what was promised; keys are SOP Instance UIDs and document ids.

    Attributes:
        unlisted: images that the service counts but does not name, so that nobody can fetch them.
    """

    promised: int
    present: int
    missing: tuple[str, ...] = ()
    quarantined: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    unlisted: int = 0
    manifest_read: bool = True

    @property
    def ready(self) -> bool:
        """Whether every promised item is present, recorded and readable."""
        return self.manifest_read and self.present == self.promised and not self.unlisted


def offline_state(case: Case, received: Sequence[Received]) -> OfflineState:
    """Compare the manifest and the documents of a case with what was received."""
    states = {one.key: one.state for one in received}
    keys = [one.sop_uid for one in promised_instances(case)] + [one.id for one in case.documents]
    found = [(key, states.get(key, ReceivedState.MISSING)) for key in dict.fromkeys(keys)]

    def of(state: ReceivedState) -> tuple[str, ...]:
        return tuple(key for key, one in found if one is state)

    return OfflineState(
        promised=len(found),
        present=len(of(ReceivedState.PRESENT)),
        missing=of(ReceivedState.MISSING),
        quarantined=of(ReceivedState.QUARANTINED),
        unreadable=of(ReceivedState.UNREADABLE),
        unlisted=_unlisted(case),
        manifest_read=all(any(one.instances for one in study.series) for study in case.studies),
    )


def bytes_wanted(case: Case, received: Sequence[Received]) -> int:
    """Bytes that are still to come, estimated from the same series' instances, else from what the modality usually has.

    The service promises no sizes (QIDO-RS has none), so a margin of ten per cent is added.
    """
    sizes: dict[str, list[int]] = {}
    for one in received:
        sizes.setdefault(one.series_uid, []).append(one.size)
    here = {one.key for one in received}
    images = sum(_missing_bytes(series, here, sizes.get(series.series_uid, [])) for series in promised_series(case))
    documents = sum(one.size or _DOCUMENT_BYTES for one in case.documents if one.id not in here)
    return (images + documents) * 11 // 10


def _missing_bytes(series: PromisedSeries, here: set[str], sizes: list[int]) -> int:
    missing = sum(1 for one in series.instances if one.sop_uid not in here)
    each = sum(sizes) // len(sizes) if sizes else _TYPICAL_BYTES.get(series.modality, _OTHER_BYTES)
    return missing * each


def _unlisted(case: Case) -> int:
    by_series = sum(max(0, one.count - len(one.instances)) for one in promised_series(case) if one.instances)
    by_study = sum(
        max(0, study.promised - sum(len(one.instances) for one in study.series))
        for study in case.studies
        if any(one.instances for one in study.series)
    )
    return max(by_series, by_study)
