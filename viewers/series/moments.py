"""Moments of DICOM: DA, TM and DT values as points in time, offsets respected (PS3.5 6.2)."""

import re
from datetime import datetime, timedelta

_DATE_TIME = re.compile(
    r"(?P<year>\d{4})\.?(?P<month>\d{2})\.?(?P<day>\d{2})"
    r"(?:(?P<hour>\d{2}):?(?P<minute>\d{2})?:?(?P<second>\d{2})?(?:\.(?P<fraction>\d{1,6})\d*)?)?"
    r"(?P<offset>[+-]\d{4})?"
)


def moment(date: str, time: str, local_offset: str = "") -> datetime | None:
    """A date (or a whole DT) with a time as a moment on the clock of the examination, or None where it is none.

    Args:
        date: a DA or DT value.
        time: a TM value, empty with a DT.
        local_offset: Timezone Offset From UTC (0008,0201) of the examination, such as ``-0500``. A DT with another
            offset is moved to that clock; where the examination tells none, the DT's own clock is believed to be it.
    """
    found = _DATE_TIME.fullmatch(date.strip() + time.strip())
    if found is None or found["hour"] is None:
        return None
    try:
        when = datetime(  # noqa: DTZ001 - the clock of the examination, whatever its zone
            int(found["year"]),
            int(found["month"]),
            int(found["day"]),
            int(found["hour"]),
            int(found["minute"] or 0),
            min(59, int(found["second"] or 0)),
            int((found["fraction"] or "0").ljust(6, "0")),
        )
    except ValueError:
        return None
    if found["offset"] and re.fullmatch(r"[+-]\d{4}", local_offset):
        return when - _offset(found["offset"]) + _offset(local_offset)
    return when


def _offset(text: str) -> timedelta:
    minutes = int(text[1:3]) * 60 + int(text[3:5])
    return timedelta(minutes=-minutes if text.startswith("-") else minutes)
