"""A token signs an opinion through the signing path of the program; what goes wrong with one is said in one sentence.

SoftHSM2 is the token: a folder of ours holds its tokens, and pulling one out is moving its folder away.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.fakes.shelves import FakeAuditTrail, FakeParcelShelf
from tests.workstation.opinions import complete_opinion
from workstation.bootstrap import unlock_credential
from workstation.desktop.workplace import Credentials
from workstation.reporting.composing import compose
from workstation.review.sealed_parcel import sealed
from workstation.review.sign_opinion import Bench, Preview, sign_opinion
from workstation.signing.credential import CountedTries, Credential
from workstation.signing.errors import CredentialRefused, RefusedBecause
from workstation.signing.pdf_verification import verify_pdf
from workstation.signing.pkcs11 import open_token
from workstation.signing.preparing import prepare
from workstation.signing.verdict import Level, Outcome

PIN = "271828"
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
Usages = tuple[str, ...]
SIGNS: Usages = ("content_commitment",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A reader of tokens: the module, and the folder in which the plugged-in ones lie."""

    module: str
    folder: Path

    def token(self, *pairs: "Pair") -> str:
        """Plug a new token in, with these key pairs on it; its label."""
        label = f"Token {uuid4().hex[:8]}"
        tool("--init-token", "--free", "--label", label, "--so-pin", "31415926", "--pin", PIN)
        for number, pair in enumerate(pairs, 1):
            self._put(label, pair, number)
        return label

    def pull_out(self) -> Path:
        """Pull every token out; where they lie meanwhile."""
        away = self.folder.with_name(f"away-{uuid4().hex[:8]}")
        self.folder.rename(away)
        self.folder.mkdir()
        return away

    def plug_in(self, away: Path) -> None:
        """Plug them in again."""
        self.folder.rmdir()
        away.rename(self.folder)

    def _put(self, label: str, pair: "Pair", number: int) -> None:
        file = self.folder.with_name("key.pem")
        file.write_bytes(pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        identity = f"{number:02d}"
        tool("--import", str(file), "--token", label, "--label", f"key {number}", "--id", identity, "--pin", PIN)
        file.unlink()
        if pair.certificate is not None:
            self._put_certificate(label, pair.certificate, bytes.fromhex(identity))

    def _put_certificate(self, label: str, certificate: bytes, identity: bytes) -> None:
        import pkcs11
        from pkcs11.util.x509 import decode_x509_certificate

        library = pkcs11.lib(self.module)
        library.reinitialize()
        with library.get_token(token_label=label).open(rw=True, user_pin=PIN) as session:
            fields = decode_x509_certificate(certificate)
            session.create_object({**fields, pkcs11.Attribute.ID: identity, pkcs11.Attribute.TOKEN: True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A key and, where there is one, its certificate (DER)."""

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    certificate: bytes | None


def a_pair(
    *, days: float = 30, usages: Usages = SIGNS, by_rsa: bool = False, certified: bool = True, name: str = ""
) -> Pair:
    """A throwaway key, certified by itself for the specialist."""
    key = rsa.generate_private_key(65537, 3072) if by_rsa else ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name or complete_opinion.AUTHOR.name)])
    end = datetime.now(UTC) + timedelta(days=days)
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")  # fmt: skip
    builder = x509.CertificateBuilder(
        subject, subject, key.public_key(), x509.random_serial_number(), end - timedelta(days=60), end
    ).add_extension(x509.KeyUsage(**{one: one in usages for one in names}), critical=True)
    return Pair(
        key=key, certificate=builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER) if certified else None
    )


def tool(*arguments: str) -> None:
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    module = next((path for path in MODULES if Path(path).is_file()), None)
    if module is None or shutil.which("softhsm2-util") is None:
        pytest.skip("softhsm2 is not installed")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        yield Reader(module=module, folder=folder / "tokens")


@pytest.fixture(scope="module")
def preview() -> Preview:
    frozen = replace(complete_opinion.frozen(), frozen_at=datetime.now(UTC).replace(microsecond=0))
    return Preview(frozen=frozen, to_sign=prepare(frozen, compose(frozen, {})))


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Signs the preview with what was typed, as the window does."""

    preview: Preview
    parcels: FakeParcelShelf
    module: str

    def sign(self, label: str, pin: str = PIN, *, unlock: Callable[[], Credential] | None = None) -> bytes:
        """The signed PDF."""
        wanted = Credentials(kind="token", path=self.module, slot=label, secret=pin)
        bench = Bench(
            parcels=self.parcels,
            audit=FakeAuditTrail(),
            clock=lambda: datetime.now(UTC),
            files=sealed,
            unlock=unlock or (lambda: unlock_credential(wanted, CountedTries())),
        )
        parcel = sign_opinion(self.preview, bench)
        return next(file.content for file in parcel.artefacts if file.name == "opinion.pdf")

    def refused(
        self, label: str, pin: str = PIN, *, unlock: Callable[[], Credential] | None = None
    ) -> CredentialRefused:
        """The refusal; nothing stands in the outbox, and the preview can still be signed."""
        before = self.preview.to_sign.pdf, self.preview.frozen.canonical
        with pytest.raises(CredentialRefused) as caught:
            self.sign(label, pin, unlock=unlock)
        assert not self.parcels.all()
        assert (self.preview.to_sign.pdf, self.preview.frozen.canonical) == before
        said = str(caught.value)
        assert said.endswith(".")
        assert "CKR" not in said
        assert pin not in said
        return caught.value


@pytest.fixture
def desk(reader: Reader, preview: Preview) -> Desk:
    return Desk(preview=preview, parcels=FakeParcelShelf(), module=reader.module)


@pytest.mark.parametrize("kind", ["P-256", "RSA 3072"])
def test_a_token_signs_and_pdfsig_finds_it_valid(reader: Reader, desk: Desk, tmp_path: Path, kind: str) -> None:
    pair = a_pair(by_rsa=kind.startswith("RSA"))
    signed = desk.sign(reader.token(pair))
    assert pair.certificate is not None
    verdict = verify_pdf(signed, (pair.certificate,))
    assert (verdict.outcome, verdict.level, verdict.signer) == (
        Outcome.TRUSTED,
        Level.B_B,
        complete_opinion.AUTHOR.name,
    )
    if shutil.which("pdfsig") is None:
        pytest.skip("poppler-utils is not installed")
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    said = subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said


def test_a_key_that_asks_for_the_pin_at_every_signature_gets_it(reader: Reader, desk: Desk) -> None:
    """CKA_ALWAYS_AUTHENTICATE: the usual thing on cards for qualified signatures."""
    import pkcs11
    from pkcs11.util.rsa import decode_rsa_private_key

    pair, label = a_pair(by_rsa=True), reader.token()
    assert pair.certificate is not None
    reader._put_certificate(label, pair.certificate, b"\x01")
    der = pair.key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    fields = {pkcs11.Attribute.ID: b"\x01", pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.ALWAYS_AUTHENTICATE: True}
    with pkcs11.lib(desk.module).get_token(token_label=label).open(rw=True, user_pin=PIN) as session:
        session.create_object({**decode_rsa_private_key(der), **fields, pkcs11.Attribute.PRIVATE: True})
    assert verify_pdf(desk.sign(label), (pair.certificate,)).outcome is Outcome.TRUSTED


def test_the_key_for_signatures_is_taken_and_of_a_renewed_pair_the_newer(reader: Reader, desk: Desk) -> None:
    login, old, new = a_pair(usages=("digital_signature",), days=900), a_pair(days=2), a_pair(days=20)
    label = reader.token(old, login, new, a_pair(certified=False))
    credential = open_token(desk.module, label, PIN, CountedTries())
    assert credential.certified.der == new.certificate
    credential.close()
    credential.close()


def test_the_issuers_on_the_token_come_with_the_certificate(reader: Reader, desk: Desk) -> None:
    root_key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name.from_rfc4514_string("CN=Throwaway root")
    now, pair = datetime.now(UTC), a_pair()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, complete_opinion.AUTHOR.name)])

    def certificate(subject: x509.Name, key: ec.EllipticCurvePublicKey) -> bytes:
        serial = x509.random_serial_number()
        builder = x509.CertificateBuilder(name, subject, key, serial, now - timedelta(1), now + timedelta(1))
        return builder.sign(root_key, hashes.SHA256()).public_bytes(Encoding.DER)

    assert isinstance(pair.key, ec.EllipticCurvePrivateKey)
    own, root = certificate(subject, pair.key.public_key()), certificate(name, root_key.public_key())
    label = reader.token(replace(pair, certificate=own))
    reader._put_certificate(label, root, b"")
    reader._put_certificate(label, a_pair(name="Somebody").certificate or b"", b"")
    credential = open_token(desk.module, label, PIN, CountedTries())
    assert (credential.certified.der, credential.certified.chain) == (own, (root,))
    credential.close()


