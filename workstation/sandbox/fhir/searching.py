"""A FHIR search: parameters to SQL, one page of matches, and the cursor to the next."""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from workstation.sandbox.fhir.outcome import FhirRefused
from workstation.sandbox.fhir.parameters import COMMON, PARAMETERS, elements, local_reference
from workstation.sandbox.fhir.shelf import Resource, Shelf

PAGE: Final = 20
LARGEST_PAGE: Final = 50
CONTROL: Final = frozenset({"_count", "_sort", "_cursor", "_include", "_summary", "_format", "_pretty", "_total"})
REFERENCES: Final = frozenset(
    {"patient", "subject", "owner", "requester", "focus", "based-on", "part-of", "sender", "recipient", "entity"}
    | {"target", "agent", "endpoint", "practitioner"}
)

_DATE = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb)?(\d{4}(?:-\d\d(?:-\d\d(?:T.+)?)?)?)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a search: matches in order, resources included with them, how many there are, where it goes on."""

    matches: tuple[Resource, ...]
    included: tuple[Resource, ...]
    total: int
    cursor: str


def search(shelf: Shelf, kind: str, query: Sequence[tuple[str, str]]) -> Page:
    """The resources of ``kind`` that fit every parameter.

    Args:
        shelf: where they are.
        kind: resource type.
        query: (parameter, value) as decoded from the address; values of one parameter split by comma are alternatives.

    Raises:
        FhirRefused: 400, a parameter or modifier this service does not know; nothing is ignored silently.
    """
    control = {name: value for name, value in query if name in CONTROL}
    where, values = ["c.type = ?"], [kind]
    for name, value in query:
        if name not in CONTROL:
            condition, more = _condition(kind, name, value)
            where.append(condition)
            values.extend(more)
    newest_first = _newest_first(control.get("_sort", ""))
    count = _count(control)
    with shelf.database.transaction() as connection:
        clause = " AND ".join(where)
        total = connection.execute(f"SELECT COUNT(*) FROM current c WHERE {clause}", values).fetchone()[0]  # noqa: S608
        if cursor := control.get("_cursor"):
            clause += f" AND (c.updated, c.id) {'<' if newest_first else '>'} (?, ?)"
            values.extend(_position(cursor))
        order = "DESC" if newest_first else "ASC"
        rows = connection.execute(
            f"SELECT c.updated, c.id FROM current c WHERE {clause} ORDER BY c.updated {order}, c.id {order} LIMIT ?",  # noqa: S608
            (*values, count + 1),
        ).fetchall()
        page = rows[:count]
        matches = tuple(found for _, identity in page if (found := shelf.read(kind, identity)))
        included = _included(shelf, matches, [value for name, value in query if name == "_include"])
    following = _cursor(page[-1]) if page and len(rows) > count else ""
    return Page(matches=matches, included=included, total=total, cursor=following)


def _condition(kind: str, name: str, value: str) -> tuple[str, list[str]]:
    if name == "_lastUpdated":
        return _updated(value)
    alternatives = value.split(",")
    marks = ", ".join("?" * len(alternatives))
    if name == "_id":
        return f"c.id IN ({marks})", alternatives
    parameter, _, modifier = name.partition(":")
    if parameter not in PARAMETERS[kind] and parameter not in COMMON:
        raise FhirRefused(400, "not-supported", f"{kind} cannot be searched by {name!r}.")
    if modifier not in {"", "not"}:
        raise FhirRefused(400, "not-supported", f"The modifier {modifier!r} is not supported.")
    if parameter in REFERENCES:
        alternatives = [local_reference(item) for item in alternatives]
    test = "NOT IN" if modifier else "IN"
    return (
        f"c.id {test} (SELECT id FROM term t WHERE t.type = c.type AND t.parameter = ? AND t.value IN ({marks}))",  # noqa: S608
        [parameter, *alternatives],
    )


def _updated(value: str) -> tuple[str, list[str]]:
    if not (match := _DATE.match(value)):
        raise FhirRefused(400, "value", "_lastUpdated takes a date or an instant, with an optional prefix.")
    begin, end = _span(match[2])
    low, high = _text(begin), _text(end)
    conditions = {
        "eq": ("c.updated >= ? AND c.updated < ?", [low, high]),
        "ne": ("(c.updated < ? OR c.updated >= ?)", [low, high]),
        "gt": ("c.updated >= ?", [high]),
        "sa": ("c.updated >= ?", [high]),
        "ge": ("c.updated >= ?", [low]),
        "lt": ("c.updated < ?", [low]),
        "eb": ("c.updated < ?", [low]),
        "le": ("c.updated < ?", [high]),
    }
    return conditions[match[1] or "eq"]


def _span(text: str) -> tuple[datetime, datetime]:
    """The instants a date of that precision covers (FHIR search, "date")."""
    try:
        if "T" in text:
            begin = datetime.fromisoformat(text.replace(" ", "+"))
            begin = begin if begin.tzinfo else begin.replace(tzinfo=UTC)
            return begin, begin + timedelta(milliseconds=1 if "." in text else 1000)
        begin = datetime.fromisoformat((text + "-01-01")[:10]).replace(tzinfo=UTC)
    except ValueError:
        raise FhirRefused(400, "value", "_lastUpdated takes a date or an instant.") from None
    if len(text) == len("2000-01-01"):
        return begin, begin + timedelta(days=1)
    months = begin.year * 12 + begin.month - 1 + (1 if len(text) == len("2000-01") else 12)
    return begin, begin.replace(year=months // 12, month=months % 12 + 1)


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _newest_first(sort: str) -> bool:
    if sort not in {"", "_lastUpdated", "-_lastUpdated"}:
        raise FhirRefused(400, "not-supported", "Results are sorted by _lastUpdated or -_lastUpdated only.")
    return sort.startswith("-")


def _count(control: dict[str, str]) -> int:
    if control.get("_summary") == "count":
        return 0
    text = control.get("_count", str(PAGE))
    if not text.isdigit():
        raise FhirRefused(400, "value", "_count takes a number.")
    return min(int(text), LARGEST_PAGE)


def _included(shelf: Shelf, matches: Sequence[Resource], wishes: Sequence[str]) -> tuple[Resource, ...]:
    found: dict[str, Resource] = {}
    for wish in wishes:
        source, _, parameter = wish.partition(":")
        path = PARAMETERS.get(source, {}).get(parameter)
        if path is None:
            raise FhirRefused(400, "not-supported", f"_include={wish} is not supported.")
        for resource in (match for match in matches if match["resourceType"] == source):
            for reference in elements(resource, f"{path}.reference"):
                kind, _, identity = local_reference(str(reference)).partition("/")
                if (target := shelf.read(kind, identity)) is not None:
                    found[f"{kind}/{identity}"] = target
    return tuple(found.values())


def _cursor(row: tuple[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(row)).encode()).decode()


def _position(cursor: str) -> list[str]:
    try:
        updated, identity = json.loads(base64.urlsafe_b64decode(cursor))
    except (ValueError, binascii.Error):
        raise FhirRefused(400, "value", "This cursor is not one of ours. Search again.") from None
    return [str(updated), str(identity)]
