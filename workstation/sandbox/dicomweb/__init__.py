"""The DICOMweb half of the embedded service: QIDO-RS, WADO-RS and STOW-RS over an archive of files."""
