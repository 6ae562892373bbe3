"""The receipt: what the service provably holds, under which names, with which digests, since when."""

import hashlib
import json
from datetime import datetime

from workstation.outbox.comparison import Agreement
from workstation.outbox.parcel import Parcel
from workstation.outbox.states import DONE, Step

VERSION = 1


def make_receipt(parcel: Parcel, agreement: Agreement, *, task_version_now: str, now: datetime) -> str:
    """The receipt of a parcel whose artefacts and bundle were read back, as JSON text; digests are SHA-256, hex."""
    receipt = {
        "version": VERSION,
        "parcel": parcel.id,
        "case": parcel.case_id,
        "revision": parcel.revision,
        "opinion_sha256": parcel.opinion_digest,
        "artefacts": [
            {
                "name": one.name,
                "content_type": one.content_type,
                "size": len(one.content),
                "sha256": one.sha256,
                "sop_instance_uid": one.sop_uid,
                "read_back": bool(one.sop_uid) or one.sha256 in agreement.contents,
            }
            for one in parcel.artefacts
        ],
        "bundle_sha256": hashlib.sha256(parcel.bundle.encode()).hexdigest(),
        "resources": sorted(agreement.held),
        "resources_not_read_back": sorted(agreement.unsought),
        "task": {"id": parcel.case_id, "version": parcel.task_version, "version_now": task_version_now},
        "stored_at": _time_of(parcel, Step.STORE),
        "handed_over_at": _time_of(parcel, Step.COMMIT),
        "verified_at": now.isoformat(timespec="milliseconds"),
    }
    return json.dumps(receipt, indent=2, sort_keys=True, ensure_ascii=False)


def _time_of(parcel: Parcel, step: Step) -> str:
    return next((when for when, name, outcome in reversed(parcel.journal) if (name, outcome) == (step, DONE)), "")
