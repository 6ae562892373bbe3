"""The words of the profile: code systems, identifier systems and extensions of a case in FHIR R4."""

from typing import Final

AUTHORITY: Final = "https://second-opinion.example/fhir"
CASE_NUMBER: Final = f"{AUTHORITY}/NamingSystem/case-number"
LICENCE: Final = f"{AUTHORITY}/NamingSystem/medical-licence"
SPECIALTY: Final = f"{AUTHORITY}/CodeSystem/specialty"
TASK_OUTPUT: Final = f"{AUTHORITY}/CodeSystem/task-output"
PROPOSED_TREATMENT: Final = f"{AUTHORITY}/StructureDefinition/proposed-treatment"
RECORDS_LANGUAGE: Final = f"{AUTHORITY}/StructureDefinition/records-language"
ANSWER_LANGUAGE: Final = f"{AUTHORITY}/StructureDefinition/answer-language"
JURISDICTION: Final = f"{AUTHORITY}/StructureDefinition/jurisdiction"
CONSENT_SCOPE: Final = f"{AUTHORITY}/StructureDefinition/consent-scope"

QUESTION: Final = "question"
DOCUMENTS: Final = frozenset({"original-report", "document", "pathology-report", "letter"})
IMAGING_STUDY: Final = "imaging-study"
AWAITING_INFORMATION: Final = "awaiting-information"
DICOM_UID: Final = "urn:dicom:uid"
