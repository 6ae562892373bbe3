"""The material of a case: which versions of studies and documents it is made of, and how two such packets differ."""

import hashlib
import json
from collections.abc import Iterable

from workstation.cases.case import Case, Document, PromisedInstance, PromisedSeries, Study


def material_digest(case: Case) -> str:
    """SHA-256 (hex) over the versions of every study and document; equal when the opinion's material is the same.

    It does not depend on whether manifests were read, nor on the order in which the service names things.
    """
    return digest_of(case.studies, case.documents)


def digest_of(studies: Iterable[Study], documents: Iterable[Document]) -> str:
    """``material_digest`` of a case made of these."""
    seen = {
        "documents": sorted([document.id, document.version, document.sha1] for document in documents),
        "studies": sorted([study.study_uid, study.version] for study in studies),
    }
    return hashlib.sha256(json.dumps(seen, separators=(",", ":"), sort_keys=True).encode()).hexdigest()


def material_differences(seen: Case, now: Case) -> tuple[str, ...]:
    """What came, went or changed, one sentence each, without patient text; empty when the material is the same."""
    return (
        *_differences("study", {one.study_uid: _of_study(one) for one in seen.studies},
                      {one.study_uid: _of_study(one) for one in now.studies}),
        *_differences("document", {one.id: _of_document(one) for one in seen.documents},
                      {one.id: _of_document(one) for one in now.documents}),
    )  # fmt: skip


def promised_series(case: Case) -> tuple[PromisedSeries, ...]:
    """Every series of the manifest."""
    return tuple(series for study in case.studies for series in study.series)


def promised_instances(case: Case) -> tuple[PromisedInstance, ...]:
    """Every instance of the manifest."""
    return tuple(instance for series in promised_series(case) for instance in series.instances)


def in_reading_order(case: Case) -> tuple[PromisedSeries, ...]:
    """Series in the order in which a reader wants them: what the questions speak of, then images, small before large.

    A series is spoken of when a word of its description, or its modality, stands in a question or in the title.
    """
    words = _words(" ".join([case.title, *(question.text for question in case.questions)]))
    series = promised_series(case)
    return tuple(sorted(series, key=lambda one: (-_relevance(one, words), one.modality in _NO_IMAGES, one.count)))


def _relevance(series: PromisedSeries, words: frozenset[str]) -> int:
    return len(words & _words(f"{series.description} {series.modality} {_SPOKEN.get(series.modality, '')}"))


def _words(text: str) -> frozenset[str]:
    letters = "".join(letter if letter.isalnum() else " " for letter in text.casefold())
    return frozenset(word for word in letters.split() if len(word) > 1)


def _of_study(study: Study) -> tuple[str, ...]:
    return (study.version,)


def _of_document(document: Document) -> tuple[str, ...]:
    return (document.version, document.sha1)


def _differences(kind: str, seen: dict[str, tuple[str, ...]], now: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    came, went = len(now.keys() - seen.keys()), len(seen.keys() - now.keys())
    changed = sum(1 for key in seen.keys() & now.keys() if seen[key] != now[key])
    told = (
        (came, "was added", "were added"),
        (went, "was withdrawn", "were withdrawn"),
        (changed, "changed", "changed"),
    )
    plural = "studies" if kind == "study" else f"{kind}s"
    return tuple(f"{n} {kind if n == 1 else plural} {one if n == 1 else many}." for n, one, many in told if n)


_NO_IMAGES = frozenset({"SR", "KO", "PR", "DOC", "REG", "RTSTRUCT", "RTPLAN", "SEG"})
_SPOKEN = {
    "CT": "tomography scan",
    "MR": "mri magnetic resonance",
    "PT": "pet",
    "US": "echo echocardiogram ultrasound",
    "XA": "angiogram angiography coronary",
}
