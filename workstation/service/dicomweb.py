"""A DICOMweb client (PS3.18): what there is (QIDO-RS), one instance at a time (WADO-RS), what is stored (STOW-RS)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from workstation.cases.case import PromisedInstance, PromisedSeries, Study
from workstation.cases.refusals import NotFound, Unintelligible
from workstation.outbox.parcel import Artefact
from workstation.service import dicom_json as tags
from workstation.service.dicom_json import Record, records, uid
from workstation.service.multipart import DICOM, related, single_part
from workstation.service.origin import require_origin
from workstation.service.session import BoundSession
from workstation.service.storing import in_requests, results

DICOM_JSON = "application/dicom+json"
AS_STORED = f'multipart/related; type="{DICOM}"; transfer-syntax=*'
PAGE = 100
MOST_PAGES = 2000
MOST_INSTANCE_BYTES = 4 * 1024**3
_NO_CONTENT = 204


class DicomWebClient:
    """A DICOMweb service below ``root``."""

    def __init__(
        self,
        session: BoundSession,
        root: str,
        *,
        clock: Callable[[], datetime],
        most_instance_bytes: int = MOST_INSTANCE_BYTES,
    ) -> None:
        self._session = session
        self._root = require_origin(root.rstrip("/"), session.origin)
        self._clock = clock
        self._most_instance_bytes = most_instance_bytes

    def manifest(self, study: Study) -> Study:
        """The study with every series and instance that the service promises, before any pixel.

        Raises:
            NotFound: the service promises nothing at all for this study.
        """
        above = f"studies/{uid(study.study_uid)}/series"
        found = self._pages(above, tags.SERIES_UID, (tags.MODALITY, tags.DESCRIPTION, tags.NUMBER, tags.COUNT))
        series = tuple(self._series(study.study_uid, one) for one in found)
        if not any(one.instances for one in series):
            raise NotFound(
                "The central service has no images of a study of this case.",
                kept="The rest of the case can be read.",
                advice="Ask the central service for the missing study.",
            )
        return Study(
            study_uid=study.study_uid,
            description=study.description,
            date=study.date,
            modalities=study.modalities or tuple(sorted({one.modality for one in series if one.modality})),
            series=series,
            version=study.version,
            promised=study.promised,
        )

    def instance(self, promised: PromisedInstance) -> Iterator[bytes]:
        """The bytes of one instance as the service holds them, in pieces.

        Raises:
            CutShort: the answer ended before its closing boundary.
        """
        return self._retrieved(promised.study_uid, promised.series_uid, promised.sop_uid)

    def store(self, artefacts: Sequence[Artefact]) -> Mapping[str, str]:
        """STOW-RS in requests of at most 20 MB or 50 instances; "" for what was stored, else what was said."""
        said: dict[str, str] = {}
        for study, group in in_requests(artefacts):
            kind, body = related([one.content for one in group])
            headers = {"Content-Type": kind, "Accept": DICOM_JSON}
            url = f"{self._root}/studies/{uid(study)}"
            answer = self._session.request("POST", url, headers=headers, body=b"".join(body))
            said |= results(answer, [one.sop_uid for one in group], now=self._clock())
        return said

    def read_back(self, artefact: Artefact) -> bytes | None:
        """What the service now holds under the artefact's SOP Instance UID, or None."""
        try:
            return b"".join(self._retrieved(artefact.study_uid, artefact.series_uid, artefact.sop_uid))
        except NotFound:
            return None

    def _retrieved(self, study: str, series: str, sop: str) -> Iterator[bytes]:
        url = f"{self._root}/studies/{uid(study)}/series/{uid(series)}/instances/{uid(sop)}"
        doing = "fetching an image"
        with self._session.stream(url, doing, accept=AS_STORED, most_bytes=self._most_instance_bytes) as (head, body):
            yield from single_part(head.get("content-type", ""), body)

    def _series(self, study_uid: str, found: Record) -> PromisedSeries:
        series_uid = found.uid(tags.SERIES_UID)
        above = f"studies/{study_uid}/series/{series_uid}/instances"
        instances = tuple(
            PromisedInstance(
                study_uid=study_uid,
                series_uid=series_uid,
                sop_uid=one.uid(tags.SOP_UID),
                sop_class_uid=one.text(tags.SOP_CLASS),
            )
            for one in self._pages(above, tags.SOP_UID, (tags.SOP_CLASS,))
        )
        return PromisedSeries(
            study_uid=study_uid,
            series_uid=series_uid,
            modality=found.text(tags.MODALITY),
            description=found.text(tags.DESCRIPTION),
            number=found.integer(tags.NUMBER),
            instances=instances,
            count=max(len(instances), found.integer(tags.COUNT) or 0),
        )

    def _pages(self, path: str, key: str, fields: Sequence[str]) -> Iterator[Record]:
        """Every match once; pages are asked for until one brings nothing new (a server may send fewer than asked)."""
        seen: set[str] = set()
        for _ in range(MOST_PAGES):
            wanted = "&".join(f"includefield={field}" for field in fields)
            page = self._page(f"{self._root}/{path}?limit={PAGE}&offset={len(seen)}&{wanted}")
            fresh = {one.uid(key): one for one in page if one.uid(key) not in seen}
            if not fresh:
                return
            seen |= fresh.keys()
            yield from fresh.values()
        raise Unintelligible("The central service's list of images does not end.", advice="Call its help desk.")

    def _page(self, url: str) -> tuple[Record, ...]:
        answer = self._session.fetch(url, "asking which images there are", accept=DICOM_JSON)
        return () if answer.status == _NO_CONTENT or not answer.body else records(answer.body)
