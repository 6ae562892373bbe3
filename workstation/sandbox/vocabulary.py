"""The words of the service: how each field of a case is written in FHIR, and the code systems it is written with.

The layout (``workstation/cases/case.py`` field ← FHIR element). All addresses are absolute and of the same origin.

``Case`` ← Task
    id ← Task.id; version ← Task.meta.versionId (= ETag ``W/"3"`` without the wrapping)
    state ← Task.status (requested, accepted, rejected, in-progress, completed, failed, cancelled); awaiting-information
        ← Task.status in-progress with Task.businessStatus.coding[0].code ``awaiting-information``
    business_status ← Task.businessStatus.coding[0].code ("" when absent)
    title ← Task.description
    deadline ← Task.restriction.period.end (instant with offset)
    priority ← Task.priority (routine | urgent | asap | stat)
    owner ← Task.owner.reference (``Practitioner/…``); patient_reference ← Task.for.reference
    service_request ← Task.focus.reference
    questions ← Task.input with type.coding[0].code ``question``: Question.id ← input.id, text ← input.valueString
    documents ← Task.input ``original-report`` and ``document``: input.valueReference → DocumentReference
    studies ← Task.input ``imaging-study``: input.valueReference → ImagingStudy
    (the prescribed template, where there is one: Task.input ``opinion-questionnaire``: input.valueCanonical)
    the case number ← Task.identifier with system CASE_NUMBER
    the placer ← Task.requester (``Organization/…``); it owns the Task while information is awaited
    outputs: Task.output, types of TASK_OUTPUT (``diagnostic-report``, ``clarification-question``, ``opinion``)
    clarification: output ``clarification-question`` → valueReference Communication; the answer arrives as a Task.input
        ``clarification-answer`` → valueReference Communication

``Case`` ← ServiceRequest (Task.focus)
    scenario ← category whose coding[0].system is SCENARIO; specialty ← category whose coding[0].system is SPECIALTY
    proposed_treatment ← extension PROPOSED_TREATMENT, valueString ("" when absent)
    referrer ← requester.display; asked ← authoredOn
    records_language ← extension RECORDS_LANGUAGE, valueCode; the answer's language ← extension ANSWER_LANGUAGE
    jurisdiction of the patient ← extension JURISDICTION, valueCode (ISO 3166-1 or -2)
    scope of consent ← extension CONSENT_SCOPE, valueString
    note[] repeats the questions for human readers; reasonCode[0].text is the working diagnosis
    supportingInfo[] → every Condition, MedicationStatement, AllergyIntolerance and Observation of the history

``Patient`` ← Patient (Task.for): name[0].text, family, given; birthDate; gender; identifier (system, value);
    communication[0].language.coding[0].code

``HistoryItem`` ← ServiceRequest.supportingInfo, or search ``Condition?patient=Patient/…`` and so on
    kind ← resourceType; reference ← ``Type/id``
    Condition: text ← code.text; detail ← note[0].text; date ← onsetDateTime
    MedicationStatement: text ← medicationCodeableConcept.text; detail ← dosage[0].text; date ← effectivePeriod.start
    AllergyIntolerance: text ← code.text; detail ← reaction[0].manifestation[0].text; date ← recordedDate
    Observation: text ← code.text; detail ← valueQuantity (value, unit; code is UCUM) or valueString, with
        referenceRange[0].text and interpretation[0].coding[0].code; date ← effectiveDateTime

``Document`` ← DocumentReference
    id ← id; kind ← category[0].coding[0].code of system DOCUMENT_KIND; title ← description
    content_type, url, size, sha1 ← content[0].attachment (hash is base64 of SHA-1: write it as hex); date ← date
    url is ``{base}/fhir/Binary/{id}``: ``Accept: */*`` gives the bytes, ``application/fhir+json`` the resource

``Study`` ← ImagingStudy: study_uid ← identifier of system ``urn:dicom:uid`` without ``urn:oid:``; description; date ←
    started; modalities ← modality[].code; series[] (uid, number, modality.code, description, numberOfInstances);
    endpoint[0] → Endpoint (connectionType dicom-wado-rs, address ``{base}/dicomweb``)

``Specialist`` ← Practitioner named by ``fhirUser`` (claim of the id_token, repeated beside it in the token response)
    name ← name[0].text; licence ← identifier of system LICENCE; specialty ← qualification[0].code.coding[0].code
    (system SPECIALTY); jurisdiction ← qualification[0].issuer.display (ISO 3166)
    languages ← communication[].coding[0].code
"""

from typing import Final

AUTHORITY: Final = "https://second-opinion.example/fhir"
CASE_NUMBER: Final = f"{AUTHORITY}/NamingSystem/case-number"
PATIENT_NUMBER: Final = f"{AUTHORITY}/NamingSystem/patient-number"
LICENCE: Final = f"{AUTHORITY}/NamingSystem/medical-licence"

SCENARIO: Final = f"{AUTHORITY}/CodeSystem/scenario"
SPECIALTY: Final = f"{AUTHORITY}/CodeSystem/specialty"
DOCUMENT_KIND: Final = f"{AUTHORITY}/CodeSystem/document-kind"
TASK_INPUT: Final = f"{AUTHORITY}/CodeSystem/task-input"
TASK_OUTPUT: Final = f"{AUTHORITY}/CodeSystem/task-output"
BUSINESS_STATUS: Final = f"{AUTHORITY}/CodeSystem/business-status"

PROPOSED_TREATMENT: Final = f"{AUTHORITY}/StructureDefinition/proposed-treatment"
RECORDS_LANGUAGE: Final = f"{AUTHORITY}/StructureDefinition/records-language"
ANSWER_LANGUAGE: Final = f"{AUTHORITY}/StructureDefinition/answer-language"
JURISDICTION: Final = f"{AUTHORITY}/StructureDefinition/jurisdiction"
CONSENT_SCOPE: Final = f"{AUTHORITY}/StructureDefinition/consent-scope"

CLIENT_ID: Final = "second-opinion-workstation"
SCOPES: Final = ("openid", "fhirUser", "offline_access", "user/*.cruds")

FHIR: Final = "/fhir"
DICOMWEB: Final = "/dicomweb"
AUTHORIZATION: Final = "/auth"
PKI: Final = "/pki"
