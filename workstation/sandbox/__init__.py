"""The embedded central service, labelled as ours: FHIR R4, DICOMweb, OAuth 2 and a demo PKI, real HTTP on loopback."""
