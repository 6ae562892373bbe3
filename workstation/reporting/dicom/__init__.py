"""DICOM objects made from the frozen opinion: structured report, key object selection, encapsulated PDF."""

import pydicom  # noqa: F401 - first and whole: two threads that enter it at two places meet half of it
