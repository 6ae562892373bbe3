"""The demo PKI as openssl and pyHanko see it over HTTP."""

import asyncio
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID, NameOID
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.signers import PdfSignatureMetadata
from pyhanko.sign.timestamps.requests_client import HTTPTimeStamper
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from reportlab.pdfgen import canvas

from workstation.sandbox.running import Account, RunningSandbox, spawn

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


def openssl(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)


def certificates(account: Account) -> tuple[x509.Certificate, list[x509.Certificate]]:
    content = account.credential.read_bytes()
    _key, certificate, others = pkcs12.load_key_and_certificates(content, account.passphrase.encode())
    assert certificate is not None
    return certificate, list(others)


def addresses(certificate: x509.Certificate) -> tuple[str, str, str]:
    """OCSP, CA issuer and CRL addresses that stand in a certificate."""
    access = certificate.extensions.get_extension_for_oid(ExtensionOID.AUTHORITY_INFORMATION_ACCESS).value
    assert isinstance(access, x509.AuthorityInformationAccess)
    points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    by_method = {item.access_method: item.access_location.value for item in access}
    names = points[0].full_name
    assert names is not None
    return (
        by_method[AuthorityInformationAccessOID.OCSP],
        by_method[AuthorityInformationAccessOID.CA_ISSUERS],
        names[0].value,
    )


@pytest.fixture
def pems(sandbox: RunningSandbox, tmp_path: Path) -> tuple[Path, Path, Path]:
    """Root, issuing authority, specialist."""
    certificate, others = certificates(sandbox.specialist)
    issuing = next(other for other in others if other.subject == certificate.issuer)
    paths = sandbox.trust[0], tmp_path / "issuing.pem", tmp_path / "specialist.pem"
    paths[1].write_bytes(issuing.public_bytes(Encoding.PEM))
    paths[2].write_bytes(certificate.public_bytes(Encoding.PEM))
    return paths


@pytest.mark.parametrize("who", ["specialist", "colleague"])
def test_a_credential_is_for_signing_opinions_and_names_its_holder(sandbox: RunningSandbox, who: str) -> None:
    account: Account = getattr(sandbox, who)
    certificate, _ = certificates(account)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == account.name
    licence = certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)[0].value
    practitioner = sandbox.read(account.practitioner)
    assert licence == practitioner["identifier"][0]["value"]


def test_private_keys_are_for_the_owner_only(sandbox: RunningSandbox) -> None:
    files = [*sandbox.data.glob("pki/keys/*"), sandbox.specialist.credential, sandbox.data / "accounts.json"]
    assert len(files) > 5
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)


@pytest.mark.parametrize(("which", "issuer"), [(2, "issuing"), (1, "root")])
def test_openssl_verifies_each_certificate_with_the_crl_over_http(
    pems: tuple[Path, Path, Path], sandbox: RunningSandbox, tmp_path: Path, which: int, issuer: str
) -> None:
    crl = tmp_path / "crl.pem"
    der = requests.get(f"{sandbox.base_url}/pki/crls/{issuer}/latest.crl", timeout=10).content
    crl.write_bytes(x509.load_der_x509_crl(der).public_bytes(Encoding.PEM))
    chain = ("-CAfile", pems[0], "-untrusted", pems[1], pems[which])
    verified = openssl("verify", "-crl_check", "-CRLfile", crl, *chain)
    assert verified.returncode == 0, verified.stderr
    without = openssl("verify", "-crl_check", *chain)
    assert "unable to get certificate CRL" in without.stderr


def test_openssl_accepts_a_time_stamp(pems: tuple[Path, Path, Path], sandbox: RunningSandbox, tmp_path: Path) -> None:
    root, _, _ = pems
    data, query, reply = tmp_path / "data", tmp_path / "q.tsq", tmp_path / "r.tsr"
    data.write_bytes(b"an opinion")
    assert openssl("ts", "-query", "-data", data, "-sha256", "-cert", "-out", query).returncode == 0
    headers = {"content-type": "application/timestamp-query"}
    answer = requests.post(sandbox.timestamp_url, data=query.read_bytes(), headers=headers, timeout=10)
    assert answer.headers["content-type"] == "application/timestamp-reply"
    reply.write_bytes(answer.content)
    check = ("ts", "-verify", "-in", reply, "-CAfile", root)
    assert openssl(*check, "-data", data).returncode == 0
    data.write_bytes(b"another opinion")
    assert openssl(*check, "-data", data).returncode != 0


