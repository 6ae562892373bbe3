"""The CapabilityStatement: what this FHIR service can do, made from the same tables that it works by."""

from typing import Any

from workstation.sandbox.fhir.parameters import COMMON, PARAMETERS
from workstation.sandbox.fhir.rules import READ_ONLY
from workstation.sandbox.fhir.searching import REFERENCES

WRITTEN = ("read", "vread", "update", "history-instance", "create", "search-type")
KEPT = ("read", "vread", "history-instance", "search-type")
SMART = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"


def capability_statement(base_url: str, version: str) -> dict[str, Any]:
    """The statement of the service at ``base_url`` (without ``/fhir``)."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-24",
        "publisher": "Second Opinion Workstation",
        "kind": "instance",
        "software": {"name": "Second Opinion sandbox (demonstration only)", "version": version},
        "implementation": {"description": "Embedded central service", "url": f"{base_url}/fhir"},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "security": _security(base_url),
                "resource": [_resource(kind) for kind in sorted(PARAMETERS)],
                "interaction": [{"code": "transaction"}],
            }
        ],
    }


def _security(base_url: str) -> dict[str, Any]:
    addresses = [
        {"url": "authorize", "valueUri": f"{base_url}/auth/authorize"},
        {"url": "token", "valueUri": f"{base_url}/auth/token"},
    ]
    coding = {"system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR"}
    return {"extension": [{"url": SMART, "extension": addresses}], "service": [{"coding": [coding]}]}


def _resource(kind: str) -> dict[str, Any]:
    parameters = {**PARAMETERS[kind], **COMMON}
    return {
        "type": kind,
        "interaction": [{"code": code} for code in (KEPT if kind in READ_ONLY else WRITTEN)],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": kind not in READ_ONLY,
        "conditionalCreate": kind not in READ_ONLY,
        "searchInclude": [f"{kind}:{name}" for name in PARAMETERS[kind] if name in REFERENCES],
        "searchParam": [
            {"name": "_lastUpdated", "type": "date"},
            {"name": "_id", "type": "token"},
            *({"name": name, "type": "reference" if name in REFERENCES else "token"} for name in parameters),
        ],
    }