def test_the_only_token_needs_no_label_and_of_several_one_must_be_named(reader: Reader, desk: Desk) -> None:
    away = reader.pull_out()
    reader.token(a_pair())
    assert desk.sign("")
    other = Desk(preview=desk.preview, parcels=FakeParcelShelf(), module=desk.module)
    reader.token(a_pair())
    assert "Several tokens" in str(other.refused(""))
    reader.pull_out()
    reader.plug_in(away)


def test_a_wrong_pin_is_refused_and_the_next_right_one_signs(reader: Reader, desk: Desk) -> None:
    label = reader.token(a_pair())
    refusal = desk.refused(label, "161803")
    assert refusal.reason is RefusedBecause.WRONG_PASSPHRASE
    assert "PIN is wrong" in str(refusal)
    assert desk.sign(label)


def test_wrong_pins_in_a_row_lock_the_program_before_they_lock_the_token(reader: Reader, desk: Desk) -> None:
    label, tries = reader.token(a_pair()), CountedTries(limit=2)
    for _ in range(2):
        assert (
            desk.refused(label, unlock=lambda: open_token(desk.module, label, "161803", tries)).tries_left is not None
        )
    refusal = desk.refused(label, unlock=lambda: open_token(desk.module, label, PIN, tries))
    assert refusal.reason is RefusedBecause.LOCKED


