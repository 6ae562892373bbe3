"""A throwaway PKI with a live time-stamp authority, OCSP and CRL, answered in this process through the port's shape."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlparse

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from werkzeug.test import Client

from workstation.signing.errors import TrustUnavailable

PASSPHRASE = "correct horse"
KEYS = ("root", "interm", "signer", "tsa", "ocsp", "other")

CONFIG = """
external-url-prefix: http://trust.test
keysets:
  keys:
    path-prefix: .
    keys:
{keys}
pki-architectures:
  care:
    keyset: keys
    entity-defaults: {{country-name: FR, organization-name: Throwaway}}
    entities:
      root: {{common-name: Throwaway Root}}
      interm: {{common-name: Throwaway Signing CA}}
      signer: {{common-name: "Ada Moreau", serial-number: FR-10003}}
      signer-rsa: {{common-name: "Ada Moreau", serial-number: FR-10003}}
      other: {{common-name: "Bela Nemo", serial-number: FR-20000}}
      tsa: {{common-name: Throwaway TSA}}
      ocsp: {{common-name: Throwaway OCSP}}
    certs:
      root:
        subject: root
        issuer: root
        validity: {{valid-from: "{before}", valid-to: "{after}"}}
        profiles:
          - id: simple-ca
            params: {{crl-repo: root}}
        extensions: []
      interm:
        issuer: root
        validity: {{valid-from: "{before}", valid-to: "{after}"}}
        profiles:
          - id: simple-ca
            params: {{max-path-len: 0}}
        extensions: [{{id: crl_distribution_points, smart-value: {{schema: crl-dist-url, params: {{crl-repo-names: [root]}}}}}}]
      signer:
        issuer: interm
        validity: {{valid-from: "{before}", valid-to: "{after}"}}
        profiles: [digsig-commitment]
        extensions: [{{id: authority_information_access, smart-value: {{schema: aia-urls, params: {{ocsp-responder-names: [interm]}}}}}}]
      signer-rsa:
        issuer: interm
        validity: {{valid-from: "{before}", valid-to: "{after}"}}
        profiles: [digsig-commitment]
        extensions: [{{id: authority_information_access, smart-value: {{schema: aia-urls, params: {{ocsp-responder-names: [interm]}}}}}}]
      expired:
        subject: signer
        subject-key: signer
        issuer: interm
        validity: {{valid-from: "{before}", valid-to: "{past}"}}
        profiles: [digsig-commitment]
      future:
        subject: signer
        subject-key: signer
        issuer: interm
        validity: {{valid-from: "{soon}", valid-to: "{after}"}}
        profiles: [digsig-commitment]
      encrypting:
        subject: signer
        subject-key: signer
        issuer: interm
        validity: {{valid-from: "{before}", valid-to: "{after}"}}
        extensions: [{{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [key_encipherment]}}}}]
      revoked:
        subject: signer
        subject-key: signer
        issuer: interm
        validity: {{valid-from: "{before}", valid-to: "{after}"}}
        profiles: [digsig-commitment]
        extensions: [{{id: authority_information_access, smart-value: {{schema: aia-urls, params: {{ocsp-responder-names: [interm]}}}}}}]
        revocation: {{revoked-since: "{past}", reason: key_compromise}}
      other:
        issuer: interm
        validity: {{valid-from: "{before}", valid-to: "{after}"}}
        profiles: [digsig-commitment]
      tsa:
        issuer: root
        validity: {{valid-from: "{before}", valid-to: "{after}"}}
        extensions:
          - {{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [digital_signature]}}}}
          - {{id: extended_key_usage, critical: true, value: [time_stamping]}}
          - {{id: crl_distribution_points, smart-value: {{schema: crl-dist-url, params: {{crl-repo-names: [root]}}}}}}
      ocsp:
        issuer: interm
        validity: {{valid-from: "{before}", valid-to: "{after}"}}
        profiles: [ocsp-responder]
    services:
      ocsp:
        interm: {{for-issuer: interm, responder-cert: ocsp}}
      crl-repo:
        root: {{for-issuer: root, simulated-update-schedule: "P1D"}}
      time-stamping:
        tsa: {{signing-cert: tsa}}
"""


@dataclass(frozen=True)
class ThrowawayPki:
    """Certificates by label, PKCS#12 files, and the live services."""

    architecture: object
    client: Client

    def der(self, label: str) -> bytes:
        """A certificate."""
        from certomancer.registry import CertLabel

        return self.architecture.get_cert(CertLabel(label)).dump()

    def p12(self, label: str) -> bytes:
        """A PKCS#12 file with the key and the chain."""
        from certomancer.registry import CertLabel

        return self.architecture.package_pkcs12(CertLabel(label), password=PASSPHRASE.encode())

    def key(self, label: str) -> bytes:
        """A private key, PKCS#8 DER."""
        from certomancer.registry import CertLabel

        spec = self.architecture.get_cert_spec(CertLabel(label))
        return self.architecture.key_set.get_private_key(spec.subject_key).dump()


class LiveServices:
    """The trust services' port over the throwaway PKI; ``calls`` says what was asked; ``down`` refuses everything."""

    def __init__(self, pki: ThrowawayPki) -> None:
        self._client = pki.client
        self.calls: list[str] = []
        self.down = False

    def timestamp(self, request: bytes) -> bytes:
        return self._asked("timestamp", "/care/tsa/tsa", request, "application/timestamp-query")

    def ocsp(self, url: str, request: bytes) -> bytes:
        return self._asked("ocsp", urlparse(url).path, request, "application/ocsp-request")

    def crl(self, url: str) -> bytes:
        return self._asked("crl", urlparse(url).path, None, "")

    def certificate(self, url: str) -> bytes:
        return self._asked("certificate", urlparse(url).path, None, "")

    def _asked(self, name: str, path: str, body: bytes | None, content_type: str) -> bytes:
        if self.down:
            raise TrustUnavailable("The trust services do not answer.")
        self.calls.append(name)
        if body is None:
            answer = self._client.get(path)
        else:
            answer = self._client.post(path, data=body, headers={"Content-Type": content_type})
        if answer.status_code != 200:
            raise TrustUnavailable(f"The trust services answer {answer.status_code}.")
        return answer.data


def make(folder: Path) -> ThrowawayPki:
    """The PKI with fresh keys in a folder; its clock is the real one."""
    import yaml
    from certomancer.integrations.animator import Animator, AnimatorArchStore
    from certomancer.registry import ArchLabel, CertomancerConfig

    lines = []
    for name in (*KEYS, "signer-rsa"):
        key = rsa.generate_private_key(65537, 3072) if name == "signer-rsa" else ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / f"{name}.pem").write_bytes(pem)
        lines.append(f"      {name}: {{path: {name}.pem}}")
    now = datetime.now(UTC).replace(microsecond=0)

    def at(days: int) -> str:
        return (now + timedelta(days=days)).isoformat()

    text = CONFIG.format(keys="\n".join(lines), before=at(-400), after=at(4000), past=at(-30), soon=at(30))
    config = CertomancerConfig(yaml.safe_load(text), key_search_dir=str(folder), config_search_dir=str(folder))
    architecture = config.get_pki_arch(ArchLabel("care"))
    animator = Animator(AnimatorArchStore({ArchLabel("care"): architecture}), with_web_ui=False)
    return ThrowawayPki(architecture=architecture, client=Client(animator))
