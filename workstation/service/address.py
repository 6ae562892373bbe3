"""Where the central service lives, as it is configured."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAddress:
    """The service's addresses.

    Attributes:
        fhir: FHIR base, e.g. ``https://service.example/fhir``; its origin is the only one that gets a token.
        dicomweb: DICOMweb root; "" = ``dicomweb`` beside the FHIR base.
        issuer: base of the identity provider when it is another origin than the service; "" = the FHIR base.
        client_id: how this program is registered there.
        scope: what is asked for at sign-in.
        proxy: address of a web proxy; "" = none. The proxies that the environment names are never used.
        timeout_s: how long a silent connection is waited for.
        ca_file: private certificate authorities (PEM) trusted instead of the public ones; None = public ones.
    """

    fhir: str
    dicomweb: str = ""
    issuer: str = ""
    client_id: str = "second-opinion-workstation"
    scope: str = "openid fhirUser offline_access user/*.cruds"
    ca_file: Path | None = None
    proxy: str = ""
    timeout_s: float = 30.0
