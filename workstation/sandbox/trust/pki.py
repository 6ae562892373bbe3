"""The demo's public key infrastructure, kept by Certomancer: authorities, OCSP, CRLs, time-stamps, people."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from workstation.sandbox.accounts import practitioners
from workstation.sandbox.running import Account

ARCHITECTURE: Final = "pki"
ORGANISATION: Final = "Second Opinion Demonstration (no real authority)"
CRL_PERIOD: Final = timedelta(hours=1)
RSA_BITS: Final = 3072
RSA_HOLDERS: Final = 3  # root, issuing authority, first specialist


class Pki:
    """Authorities, their answers, and the credentials they issued; the same for the same data folder.

    Who issues certificates has an RSA key: PKCS#1 v1.5 signatures are deterministic, so that Certomancer, which makes
    certificates from their description at every start, makes the same ones again. The first specialist signs with RSA,
    everybody else with P-256.
    """

    def __init__(self, folder: Path, base_url: str, accounts: Iterable[Account]) -> None:
        self._folder, self._base_url = folder, base_url
        self._accounts = {account.username: account for account in accounts}
        (folder / "keys").mkdir(parents=True, exist_ok=True)
        self._state = self._load_state()
        self._architecture = self._build()
        self._write_credentials()

    @property
    def timestamp_url(self) -> str:
        """Where RFC 3161 requests are posted to."""
        return f"{self._base_url}/pki/tsa/tsa"

    def write_trust(self, folder: Path) -> tuple[Path, ...]:
        """Write the root certificate as PEM."""
        from asn1crypto import pem

        folder.mkdir(parents=True, exist_ok=True)
        root = folder / "demo-root.pem"
        root.write_bytes(pem.armor("CERTIFICATE", self._certificate("root").dump()))
        return (root,)

    def time_stamp(self, request: bytes) -> bytes:
        """The answer to a TimeStampReq (RFC 3161).

        Raises:
            ValueError: this is no TimeStampReq.
        """
        from asn1crypto import tsp
        from certomancer.registry import ServiceLabel

        service = self._architecture.service_registry.summon_timestamper(ServiceLabel("tsa"))
        answer: bytes = service.request_tsa_response(tsp.TimeStampReq.load(request, strict=True)).dump()
        return answer

    def ocsp(self, issuer: str, request: bytes) -> bytes:
        """The answer of an authority's responder (RFC 6960).

        Raises:
            KeyError: there is no such authority.
            ValueError: this is no OCSPRequest.
        """
        from asn1crypto import ocsp
        from certomancer.registry import CertomancerObjectNotFoundError, ServiceLabel

        registry = self._architecture.service_registry
        try:
            responder = registry.summon_responder(ServiceLabel(issuer), datetime.now(UTC))
        except CertomancerObjectNotFoundError as error:
            raise KeyError(issuer) from error
        answer: bytes = responder.build_ocsp_response(ocsp.OCSPRequest.load(request, strict=True)).dump()
        return answer

    def crl(self, issuer: str) -> bytes:
        """The newest CRL of an authority (RFC 5280 5).

        Raises:
            KeyError: there is no such authority.
        """
        from certomancer.registry import CertomancerObjectNotFoundError, ServiceLabel

        try:
            crl: bytes = self._architecture.service_registry.get_crl(ServiceLabel(issuer), datetime.now(UTC)).dump()
        except CertomancerObjectNotFoundError as error:
            raise KeyError(issuer) from error
        return crl

    def authority(self, issuer: str) -> bytes:
        """The DER certificate of an authority.

        Raises:
            KeyError: there is no such authority.
        """
        if issuer not in {"root", "issuing"}:
            raise KeyError(issuer)
        certificate: bytes = self._certificate(issuer).dump()
        return certificate

    def revoke(self, username: str) -> None:
        """Revoke a person's certificate, dated one CRL period back so that the CRL of this hour names it already.

        Raises:
            KeyError: there is no such person.
        """
        if username not in self._accounts:
            raise KeyError(username)
        since = (datetime.now(UTC).replace(microsecond=0) - CRL_PERIOD).isoformat()
        self._state["revoked"][username] = since
        self._save_state()
        self._architecture = self._build()

    def _certificate(self, label: str) -> Any:
        from certomancer.registry import CertLabel

        return self._architecture.get_cert(CertLabel(label))

    def _load_state(self) -> dict[str, Any]:
        file = self._folder / "pki.json"
        if file.exists():
            state: dict[str, Any] = json.loads(file.read_text("utf-8"))
            return state
        begin = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
        self._state = {"begin": begin.isoformat(), "revoked": {}}
        self._save_state()
        return self._state

    def _save_state(self) -> None:
        (self._folder / "pki.json").write_text(json.dumps(self._state), "utf-8")

    def _build(self) -> Any:
        from certomancer.registry import ArchLabel, CertomancerConfig

        names = ["root", "issuing", *self._accounts, "ocsp", "tsa"]
        for index, name in enumerate(names):
            _key_file(self._folder / "keys" / f"{name}.pem", rsa_key=index < RSA_HOLDERS)
        config = {
            "external-url-prefix": self._base_url,
            "keysets": {ARCHITECTURE: {"keys": {name: {"path": f"{name}.pem"} for name in names}}},
            "pki-architectures": {ARCHITECTURE: self._description()},
        }
        keys = str(self._folder / "keys")
        return CertomancerConfig(config, key_search_dir=keys, lazy_load_keys=True).get_pki_arch(ArchLabel(ARCHITECTURE))

    def _description(self) -> dict[str, Any]:
        people = {username: _person(username, account.name) for username, account in self._accounts.items()}
        entities = {name: {"common-name": title} for name, title in _AUTHORITIES.items()} | people
        return {
            "entity-defaults": {"country-name": "XX", "organization-name": ORGANISATION},
            "entities": entities,
            "certs": self._authorities() | {name: self._personal(name) for name in self._accounts},
            "services": {
                "ocsp": {"issuing": {"for-issuer": "issuing", "responder-cert": "ocsp", "signing-key": "ocsp"}},
                "crl-repo": {
                    name: {"for-issuer": name, "signing-key": name, "simulated-update-schedule": "PT1H"}
                    for name in ("root", "issuing")
                },
                "cert-repo": {name: {"for-issuer": name} for name in ("root", "issuing")},
                # with its issuer's certificate, so that whoever knows the root alone can verify a time-stamp
                "time-stamping": {
                    "tsa": {"signing-key": "tsa", "signing-cert": "tsa", "certs-to-embed": ["tsa", "issuing"]}
                },
            },
        }

    def _authorities(self) -> dict[str, Any]:
        return {
            "root": {
                "issuer": "root",
                "validity": self._validity(3650),
                "extensions": [_basic_constraints(None), _usage("key_cert_sign", "crl_sign")],
            },
            "issuing": {
                "issuer": "root",
                "validity": self._validity(1825),
                "extensions": [
                    _basic_constraints(0),
                    _usage("key_cert_sign", "crl_sign"),
                    _crl("root"),
                    _access(repository="root"),
                ],
            },
            "ocsp": {
                "issuer": "issuing",
                "validity": self._validity(900),
                "extensions": [
                    _usage("digital_signature"),
                    {"id": "extended_key_usage", "value": ["ocsp_signing"]},
                    {"id": "ocsp_no_check"},
                ],
            },
            "tsa": {
                "issuer": "issuing",
                "validity": self._validity(1700),
                "extensions": [
                    _usage("digital_signature"),
                    {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]},
                    _crl("issuing"),
                    _access(repository="issuing", responder="issuing"),
                ],
            },
        }

    def _personal(self, username: str) -> dict[str, Any]:
        personal: dict[str, Any] = {
            "issuer": "issuing",
            "validity": self._validity(730),
            "extensions": [
                _usage("digital_signature", "non_repudiation"),
                _crl("issuing"),
                _access(repository="issuing", responder="issuing"),
            ],
        }
        if since := self._state["revoked"].get(username):
            personal["revocation"] = {"revoked-since": since, "reason": "key_compromise"}
        return personal

    def _validity(self, days: int) -> dict[str, str]:
        begin = datetime.fromisoformat(self._state["begin"])
        return {"valid-from": begin.isoformat(), "valid-to": (begin + timedelta(days=days)).isoformat()}

    def _write_credentials(self) -> None:
        from certomancer.registry import CertLabel

        for username, account in self._accounts.items():
            if not account.credential.exists():
                account.credential.parent.mkdir(parents=True, exist_ok=True)
                content = self._architecture.package_pkcs12(CertLabel(username), password=account.passphrase.encode())
                account.credential.touch(mode=0o600)
                account.credential.write_bytes(content)


_AUTHORITIES: Final = {
    "root": "Second Opinion Demo Root",
    "issuing": "Second Opinion Demo Issuing Authority",
    "ocsp": "Second Opinion Demo OCSP Responder",
    "tsa": "Second Opinion Demo Time-Stamp Authority",
}


def _person(username: str, name: str) -> dict[str, str]:
    licence = next(person["licence"] for person in practitioners() if person["username"] == username)
    return {"common-name": name, "serial-number": licence}


def _key_file(path: Path, *, rsa_key: bool) -> None:
    if path.exists():
        return
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    if rsa_key:
        key = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    else:
        key = ec.generate_private_key(ec.SECP256R1())
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _basic_constraints(length: int | None) -> dict[str, Any]:
    value: dict[str, Any] = {"ca": True}
    return {
        "id": "basic_constraints",
        "critical": True,
        "value": value if length is None else {**value, "path_len_constraint": length},
    }


def _usage(*usages: str) -> dict[str, Any]:
    return {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": list(usages)}}


def _crl(repository: str) -> dict[str, Any]:
    parameters = {"crl-repo-names": [repository]}
    return {"id": "crl_distribution_points", "smart-value": {"schema": "crl-dist-url", "params": parameters}}


def _access(*, repository: str, responder: str = "") -> dict[str, Any]:
    parameters: dict[str, Any] = {"ca-issuer-links": [{"repo": repository}]}
    if responder:
        parameters["ocsp-responder-names"] = [responder]
    return {"id": "authority_information_access", "smart-value": {"schema": "aia-urls", "params": parameters}}
