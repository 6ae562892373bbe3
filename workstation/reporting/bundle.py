"""The FHIR transaction that hands the opinion over: report, answers, composition, files, provenance, audit (R4).

Every resource is a conditional create on our identifier, so that a repeated hand-over makes nothing twice. The Task is
completed in the same transaction by whoever carries it, on the version that is then current.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Protocol
from uuid import UUID, uuid5

from workstation.opinions.freezing import Frozen
from workstation.opinions.opinion import Entry, Opinion
from workstation.opinions.template import Field, Section

IDENTIFIER_SYSTEM = "urn:ietf:rfc:3986"
LOINC = "http://loinc.org"
AUTHOR_SIGNATURE = {"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1"}
PROGRAM = "Second Opinion Workstation"
XHTML = "http://www.w3.org/1999/xhtml"
Resource = dict[str, object]


class OutgoingFile(Protocol):
    """What is used of a file that goes out."""

    @property
    def name(self) -> str:
        """File name."""
        ...

    @property
    def content_type(self) -> str:
        """Media type."""
        ...

    @property
    def content(self) -> bytes:
        """The bytes."""
        ...

    @property
    def sop_uid(self) -> str:
        """SOP Instance UID of a DICOM object, "" of others."""
        ...


def bundle(frozen: Frozen, files: Sequence[OutgoingFile], manifest_signature: str, *, stamped_at: datetime) -> str:
    """The transaction as JSON text, the same for the same arguments.

    Args:
        frozen: the opinion.
        files: everything signed; DICOM objects among them travel by STOW-RS and are only named here.
        manifest_signature: detached JWS over ``manifest.json``.
        stamped_at: aware time of the first time-stamp.
    """
    by_name = {item.name: item for item in files}
    made = {
        "DiagnosticReport": _report(frozen, by_name, stamped_at),
        "QuestionnaireResponse": _answers(frozen),
        "Composition": _composition(frozen),
        "DocumentReference": _files(frozen, by_name, stamped_at),
    }
    names = {kind: _placeholder(frozen, kind) for kind in made}
    made["Provenance"] = _provenance(frozen, files, list(names.values()), manifest_signature, stamped_at)
    made["AuditEvent"] = _audit(frozen, stamped_at)
    entries = [_entry(frozen, kind, resource) for kind, resource in made.items()]
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}, ensure_ascii=False)


def _entry(frozen: Frozen, kind: str, resource: Resource) -> Resource:
    named = "identifier" in resource
    criterion = "identifier" if named else "_tag"
    tagged = {} if named else {"meta": {"tag": [{"system": IDENTIFIER_SYSTEM, "code": frozen.identifier}]}}
    return {
        "fullUrl": _placeholder(frozen, kind),
        "resource": {"resourceType": kind, **tagged, **resource},
        "request": {
            "method": "POST",
            "url": kind,
            "ifNoneExist": f"{criterion}={IDENTIFIER_SYSTEM}|{frozen.identifier}",
        },
    }


def _report(frozen: Frozen, files: Mapping[str, OutgoingFile], stamped_at: datetime) -> Resource:
    opinion = frozen.opinion
    author = {"reference": opinion.author.reference, "display": opinion.author.name}
    forms = [files[name] for name in ("opinion.pdf", "opinion.html") if name in files]
    return {
        "identifier": [_identifier(frozen)],
        **({"basedOn": [{"reference": opinion.case.service_request}]} if opinion.case.service_request else {}),
        "status": "final" if opinion.revision == 1 else "amended",
        "code": _coded("85430-7", "Second opinion"),
        "subject": {"reference": opinion.case.subject.reference},
        "effectiveDateTime": frozen.frozen_at.isoformat(),
        "issued": stamped_at.isoformat(),
        "performer": [author],
        "resultsInterpreter": [author],
        "conclusion": opinion.value("impression", "impression"),
        "presentedForm": [_attachment(item, title="Second opinion") for item in forms],
    }


def _answers(frozen: Frozen) -> Resource:
    opinion = frozen.opinion
    return {
        "identifier": _identifier(frozen),
        "questionnaire": f"urn:uuid:{uuid5(UUID(int=0), frozen.template.id)}|{frozen.template.version}",
        "status": "completed" if opinion.revision == 1 else "amended",
        "subject": {"reference": opinion.case.subject.reference},
        "authored": frozen.frozen_at.isoformat(),
        "author": {"reference": opinion.author.reference},
        "item": [item for section in frozen.template.sections if (item := _section_item(section, opinion))],
    }


def _section_item(section: Section, opinion: Opinion) -> Resource:
    entry = opinion.entry(section.id)
    fields = [*_field_items(section.id, section.fields, entry.values)]
    if section.rows is not None:
        for row in entry.rows:
            path = f"{section.id}/{row.id}"
            inside = [*_field_items(path, section.rows.fields, row.values)]
            fields += [{"linkId": path, "item": inside}] if inside else []
    return {"linkId": section.id, "text": section.title, "item": fields} if fields else {}


def _field_items(path: str, fields: Sequence[Field], values: Mapping[str, str]) -> Iterator[Resource]:
    for field in fields:
        text = values.get(field.id, "")
        if text.strip() and field.applies(values):
            yield {
                "linkId": f"{path}/{field.id}",
                "text": field.label,
                "answer": [{"valueString": field.shown(text)}],
            }


def _composition(frozen: Frozen) -> Resource:
    opinion = frozen.opinion
    author = {"reference": opinion.author.reference, "display": opinion.author.name}
    return {
        "identifier": _identifier(frozen),
        "status": "final" if opinion.revision == 1 else "amended",
        "type": _coded("85430-7", "Second opinion"),
        "subject": {"reference": opinion.case.subject.reference},
        "date": frozen.frozen_at.isoformat(),
        "author": [author],
        "title": frozen.template.title,
        "attester": [{"mode": "legal", "time": frozen.frozen_at.isoformat(), "party": author}],
        "section": [part for section in frozen.template.sections if (part := _narrative(section, opinion))],
    }


def _narrative(section: Section, opinion: Opinion) -> Resource:
    entry = opinion.entry(section.id)
    lines = [*_said(section.fields, entry.values), *_said_in_rows(section, entry)]
    if not lines:
        return {}
    div = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return {
        "title": section.title,
        "text": {"status": "generated", "div": f'<div xmlns="{XHTML}">{div}</div>'},
    }


def _said(fields: Sequence[Field], values: Mapping[str, str]) -> Iterator[str]:
    for field in fields:
        if values.get(field.id, "").strip() and field.applies(values):
            yield f"{field.label}: {field.shown(values[field.id])}"


def _said_in_rows(section: Section, entry: Entry) -> Iterator[str]:
    if section.rows is not None:
        for row in entry.rows:
            yield from _said(section.rows.fields, row.values)


def _files(frozen: Frozen, files: Mapping[str, OutgoingFile], stamped_at: datetime) -> Resource:
    """The files that prove the rest: canonical opinion, manifest with its signature, the PDF before its time-stamps."""
    wanted = ("opinion.json", "manifest.json", "manifest.jws", "opinion-b-b.pdf")
    return {
        "identifier": [_identifier(frozen)],
        "status": "current",
        "type": _coded("85430-7", "Second opinion, signed files"),
        "subject": {"reference": frozen.opinion.case.subject.reference},
        "date": stamped_at.isoformat(),
        "author": [{"reference": frozen.opinion.author.reference}],
        "content": [{"attachment": _attachment(files[name], title=name)} for name in wanted if name in files],
    }


def _provenance(
    frozen: Frozen, files: Sequence[OutgoingFile], targets: Sequence[str], signature: str, stamped_at: datetime
) -> Resource:
    who = {"reference": frozen.opinion.author.reference}
    objects = [item.sop_uid for item in files if item.sop_uid]
    return {
        "target": [{"reference": name} for name in targets],
        "occurredDateTime": frozen.frozen_at.isoformat(),
        "recorded": stamped_at.isoformat(),
        "agent": [{"who": who}],
        "entity": [
            {"role": "source", "what": {"identifier": {"system": "urn:dicom:uid", "value": f"urn:oid:{uid}"}}}
            for uid in objects
        ],
        "signature": [
            {
                "type": [AUTHOR_SIGNATURE],
                "when": frozen.frozen_at.isoformat(),
                "who": who,
                "targetFormat": "application/json",
                "sigFormat": "application/jose",
                "data": base64.b64encode(signature.encode()).decode(),
            }
        ],
    }


def _audit(frozen: Frozen, stamped_at: datetime) -> Resource:
    return {
        "type": {"system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest"},
        "action": "C",
        "recorded": stamped_at.isoformat(),
        "outcome": "0",
        "agent": [{"who": {"reference": frozen.opinion.author.reference}, "requestor": True}],
        "source": {"observer": {"display": PROGRAM}},
        "entity": [{"what": {"identifier": _identifier(frozen)}}],
    }


def _attachment(item: OutgoingFile, *, title: str) -> Resource:
    data = base64.b64encode(item.content).decode()
    return {"contentType": item.content_type, "data": data, "size": len(item.content), "title": title}


def _identifier(frozen: Frozen) -> Resource:
    return {"system": IDENTIFIER_SYSTEM, "value": frozen.identifier}


def _placeholder(frozen: Frozen, kind: str) -> str:
    return f"urn:uuid:{uuid5(UUID(frozen.identifier), kind)}"


def _coded(code: str, text: str) -> Resource:
    return {"coding": [{"system": LOINC, "code": code}], "text": text}
