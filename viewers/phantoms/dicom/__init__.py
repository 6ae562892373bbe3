"""DICOM headers and files of every modality, written with pydicom alone."""