@pytest.mark.parametrize(
    ("flag", "words"),
    [
        ("USER_PIN_FINAL_TRY", "One more wrong PIN locks the token"),
        ("USER_PIN_LOCKED", "Unlock it with its own program"),
    ],
)
def test_what_the_token_says_of_its_pin_is_passed_on(
    reader: Reader, desk: Desk, monkeypatch: pytest.MonkeyPatch, flag: str, words: str
) -> None:
    """SoftHSM2 never locks; so its flags are said by a token in front of it."""
    import pkcs11

    class Flagged:
        def __init__(self, real: "pkcs11.Token") -> None:
            self._real = real
            self.flags = pkcs11.TokenFlag[flag]

        def open(self, user_pin: str) -> "pkcs11.Session":
            return self._real.open(user_pin=user_pin)

    label = reader.token(a_pair())
    real = pkcs11.lib(desk.module)

    class Library:
        def get_token(self, **wanted: object) -> Flagged:
            return Flagged(real.get_token(**wanted))

        def reinitialize(self) -> None:
            real.reinitialize()

    monkeypatch.setattr(pkcs11, "lib", lambda _module: Library())
    assert words in str(desk.refused(label, "161803"))


def test_a_token_locked_by_its_own_count_says_so(reader: Reader, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    import pkcs11

    class Locked:
        def get_token(self, **_wanted: object) -> "Locked":
            return self

        def open(self, user_pin: str) -> None:
            raise pkcs11.PinLocked(user_pin)

    monkeypatch.setattr(pkcs11, "lib", lambda _module: Locked())
    refusal = desk.refused("any")
    assert refusal.reason is RefusedBecause.LOCKED
    assert "token is locked" in str(refusal)


def test_a_token_that_is_not_there_is_asked_for_and_signs_when_plugged_in_again(reader: Reader, desk: Desk) -> None:
    label = reader.token(a_pair())
    away = reader.pull_out()
    refusal = desk.refused(label)
    assert refusal.reason is RefusedBecause.NO_TOKEN
    assert label in str(refusal)
    assert "Plug it in" in str(refusal)
    reader.plug_in(away)
    assert desk.sign(label)


def test_a_token_pulled_out_between_pin_and_signature_signs_nothing(reader: Reader, desk: Desk) -> None:
    label = reader.token(a_pair())
    pulled: list[Path] = []

    def unlock() -> Credential:
        credential = open_token(desk.module, label, PIN, CountedTries())
        pulled.append(reader.pull_out())
        return credential

    refusal = desk.refused(label, unlock=unlock)
    assert refusal.reason is RefusedBecause.NO_TOKEN
    assert "Nothing was signed" in str(refusal)
    reader.plug_in(pulled[0])
    assert desk.sign(label)


@pytest.mark.parametrize(
    ("pair", "reason", "words"),
    [
        (lambda: a_pair(days=-1), RefusedBecause.EXPIRED, "expired on"),
        (lambda: a_pair(days=90), RefusedBecause.NOT_YET_VALID, "valid only from"),
        (lambda: a_pair(certified=False), RefusedBecause.UNREADABLE, "no private key with its certificate"),
        (lambda: a_pair(usages=("key_encipherment",)), RefusedBecause.WRONG_USAGE, "not for signatures"),
        (lambda: a_pair(name="Somebody Else"), RefusedBecause.OTHER_PERSON, "that of Somebody Else"),
    ],
    ids=["expired", "not yet valid", "no certificate", "for encryption", "of another person"],
)
def test_a_certificate_that_must_not_sign_is_refused_with_its_reason(
    reader: Reader, desk: Desk, pair: Callable[[], Pair], reason: RefusedBecause, words: str
) -> None:
    label = reader.token(pair())
    refusal = desk.refused(label)
    assert refusal.reason is reason
    assert words in str(refusal)
    assert desk.refused(label).reason is reason, "the session of the first try must be over"


@pytest.mark.parametrize("module", ["", "/nowhere/at-all.so", "/etc/hostname"])
def test_a_module_that_is_none_is_refused(module: str) -> None:
    with pytest.raises(CredentialRefused, match="module cannot be loaded") as caught:
        open_token(module, "any", PIN, CountedTries())
    assert caught.value.reason is RefusedBecause.UNREADABLE
    assert os.sep not in str(caught.value)
