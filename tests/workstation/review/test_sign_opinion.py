"""Signing puts one parcel of a case and revision into the outbox, and never a second."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.fakes.cases import a_case
from tests.fakes.shelves import FakeAuditTrail, FakeParcelShelf
from workstation.opinions.beginning import begin
from workstation.opinions.freezing import thaw
from workstation.opinions.json_form import write
from workstation.opinions.opinion import Author
from workstation.opinions.template import load
from workstation.outbox.parcel import Parcel, ParcelState
from workstation.review.sign_opinion import AlreadySigned, Bench, Preview, sign_opinion
from workstation.signing.credential import Credential
from workstation.signing.stages import ToBeSigned

NOW = datetime(2026, 11, 24, 4, 0, 7, tzinfo=UTC)


class Unlocked(Exception):
    """The credential was asked for."""


def unlock() -> Credential:
    raise Unlocked


def preview() -> Preview:
    opinion = begin(a_case(), load(), Author(reference="Practitioner/1", name="Dr", licence="1", specialty="radiology"))
    frozen = thaw(
        write(opinion),
        load(),
        identifier="urn:uuid:7e0c9e0e-3f0b-4f0e-9d53-0a4f6f3f5a12",
        frozen_at=NOW,
        picture=lambda _digest: b"",
    )
    to_sign = ToBeSigned(
        pdf=b"%PDF",
        contents=(0, 0),
        document_digest=b"",
        claimed_at=NOW,
        signer_name="Dr",
        meaning="m",
        companions=(),
        identifier="urn:uuid:7e0c9e0e-3f0b-4f0e-9d53-0a4f6f3f5a12",
        case_id=opinion.case.id,
        case_version="1",
        opinion_digest=frozen.digest,
    )
    return Preview(frozen=frozen, to_sign=to_sign)


def bench(parcels: FakeParcelShelf) -> Bench:
    return Bench(parcels=parcels, audit=FakeAuditTrail(), clock=lambda: NOW, files=lambda *_: (), unlock=unlock)


def test_a_case_that_is_signed_is_not_signed_again_and_the_credential_is_not_even_asked_for():
    parcels, shown = FakeParcelShelf(), preview()
    signed = Parcel(
        id="urn:uuid:1",
        case_id=shown.frozen.opinion.case.id,
        case_version="1",
        opinion_digest="d",
        revision=1,
        state=ParcelState.SIGNED,
    )
    parcels.put(signed)
    with pytest.raises(AlreadySigned, match="outbox"):
        sign_opinion(shown, bench(parcels))
    assert list(parcels.all()) == [signed]


def test_the_signed_opinion_of_another_case_is_no_hindrance():
    parcels, shown = FakeParcelShelf(), preview()
    other = Parcel(
        id="urn:uuid:1", case_id="another", case_version="1", opinion_digest="d", revision=1, state=ParcelState.SIGNED
    )
    parcels.put(replace(other, revision=3))
    with pytest.raises(Unlocked):
        sign_opinion(shown, bench(parcels))
