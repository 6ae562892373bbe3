"""Signed offline, then time-stamped by a live authority: what pdfsig, openssl, pyHanko and our own verify say of it."""

import hashlib
import json
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates
from pydicom.uid import generate_uid

from tests.fakes.certificates import server_tls
from tests.workstation.opinions import complete_opinion
from tests.workstation.sandbox.sandbox_client import ct_slice
from workstation.opinions.freezing import Frozen
from workstation.opinions.opinion import Author
from workstation.reporting.composing import compose
from workstation.reporting.dicom.encapsulated import encapsulated_pdf
from workstation.sandbox.running import spawn
from workstation.service.trust import HttpTrustServices
from workstation.signing.coverage import covered
from workstation.signing.credential import CountedTries
from workstation.signing.errors import CredentialRefused, SigningRefused
from workstation.signing.manifest import check_manifest
from workstation.signing.pdf_verification import verify_pdf
from workstation.signing.pkcs12 import open_file
from workstation.signing.preparing import prepare
from workstation.signing.signing_act import differs_only_in_contents, sign
from workstation.signing.stages import Signed, Timestamped, ToBeSigned
from workstation.signing.stamping import timestamp
from workstation.signing.verdict import Level, Outcome
from workstation.signing.verifying import main, verify_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """One opinion at every stage, and who vouches for it."""

    prepared: ToBeSigned
    signed: Signed
    stamped: Timestamped
    roots: tuple[bytes, ...]
    pem: Path
    services: HttpTrustServices


def the_frozen(name: str) -> Frozen:
    opinion = complete_opinion.complete()
    author = Author(reference="Practitioner/1", name=name, licence="XX-RAD-204417", specialty="radiology")
    entry = opinion.entry("attestation")
    entries = {**opinion.entries, "attestation": replace(entry, values={**entry.values, "name": name})}
    made: Frozen = complete_opinion.frozen(replace(opinion, author=author, entries=entries))
    return replace(made, frozen_at=datetime.now(UTC).replace(microsecond=0))


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stages]:
    folder = tmp_path_factory.mktemp("trust")
    (folder / "case").mkdir()
    ct_slice(generate_uid(), generate_uid(), 1).save_as(folder / "case" / "1.dcm", enforce_file_format=True)
    with spawn(folder / "service", folders=[folder / "case"]) as running:
        account = running.specialist
        prepared = prepare(frozen := the_frozen(account.name), compose(frozen, {}))
        credential = open_file(account.credential.read_bytes(), account.passphrase, CountedTries())
        signed = sign(prepared, credential, author=frozen.opinion.author, now=datetime.now(UTC))
        services = HttpTrustServices(running.timestamp_url, clock=lambda: datetime.now(UTC), allow_loopback=True)
        pem = running.trust[0]
        roots = tuple(one.public_bytes(Encoding.DER) for one in load_pem_x509_certificates(pem.read_bytes()))
        stamped = timestamp(signed, services, roots)
        yield Stages(prepared=prepared, signed=signed, stamped=stamped, roots=roots, pem=pem, services=services)


def pdfsig(content: bytes, folder: Path) -> str:
    if shutil.which("pdfsig") is None:
        pytest.skip("poppler-utils is not installed")
    path = folder / "signed.pdf"
    path.write_bytes(content)
    return subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=False).stdout


def test_what_is_signed_is_what_was_previewed(stages: Stages) -> None:
    assert differs_only_in_contents(stages.prepared, stages.signed)
    assert stages.prepared.pdf != stages.signed.pdf


def test_offline_pdfsig_finds_the_signature_valid_and_the_total_document_signed(stages: Stages, tmp_path: Path) -> None:
    said = pdfsig(stages.signed.pdf, tmp_path)
    assert "Signature is Valid" in said
    assert "Total document signed" in said


def test_time_stamped_pdfsig_still_finds_the_authors_signature_valid(stages: Stages, tmp_path: Path) -> None:
    first = pdfsig(stages.stamped.pdf, tmp_path).split("Signature #2")[0]
    assert "Signature is Valid" in first
    assert "ETSI.CAdES.detached" in first


