"""A FHIR R4 client: read, search with paging, update with If-Match, transaction."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

from workstation.cases.refusals import Unintelligible
from workstation.service.answers import Answer, accepted
from workstation.service.fhir_json import Node, parse_object
from workstation.service.origin import require_origin
from workstation.service.session import BoundSession

FHIR_JSON = "application/fhir+json"
MOST_PAGES = 500
_SAFE = ":,|.-_~/"


class FhirClient:
    """A FHIR service below ``base``."""

    def __init__(self, session: BoundSession, base: str, *, clock: Callable[[], datetime]) -> None:
        self._session = session
        self._base = require_origin(base.rstrip("/"), session.origin)
        self._clock = clock

    def read(self, reference: str) -> Node:
        """The resource under ``Type/id``."""
        answer = self._session.fetch(self.address(reference), f"reading a {_kind(reference)}", accept=FHIR_JSON)
        return parse_object(answer.body)

    def search(self, kind: str, criteria: Sequence[tuple[str, str]]) -> Iterator[Node]:
        """Every match, page by page; a page outside the service's origin is refused.

        Raises:
            Unintelligible: an answer is no searchset, or pages repeat.
        """
        url = f"{self._base}/{quote(kind)}?{urlencode(list(criteria), safe=_SAFE)}"
        seen: set[str] = set()
        while url:
            if url in seen or len(seen) >= MOST_PAGES:
                raise Unintelligible(
                    "The central service's pages do not end.", kept="Nothing was changed.", advice="Call its help desk."
                )
            seen.add(url)
            page = parse_object(self._session.fetch(url, f"searching {kind}", accept=FHIR_JSON).body)
            yield from (entry.node("resource") for entry in page.nodes("entry") if _is_match(entry))
            following = next((link.text("url") for link in page.nodes("link") if link.text("relation") == "next"), "")
            url = self._own(following) if following else ""

    def update(self, resource: Mapping[str, object], *, version: str) -> Node:
        """PUT with ``If-Match``; ``version`` is the one that was read.

        Raises:
            Conflict: somebody changed it first.
        """
        reference = Node(data=resource).reference
        headers = {"Content-Type": FHIR_JSON, "Accept": FHIR_JSON, "If-Match": f'W/"{version}"'}
        doing = f"changing a {_kind(reference)}"
        answer = self._write("PUT", self.address(reference), resource, headers, doing)
        return parse_object(answer.body) if answer.body else self.read(reference)

    def transact(self, bundle: Mapping[str, object]) -> Node:
        """Run a transaction; the answer's entries say what became of each."""
        headers = {"Content-Type": FHIR_JSON, "Accept": FHIR_JSON}
        return parse_object(self._write("POST", self._base, bundle, headers, "delivering the opinion").body)

    def address(self, reference: str) -> str:
        """The absolute address of ``Type/id``."""
        kind, _, name = reference.partition("/")
        if not kind.isalpha() or not name or not all(sign.isalnum() or sign in "-." for sign in name) or "/" in name:
            raise Unintelligible("The central service names a resource in a way that cannot be read.")
        return f"{self._base}/{quote(kind)}/{quote(name)}"

    def _write(
        self, method: str, url: str, resource: Mapping[str, object], headers: Mapping[str, str], doing: str
    ) -> Answer:
        body = json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode()
        answer = self._session.request(method, url, headers=headers, body=body)
        return accepted(answer, doing, now=self._clock())

    def _own(self, url: str) -> str:
        """A page's address may be relative to the base; it stays below the origin."""
        whole = url if urlsplit(url).scheme else f"{self._base}/{url.lstrip('/')}"
        return require_origin(whole, self._session.origin)


def _is_match(entry: Node) -> bool:
    return entry.text("search", "mode") in {"", "match", "include"} and bool(entry.node("resource").data)


def _kind(reference: str) -> str:
    return "".join(sign for sign in reference.partition("/")[0] if sign.isalpha())[:40] or "resource"
