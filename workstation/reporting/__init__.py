"""From the frozen opinion to what goes out: document blocks, PDF, HTML, DICOM and FHIR."""