def test_openssl_accepts_each_time_stamp_over_its_byte_range(stages: Stages, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    _author, *stamps = covered(stages.stamped.pdf)
    assert len(stamps) == 2
    for one in stamps:
        data, token = tmp_path / "data", tmp_path / "token"
        data.write_bytes(stages.stamped.pdf[: one.start] + stages.stamped.pdf[one.end : one.last])
        token.write_bytes(one.der)
        done = subprocess.run(
            ["openssl", "ts", "-verify", "-in", token, "-token_in", "-data", data, "-CAfile", stages.pem],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Verification: OK" in done.stdout, done.stderr


def test_verify_names_signer_times_and_level(stages: Stages) -> None:
    offline, stamped = verify_pdf(stages.signed.pdf, stages.roots), verify_pdf(stages.stamped.pdf, stages.roots)
    assert (offline.outcome, offline.level, offline.stamped_at) == (Outcome.TRUSTED, Level.B_B, None)
    assert (stamped.outcome, stamped.level) == (Outcome.TRUSTED, Level.B_LTA)
    assert stamped.claimed_at == stages.prepared.claimed_at
    assert stamped.stamped_at is not None
    assert stamped.signer == stages.prepared.signer_name


@pytest.mark.parametrize("years", [0.003, 1, 2.5, 4])
def test_a_time_stamped_opinion_is_trusted_long_after_certificate_and_revocation_answers_expired(
    stages: Stages, years: float
) -> None:
    later = datetime.now(UTC) + timedelta(days=365 * years)
    verdict = verify_pdf(stages.stamped.pdf, stages.roots, now=later)
    assert (verdict.outcome, verdict.problems) == (Outcome.TRUSTED, ())
    assert verify_pdf(stages.stamped.pdf, (), now=later).outcome is Outcome.UNKNOWN_SIGNER
    assert verify_pdf(stages.stamped.pdf + b" ", stages.roots, now=later).outcome is Outcome.CHANGED


def test_a_last_time_stamp_whose_authority_expired_proves_nothing_any_more(stages: Stages) -> None:
    verdict = verify_pdf(stages.stamped.pdf, stages.roots, now=datetime.now(UTC) + timedelta(days=365 * 8))
    assert verdict.outcome is Outcome.UNKNOWN_SIGNER
    assert "expired on" in verdict.problems[0]


def test_without_a_time_stamp_an_expired_certificate_is_no_longer_trusted_and_said_to_be_expired(
    stages: Stages,
) -> None:
    verdict = verify_pdf(stages.signed.pdf, stages.roots, now=datetime.now(UTC) + timedelta(days=365 * 2.5))
    assert verdict.outcome is Outcome.UNKNOWN_SIGNER
    assert "expired on" in verdict.problems[0]


def test_a_clock_that_is_behind_the_authoritys_does_not_matter_once_it_is_time_stamped(stages: Stages) -> None:
    behind = datetime.now(UTC) - timedelta(minutes=20)
    assert verify_pdf(stages.stamped.pdf, stages.roots, now=behind).outcome is Outcome.TRUSTED


@pytest.mark.parametrize("minutes", [-20, 60 * 24 * 3, -60 * 24 * 400])
def test_a_computer_whose_clock_is_wrong_still_gets_its_opinion_time_stamped(
    stages: Stages, minutes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class WrongClock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(minutes=minutes)

    monkeypatch.setattr("pyhanko_certvalidator.context.datetime", WrongClock)
    stamped = timestamp(stages.signed, stages.services, stages.roots)
    monkeypatch.undo()
    assert verify_pdf(stamped.pdf, stages.roots).outcome is Outcome.TRUSTED


def test_a_certificate_that_was_revoked_before_gets_no_time_stamp_and_the_reason_is_said(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    ct_slice(generate_uid(), generate_uid(), 1).save_as(tmp_path / "case" / "1.dcm", enforce_file_format=True)
    with spawn(tmp_path / "service", folders=[tmp_path / "case"]) as running:
        account = running.specialist
        frozen = the_frozen(account.name)
        credential = open_file(account.credential.read_bytes(), account.passphrase, CountedTries())
        signed = sign(
            prepare(frozen, compose(frozen, {})), credential, author=frozen.opinion.author, now=datetime.now(UTC)
        )
        services = HttpTrustServices(running.timestamp_url, clock=lambda: datetime.now(UTC), allow_loopback=True)
        roots = tuple(
            one.public_bytes(Encoding.DER) for one in load_pem_x509_certificates(running.trust[0].read_bytes())
        )
        running.revoke(account.username)
        with pytest.raises(SigningRefused, match="revoked"):
            timestamp(signed, services, roots)


def test_the_time_stamps_cut_off_leave_the_opinion_as_it_was_signed_offline(stages: Stages) -> None:
    author, first, _last = covered(stages.stamped.pdf)
    offline = verify_pdf(stages.stamped.pdf[: author.last], stages.roots)
    assert (offline.outcome, offline.level) == (Outcome.TRUSTED, Level.B_B)
    assert stages.stamped.pdf[: author.last] == stages.signed.pdf
    half = verify_pdf(stages.stamped.pdf[: first.last], stages.roots)
    assert half.outcome is Outcome.UNKNOWN_SIGNER, "no validation data is in the file"


@pytest.mark.parametrize("level", ["offline", "stamped"])
def test_any_flipped_byte_is_a_change(stages: Stages, level: str) -> None:
    content = stages.signed.pdf if level == "offline" else stages.stamped.pdf
    last = covered(content)[-1]
    chance = random.Random(level)
    digits = 2 * len(last.der)
    places = [chance.randrange(len(content)) for _ in range(25)]
    places += [last.start + 1 + chance.randrange(digits) for _ in range(45)]
    places += [last.start, last.start + digits, last.start + digits + 1, last.end - 1, last.end, len(content) - 1, 0]
    for place in places:
        changed = bytearray(content)
        changed[place] ^= 1 << chance.randrange(8)
        verdict = verify_pdf(bytes(changed), stages.roots)
        assert verdict.outcome in (Outcome.CHANGED, Outcome.UNREADABLE), place
        assert verdict.problems


def test_a_flip_in_the_words_that_say_where_the_signature_lies_is_a_change(stages: Stages) -> None:
    for content in (stages.signed.pdf, stages.stamped.pdf):
        for found in re.finditer(rb"/ByteRange ?\[[^]]*\]|ETSI\.\w+(\.detached)?|%PDF-1\.\d|startxref", content):
            for place in range(found.start(), found.end(), 4):
                changed = bytearray(content)
                changed[place] ^= 1
                assert verify_pdf(bytes(changed), stages.roots).outcome is Outcome.CHANGED, place


def test_bytes_added_at_the_end_and_another_page_are_changes(stages: Stages) -> None:
    assert verify_pdf(stages.stamped.pdf + b"\n% seen", stages.roots).outcome is Outcome.CHANGED
    from io import BytesIO

    from pyhanko.pdf_utils.generic import pdf_name, pdf_string
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(stages.signed.pdf))
    writer.root[pdf_name("/Lang")] = pdf_string("xx")
    writer.update_root()
    output = BytesIO()
    writer.write(output)
    verdict = verify_pdf(output.getvalue(), stages.roots)
    assert verdict.outcome is Outcome.CHANGED


def test_the_command_says_it_and_exits_with_the_outcome(
    stages: Stages, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "opinion.pdf"
    path.write_bytes(stages.stamped.pdf)
    assert main(path, [stages.pem]) == 0
    assert "B-LTA" in capsys.readouterr().out
    assert main(path, []) == 3
    assert "not known to be trusted" in capsys.readouterr().out
    path.write_bytes(stages.stamped.pdf.replace(b"/Type /Page", b"/Type /Pagf", 1))
    assert main(path, [stages.pem]) == 1
    assert "Changed" in capsys.readouterr().out
    assert main(tmp_path / "none.pdf", []) == 2
    (tmp_path / "roots.pem").write_text("nothing")
    capsys.readouterr()
    assert main(path, [tmp_path / "roots.pem"]) == 2
    assert "roots.pem holds no certificate" in capsys.readouterr().out
    path.write_bytes(b"no pdf at all")
    assert main(path, []) == 2
    assert "carries no signature" in capsys.readouterr().out


def test_the_manifest_binds_the_companions(stages: Stages) -> None:
    checked = check_manifest(stages.signed.manifest_payload, stages.signed.manifest)
    assert checked is not None
    for file in stages.signed.companions:
        assert checked.digests[file.name] == file.sha256
    changed = re.sub(rb'"revision":1', b'"revision":2', stages.signed.manifest_payload)
    assert changed != stages.signed.manifest_payload
    assert check_manifest(changed, stages.signed.manifest) is None


@pytest.fixture
def delivered(stages: Stages, tmp_path: Path) -> Path:
    """A folder with everything of the opinion, the PDF inside a DICOM object and the receipt among it."""
    frozen = the_frozen(stages.prepared.signer_name)
    wrapped = encapsulated_pdf(stages.stamped.pdf, frozen, {}, sop_uid="2.25.1", series_uid="2.25.2").content
    files = {file.name: file.content for file in stages.signed.companions} | {
        "opinion.pdf": stages.stamped.pdf,
        "opinion-pdf.dcm": wrapped,
        "manifest.json": stages.signed.manifest_payload,
        "manifest.jws": stages.signed.manifest.encode(),
    }
    artefacts = [{"name": "opinion-pdf.dcm", "sha256": hashlib.sha256(wrapped).hexdigest()}]
    files["receipt.json"] = json.dumps({"artefacts": artefacts}).encode()
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


NAMED = ("opinion.html", "manifest.json", "opinion-pdf.dcm")


@pytest.mark.parametrize("name", NAMED)
def test_every_file_of_an_opinion_is_verified_beside_its_manifest(stages: Stages, delivered: Path, name: str) -> None:
    trusted, unknown = verify_file(delivered / name, stages.roots), verify_file(delivered / name, ())
    assert (trusted.outcome, unknown.outcome) == (Outcome.TRUSTED, Outcome.UNKNOWN_SIGNER)
    assert trusted.signer == stages.prepared.signer_name
    assert trusted.claimed_at == stages.prepared.claimed_at
    raw = (delivered / name).read_bytes()
    chance = random.Random(name)
    for place in [0, 128, 129, len(raw) - 1, *(chance.randrange(len(raw)) for _ in range(12))]:
        changed = bytearray(raw)
        changed[place % len(raw)] ^= 1 << chance.randrange(8)
        (delivered / name).write_bytes(changed)
        verdict = verify_file(delivered / name, stages.roots)
        assert verdict.outcome is Outcome.CHANGED, place
        assert verdict.problems


def test_a_changed_signature_of_the_manifest_and_the_manifest_of_somebody_else_are_told_apart(
    stages: Stages, delivered: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    page = delivered / "opinion.html"
    good = (delivered / "manifest.jws").read_bytes()
    for broken in (good[:-8] + b"AAAAAAAA", b"", b"\xff\xfe", good[:100]):
        (delivered / "manifest.jws").write_bytes(broken)
        assert verify_file(page, stages.roots).outcome is Outcome.CHANGED
    (delivered / "manifest.jws").write_bytes(good)
    _, somebody = server_tls(tmp_path_factory.mktemp("somebody"))
    (other,) = load_pem_x509_certificates(somebody.read_bytes())
    assert verify_file(page, (other.public_bytes(Encoding.DER),)).outcome is Outcome.UNKNOWN_SIGNER


def test_the_header_around_the_pdf_is_said_to_be_unsigned_where_no_receipt_knows_it(
    stages: Stages, delivered: Path
) -> None:
    (delivered / "receipt.json").unlink()
    assert "signed by nobody" in verify_file(delivered / "opinion-pdf.dcm", stages.roots).notes[-1]


def test_the_credential_of_another_person_and_a_wrong_passphrase_are_refused(stages: Stages) -> None:
    account_file = next(stages.pem.parents[1].rglob("*.p12")).read_bytes()
    tries = CountedTries(limit=2)
    for _ in range(2):
        with pytest.raises(CredentialRefused):
            open_file(account_file, "not it", tries)
    with pytest.raises(CredentialRefused, match=r"(?i)lock|later|tries|often"):
        open_file(account_file, "not it", tries)
