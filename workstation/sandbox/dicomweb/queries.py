"""QIDO-RS (PS3.18 10.6): which studies, series and instances fit, and the attributes told of each."""

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from workstation.sandbox.dicomweb.archive import Archive, Instance

Level = Literal["study", "series", "instance"]
Attributes = dict[str, Any]

PAGE: Final = 100
# PS3.18 Tables 10.6.3-3, 10.6.3-4 and 10.6.3-5.
STUDY: Final = [
    "00080005",
    "00080020",
    "00080030",
    "00080050",
    "00080090",
    "00081030",
    "00100010",
    "00100020",
    "00100021",
    "00100030",
    "00100040",
    "0020000D",
    "00200010",
]
SERIES: Final = [
    "00080060",
    "0008103E",
    "0020000E",
    "00200011",
    "00400244",
    "00400245",
    "00180015",
    "0020000D",
    "00200052",
]
INSTANCE: Final = [
    "00080016",
    "00080018",
    "0020000D",
    "0020000E",
    "00200013",
    "00280008",
    "00280010",
    "00280011",
    "00280100",
]
OFFSETS: Final = ("limit", "offset", "includefield", "fuzzymatching")


class BadQueryError(Exception):
    """A query this archive cannot answer; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One page of matches and how many more there are."""

    matches: tuple[Attributes, ...]
    remaining: int


def query(
    archive: Archive,
    level: Level,
    parameters: Sequence[tuple[str, str]],
    *,
    root: str,
    study: str = "",
    series: str = "",
    largest_page: int = PAGE,
) -> Answer:
    """Answer a search.

    Args:
        archive: where it looks.
        level: what is looked for.
        parameters: decoded query; keys are keywords or tags, or limit, offset, includefield.
        root: address of the service, for RetrieveURL.
        study: UID of the study it is restricted to by its address, or "".
        series: the same for the series.
        largest_page: most matches in one answer, whatever ``limit`` says.

    Raises:
        BadQueryError: unknown attribute, limit or offset that is no number.
    """
    where, values = ["1 = 1"], []
    for column, uid in (("study", study), ("series", series)):
        if uid:
            where.append(f"{column} = ?")
            values.append(uid)
    found = _told(archive, level, " AND ".join(where), values, root)
    keys = [(_tag(name), value) for name, value in parameters if name not in OFFSETS]
    fitting = [
        (told, whole) for told, whole in found if all(_fits({**whole, **told}, tag, value) for tag, value in keys)
    ]
    offset, limit = _number(parameters, "offset", 0), min(_number(parameters, "limit", largest_page), largest_page)
    page = fitting[offset : offset + limit]
    wishes = [wish for name, value in parameters if name == "includefield" for wish in value.split(",")]
    matches = tuple(_with_wishes(told, whole, wishes) for told, whole in page)
    return Answer(matches=matches, remaining=max(0, len(fitting) - offset - limit))


def _told(
    archive: Archive, level: Level, where: str, values: Sequence[str], root: str
) -> list[tuple[Attributes, Mapping[str, Any]]]:
    if level == "instance":
        return [(_instance(item, root), item.attributes) for item in archive.instances(where, values)]
    firsts = archive.first_of_each(level, where, values)
    tell = _study if level == "study" else _series
    return [(tell(archive, first, count, root), first.attributes) for first, count in firsts]


def _study(archive: Archive, first: Instance, count: int, root: str) -> Attributes:
    series = archive.series_of(first.study)
    return _picked(first.attributes, STUDY) | {
        "00080056": {"vr": "CS", "Value": ["ONLINE"]},
        "00080061": {"vr": "CS", "Value": sorted({modality for _, modality in series})},
        "00081190": {"vr": "UR", "Value": [f"{root}/studies/{first.study}"]},
        "00201206": {"vr": "IS", "Value": [len(series)]},
        "00201208": {"vr": "IS", "Value": [count]},
    }


def _series(_archive: Archive, first: Instance, count: int, root: str) -> Attributes:
    return _picked(first.attributes, SERIES) | {
        "00081190": {"vr": "UR", "Value": [f"{root}/studies/{first.study}/series/{first.series}"]},
        "00201209": {"vr": "IS", "Value": [count]},
    }


def _instance(item: Instance, root: str) -> Attributes:
    address = f"{root}/studies/{item.study}/series/{item.series}/instances/{item.sop}"
    return _picked(item.attributes, INSTANCE) | {
        "00080056": {"vr": "CS", "Value": ["ONLINE"]},
        "00081190": {"vr": "UR", "Value": [address]},
        "00083002": {"vr": "UI", "Value": [item.syntax]},
    }


def _picked(attributes: Mapping[str, Any], tags: Sequence[str]) -> Attributes:
    return {tag: attributes[tag] for tag in tags if tag in attributes}


def _with_wishes(told: Attributes, whole: Mapping[str, Any], wishes: Sequence[str]) -> Attributes:
    if "all" in wishes:
        return {**whole, **told}
    return told | _picked(whole, [_tag(wish) for wish in wishes])


def _tag(name: str) -> str:
    if len(name) == 8 and all(letter in "0123456789abcdefABCDEF" for letter in name):  # noqa: PLR2004 - ggggeeee
        return name.upper()
    from pydicom.datadict import tag_for_keyword

    tag = tag_for_keyword(name)
    if tag is None:
        raise BadQueryError(f"{name!r} is no attribute that this archive knows.")
    return f"{tag:08X}"


def _fits(attributes: Mapping[str, Any], tag: str, wanted: str) -> bool:
    """Single value, list of UID, wildcard and date range matching (PS3.4 C.2.2.2)."""
    if not wanted:
        return True
    element = attributes.get(tag, {})
    values = [_plain(value) for value in element.get("Value", [])]
    if element.get("vr") in {"DA", "TM", "DT"} and "-" in wanted:
        begin, _, end = wanted.partition("-")
        return any(begin <= value and (not end or value <= end) for value in values)
    patterns = wanted.replace("\\", ",").split(",")
    return any(fnmatch.fnmatchcase(value.upper(), pattern.upper()) for value in values for pattern in patterns)


def _plain(value: object) -> str:
    return str(value.get("Alphabetic", "")) if isinstance(value, Mapping) else str(value)


def _number(parameters: Sequence[tuple[str, str]], name: str, default: int) -> int:
    text = dict(parameters).get(name, str(default))
    if not text.isdigit():
        raise BadQueryError(f"{name} takes a number.")
    return int(text)
