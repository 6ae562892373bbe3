"""DICOM objects made from the frozen opinion: structured report, key object selection, encapsulated PDF."""
