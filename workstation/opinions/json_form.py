"""The opinion as canonical JSON (RFC 8785) and back; pictures stand in it by digest, their bytes rest beside it."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import cast

from workstation.opinions.errors import Defect, DraftRefused
from workstation.opinions.evidence import Evidence, EvidenceValue, ImageReference
from workstation.opinions.opinion import Asked, Author, CaseStamp, Entry, Material, Opinion, Row, Subject

FORMAT = "second-opinion/1"

Plain = Mapping[str, object]


def write(opinion: Opinion) -> bytes:
    """The opinion's canonical JSON, UTF-8.

    Raises:
        Defect: a value has no JSON form (a number that is not finite, a lone surrogate, a foreign object in a view).
    """
    import rfc8785

    try:
        return rfc8785.dumps(cast("dict[str, str]", plain(opinion)))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise Defect(f"the opinion has a value without a JSON form: {type(error).__name__}") from error


def read(text: str | bytes, picture: Callable[[str], bytes]) -> Opinion:
    """The opinion from its JSON; ``picture`` gives the bytes of a key picture by digest.

    Raises:
        DraftRefused: the text is not an opinion of this format, or a picture does not have its digest.
    """
    try:
        given = json.loads(text)
        if given["format"] != FORMAT:
            raise DraftRefused(f"The draft has the format {given['format']!r}; this program reads {FORMAT!r}.")
        return _opinion(given, picture)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DraftRefused("The kept draft cannot be read as an opinion; it was left as it is.") from error


def pictures(opinion: Opinion) -> dict[str, bytes]:
    """Key pictures by their SHA-256 digest (hex)."""
    return {item.picture_sha256: item.picture for item in opinion.evidence if item.picture}


def plain(opinion: Opinion) -> dict[str, object]:
    """The opinion as plain mappings and lists, in the shape of its JSON."""
    return {
        "format": FORMAT,
        "template": {"id": opinion.template_id, "digest": opinion.template_digest},
        "case": _plain_case(opinion.case),
        "author": _fields(opinion.author),
        "revision": opinion.revision,
        "predecessor": opinion.predecessor,
        "materials": [_fields(item) for item in opinion.materials],
        "entries": {key: _plain_entry(entry) for key, entry in opinion.entries.items()},
        "evidence": [_plain_evidence(item) for item in opinion.evidence],
        "explanations": dict(opinion.explanations),
    }


def _fields(noun: object) -> dict[str, object]:
    slots = cast("Sequence[str]", type(noun).__slots__)  # type: ignore[attr-defined]
    return {name: getattr(noun, name) for name in slots}


def _plain_case(case: CaseStamp) -> dict[str, object]:
    subject = {**_fields(case.subject), "identifiers": [list(item) for item in case.subject.identifiers]}
    return {**_fields(case), "subject": subject, "questions": [_fields(item) for item in case.questions]}


def _plain_entry(entry: Entry) -> dict[str, object]:
    rows = [{"id": row.id, "values": dict(row.values), "evidence": list(row.evidence)} for row in entry.rows]
    return {"values": dict(entry.values), "rows": rows, "evidence": list(entry.evidence)}


def _plain_evidence(item: Evidence) -> dict[str, object]:
    result = _fields(item)
    del result["picture"]
    result["values"] = [_fields(value) for value in item.values]
    result["points_mm"] = [list(point) for point in item.points_mm]
    result["voxels"] = [list(voxel) for voxel in item.voxels]
    result["images"] = [
        {**_fields(image), "points_px": [list(point) for point in image.points_px]} for image in item.images
    ]
    result["view"] = _listed(item.view)
    result["made_at"] = item.made_at.isoformat() if item.made_at else None
    return result


def _listed(value: object) -> object:
    """Tuples as lists and mappings as dicts, as JSON will give them back."""
    if isinstance(value, Mapping):
        return {str(key): _listed(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_listed(item) for item in value]
    return value


def _opinion(given: Plain, picture: Callable[[str], bytes]) -> Opinion:
    template = cast("Mapping[str, str]", given["template"])
    entries = cast("Mapping[str, Plain]", given["entries"])
    return Opinion(
        template_id=template["id"],
        template_digest=template["digest"],
        case=_case(cast("Plain", given["case"])),
        author=Author(**cast("Mapping[str, str]", given["author"])),
        revision=int(cast("int", given["revision"])),
        predecessor=str(given["predecessor"]),
        materials=tuple(Material(**item) for item in cast("Sequence[dict[str, str]]", given["materials"])),  # type: ignore[arg-type]
        entries={key: _entry(entry) for key, entry in entries.items()},
        evidence=tuple(_evidence(item, picture) for item in cast("Sequence[Plain]", given["evidence"])),
        explanations=dict(cast("Mapping[str, str]", given["explanations"])),
    )


def _case(given: Plain) -> CaseStamp:
    subject = dict(cast("dict[str, object]", given["subject"]))
    subject["identifiers"] = tuple(
        (system, value) for system, value in cast("Sequence[list[str]]", subject["identifiers"])
    )
    rest = {key: value for key, value in given.items() if key not in ("subject", "questions")}
    return CaseStamp(
        **cast("dict[str, str]", rest),
        subject=Subject(**subject),  # type: ignore[arg-type]
        questions=tuple(Asked(**item) for item in cast("Sequence[dict[str, str]]", given["questions"])),
    )


def _entry(given: Plain) -> Entry:
    rows = cast("Sequence[Plain]", given["rows"])
    return Entry(
        values=dict(cast("Mapping[str, str]", given["values"])),
        rows=tuple(_row(row) for row in rows),
        evidence=tuple(cast("Sequence[str]", given["evidence"])),
    )


def _row(given: Plain) -> Row:
    return Row(
        id=str(given["id"]),
        values=dict(cast("Mapping[str, str]", given["values"])),
        evidence=tuple(cast("Sequence[str]", given["evidence"])),
    )


def _evidence(given: Plain, picture: Callable[[str], bytes]) -> Evidence:
    digest = str(given["picture_sha256"])
    content = picture(digest) if digest else b""
    if digest and hashlib.sha256(content).hexdigest() != digest:
        raise DraftRefused("A key picture of the draft was changed on disk; the draft was kept. Cite the image again.")
    made_at = given["made_at"]
    changed: dict[str, object] = {
        "values": tuple(_value(item) for item in cast("Sequence[Plain]", given["values"])),
        "points_mm": tuple(
            (float(x), float(y), float(z)) for x, y, z in cast("Sequence[list[float]]", given["points_mm"])
        ),
        "voxels": tuple((int(k), int(j), int(i)) for k, j, i in cast("Sequence[list[int]]", given["voxels"])),
        "images": tuple(_image(item) for item in cast("Sequence[Plain]", given["images"])),
        "picture": content,
        "made_at": datetime.fromisoformat(str(made_at)) if made_at else None,
    }
    return Evidence(**{**given, **changed})  # type: ignore[arg-type]


def _value(given: Plain) -> EvidenceValue:
    uncertainty = given["uncertainty"]
    return EvidenceValue(
        name=str(given["name"]),
        value=float(cast("float", given["value"])),
        unit=str(given["unit"]),
        digits=int(cast("int", given["digits"])),
        uncertainty=None if uncertainty is None else float(cast("float", uncertainty)),
    )


def _image(given: Plain) -> ImageReference:
    points = cast("Sequence[list[float]]", given["points_px"])
    return ImageReference(**{**given, "points_px": tuple((float(c), float(r)) for c, r in points)})  # type: ignore[arg-type]
