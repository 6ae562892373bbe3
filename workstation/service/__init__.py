"""The central service's client: sign-in, FHIR R4, DICOMweb, trust services; ``requests`` stops here.

Everything that may go wrong is one tree (``workstation.cases.refusals``), three sentences each: what happened, what was
kept, what to do next::

    Refused
    ├── Unreachable      no answer, or it broke off: the outcome of a write is unknown
    ├── ServerFailed     5xx
    ├── Throttled        408, 425, 429, 503, with ``retry_after_s``
    ├── TlsRefused       the service could not prove who it is
    ├── SignInRefused    401 after one refresh, wrong password
    ├── Withheld         403: not yours, or not yours any more
    ├── ForeignOrigin    an address outside the service's origin; nothing was sent there
    ├── NotFound         404, 410
    ├── Conflict         409, 412: read again, decide again
    ├── Declined         any other 4xx
    ├── Unintelligible   the answer is not what the profile promises
    ├── CutShort         an answer ended before its end
    ├── Changed          the case is not what the opinion saw
    └── Cancelled        the reader stopped it
    Defect               a mistake of this program

Start at ``central.CentralService`` and ``sign_in.sign_in_with_browser``.
"""
