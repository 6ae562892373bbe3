"""The demo PKI of the embedded service: authorities, time-stamps, OCSP and CRLs, made anew for every data folder."""
