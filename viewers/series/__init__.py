"""From files to ordered frames: headers, display sets, calibration, codecs. pydicom stops here and in ``objects``."""