@pytest.mark.parametrize("body", [b"", b"nonsense", b"\x30\x03\x02\x01\x05"])
def test_nonsense_gets_400_from_the_authorities(sandbox: RunningSandbox, body: bytes) -> None:
    assert requests.post(sandbox.timestamp_url, data=body, timeout=10).status_code == 400
    assert requests.post(f"{sandbox.base_url}/pki/ocsp/issuing", data=body, timeout=10).status_code == 400
    assert requests.post(f"{sandbox.base_url}/pki/ocsp/nobody", data=body, timeout=10).status_code == 404
    assert requests.get(f"{sandbox.base_url}/pki/crls/nobody/latest.crl", timeout=10).status_code == 404
    assert requests.get(f"{sandbox.base_url}/pki/certs/tsa/ca.crt", timeout=10).status_code == 404


def ocsp_says(pems: tuple[Path, Path, Path], account: Account, folder: Path) -> str:
    root, issuing, _ = pems
    certificate, _ = certificates(account)
    file = folder / "asked.pem"
    file.write_bytes(certificate.public_bytes(Encoding.PEM))
    responder = addresses(certificate)[0]
    trusted = ("-CAfile", root, "-verify_other", issuing)
    answer = openssl("ocsp", "-issuer", issuing, "-cert", file, "-url", responder, *trusted)
    assert "Response verify OK" in answer.stderr, answer.stderr
    return answer.stdout


def test_pyhanko_signs_with_the_credential_up_to_b_lta(sandbox: RunningSandbox) -> None:
    page = BytesIO()
    drawing = canvas.Canvas(page)
    drawing.drawString(72, 720, "opinion")
    drawing.save()
    account = sandbox.specialist
    root = load_cert_from_pemder(str(sandbox.trust[0]))
    signer = signers.SimpleSigner.load_pkcs12(str(account.credential), passphrase=account.passphrase.encode())
    assert signer is not None
    context = ValidationContext(trust_roots=[root], allow_fetching=True, revocation_mode="require")
    metadata = PdfSignatureMetadata(
        field_name="Author",
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        validation_context=context,
        embed_validation_info=True,
        use_pades_lta=True,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    stamper = HTTPTimeStamper(sandbox.timestamp_url)
    signed = signers.sign_pdf(IncrementalPdfFileWriter(page), metadata, signer=signer, timestamper=stamper)
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[root]), revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO)
    )
    offline = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
    rules = PdfSignatureValidationSpec(
        SignatureValidationSpec(cert_validation_policy=policy, revinfo_gathering_policy=offline)
    )
    embedded = PdfFileReader(signed).embedded_signatures[0]
    result = asyncio.run(ades_lta_validation(embedded, rules))
    assert result.ades_subindic == AdESPassed.OK
    assert result.api_status is not None
    assert result.api_status.bottom_line
    assert result.api_status.modification_level.name == "LTA_UPDATES"


def test_a_revoked_credential_is_revoked_in_ocsp_and_crl_and_stays_so(tmp_path: Path) -> None:
    with spawn(tmp_path / "data", folders=[], cases=["communication-gap"], detail="quick") as first:
        account = first.colleague
        certificate, others = certificates(account)
        issuing = tmp_path / "issuing.pem"
        issuing.write_bytes(
            next(other for other in others if other.subject == certificate.issuer).public_bytes(Encoding.PEM)
        )
        files = (first.trust[0], issuing, issuing)
        assert "asked.pem: good" in ocsp_says(files, account, tmp_path)
        first.revoke(account.username)
        assert "asked.pem: revoked" in ocsp_says(files, account, tmp_path)
        root_before = first.trust[0].read_bytes()
    with spawn(tmp_path / "data", cases=["communication-gap"], detail="quick") as second:
        assert second.base_url == first.base_url
        assert second.trust[0].read_bytes() == root_before
        assert "asked.pem: revoked" in ocsp_says(files, account, tmp_path)
        _ocsp, issuer, crl = addresses(certificate)
        revoked = x509.load_der_x509_crl(requests.get(crl, timeout=10).content)
        assert revoked.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None
        found = x509.load_der_x509_certificate(requests.get(issuer, timeout=10).content)
        assert found.public_bytes(Encoding.PEM) == issuing.read_bytes()
