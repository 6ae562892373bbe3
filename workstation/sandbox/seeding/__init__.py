"""Cases put into the embedded service: the sample cases and any folder of real DICOM."""
