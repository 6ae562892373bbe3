"""The FHIR R4 half of the embedded service: resources with versions, search, atomic transactions."""
