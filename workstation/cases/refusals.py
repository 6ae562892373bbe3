"""What the central service can refuse, as one tree; adapters of ``CaseSource`` and ``Courier`` raise only these."""

from datetime import datetime


class Refused(Exception):
    """The world's fault, in three sentences for the reader.

    Attributes:
        happened: what happened.
        kept: what is safe all the same.
        advice: what to do next.
    """

    def __init__(self, happened: str, *, kept: str = "", advice: str = "") -> None:
        super().__init__(" ".join(part for part in (happened, kept, advice) if part))
        self.happened = happened
        self.kept = kept
        self.advice = advice


class Unreachable(Refused):
    """No answer, or it broke off: the outcome of a write is unknown."""


class ServerFailed(Refused):
    """The service answered with an error of its own (5xx): worth another try later."""


class Throttled(Refused):
    """The service asks to wait (408, 425, 429, 503)."""

    def __init__(self, happened: str, *, retry_after_s: float | None = None, kept: str = "", advice: str = "") -> None:
        super().__init__(happened, kept=kept, advice=advice)
        self.retry_after_s = retry_after_s


class TlsRefused(Refused):
    """The service could not prove who it is."""


class SignInRefused(Refused):
    """Nobody is signed in, or the service does not accept who is."""


class Withheld(Refused):
    """The service does not let you see or change it (403): it is not yours, or not yours any more."""


class ForeignOrigin(Refused):
    """An address outside the service's own origin was named; nothing was sent there."""


class NotFound(Refused):
    """The service does not have what was asked for (404, 410)."""


class Conflict(Refused):
    """Somebody changed it first (409, 412): read again, then decide again."""


class Declined(Refused):
    """The service understood and said no (any other 4xx): a person has to look."""


class Unintelligible(Refused):
    """The answer is not what the profile promises: too large, too deep, no JSON, no DICOM, no boundary."""


class CutShort(Refused):
    """An answer ended before its end; what arrived is discarded."""


class Changed(Refused):
    """The case is not any more what the opinion saw.

    Attributes:
        differences: one sentence for each thing that changed.
    """

    def __init__(self, happened: str, *, differences: tuple[str, ...] = (), kept: str = "", advice: str = "") -> None:
        super().__init__(happened, kept=kept, advice=advice)
        self.differences = differences


class NoSpace(Refused):
    """This computer's disk is full, or would be."""


class WrongPatient(Refused):
    """Images are not, or may not be, of the case's patient."""


class Cancelled(Refused):
    """The reader stopped it; what was complete is kept."""


class Defect(Exception):
    """A mistake of this program."""


def retry_time(moment: datetime) -> str:
    """A moment as a sentence part for the reader, in the computer's own time zone."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")
