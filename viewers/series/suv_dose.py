"""The injected dose at the time that a PET image is decay corrected to, with its arithmetic (PS3.3 C.8.9.1, C.8.22)."""

from datetime import datetime, timedelta

from viewers.series.header import Attributes, Header
from viewers.series.moments import moment

_MEGABECQUEREL_LIMIT_BQ = 1e4  # a dose below 10 kBq was written in MBq by mistake
_LONGEST_UPTAKE = timedelta(days=2)
_MOST_HALF_LIVES = 12  # after them nothing is left to see: the half-life was written in minutes, or a time is wrong
_DAY = timedelta(days=1)
_HALF_A_DAY = timedelta(hours=12)


class NoSuv(Exception):
    """Why SUV cannot be had, a sentence."""


def require_attenuation(first: Header) -> None:
    """Only an image that is corrected for attenuation can be scaled.

    Raises:
        NoSuv: it is not.
    """
    corrected = "ATTN" in first.texts("CorrectedImage") or first.text("AttenuationCorrected").upper() == "YES"
    if not corrected:
        raise NoSuv("No SUV: the image is not corrected for attenuation (ATTN).")


def dose_at_reference(first: Header, series: tuple[Header, ...]) -> tuple[float, list[str]]:
    """(the dose in Bq at the time that the image is decay corrected to, how it was computed).

    Args:
        first: of the images.
        series: every header of their series: the earliest acquisition counts.

    Raises:
        NoSuv: something is missing, or cannot be true.
    """
    require_attenuation(first)
    correction = first.text("DecayCorrection").upper()
    enhanced = "DecayCorrected" in first.attributes
    decays = "DECY" in first.texts("CorrectedImage") or first.text("DecayCorrected").upper() == "YES"
    if not decays and (enhanced or correction not in ("NONE", "")):
        raise NoSuv("No SUV: the image is not corrected for decay (DECY).")
    item = first.attributes.item("RadiopharmaceuticalInformationSequence")
    dose, half_life = item.number("RadionuclideTotalDose"), item.number("RadionuclideHalfLife")
    if not dose or dose <= 0:
        raise NoSuv("No SUV: the injected dose is missing.")
    if dose < _MEGABECQUEREL_LIMIT_BQ:
        raise NoSuv(f"No SUV: the injected dose, {dose:g} Bq, cannot be true; it may be in MBq.")
    if correction == "ADMIN":
        return dose, [f"dose {dose:g} Bq, corrected to administration (ADMIN)"]
    if not half_life or half_life <= 0:
        raise NoSuv("No SUV: the half-life of the radionuclide is missing.")
    if correction not in ("START", "NONE") and not enhanced:
        raise NoSuv("No SUV: the file does not say what its decay correction refers to.")
    corrected_to = _stated(first) if enhanced else _reference(first, series, correction)
    return _decayed(dose, half_life, corrected_to, _injected(first, item, corrected_to[0]))


def _decayed(
    dose: float, half_life: float, corrected_to: tuple[datetime, str], injection: tuple[datetime, str]
) -> tuple[float, list[str]]:
    (reference, which), (injected, how) = corrected_to, injection
    waited = (reference - injected).total_seconds()
    if waited < 0:
        raise NoSuv("No SUV: the injection is later than the scan; one of the clocks is wrong.")
    if waited > _LONGEST_UPTAKE.total_seconds():
        raise NoSuv("No SUV: the injection is more than two days before the scan; one of the dates is wrong.")
    if waited > _MOST_HALF_LIVES * half_life:
        raise NoSuv(f"No SUV: after {waited:g} s nothing would be left of a half-life of {half_life:g} s.")
    decayed = dose * 2 ** (-waited / half_life)
    return decayed, [
        f"injected {injected:%Y-%m-%d %H:%M:%S} ({how})",
        f"reference {reference:%Y-%m-%d %H:%M:%S} ({which})",
        f"dose {dose:g} Bq x 2^(-{waited:g} s / {half_life:g} s) = {decayed:.8g} Bq",
    ]


def _stated(first: Header) -> tuple[datetime, str]:
    """An enhanced image tells the time that it is corrected to (PS3.3 C.8.22.4)."""
    when = _moment(first, "DecayCorrectionDateTime")
    if when is None:
        raise NoSuv("No SUV: the file does not say what its decay correction refers to.")
    return when, "decay correction time"


def _reference(first: Header, series: tuple[Header, ...], correction: str) -> tuple[datetime, str]:
    """The time that the image is corrected to.

    START means the start of the series, which is its earliest acquisition; Series Time is later than that in
    reprocessed series. GE tells the scan's start in (0009,100D). NONE means no correction: every acquisition has
    its own time, and only a series of one time can be scaled by one factor.
    """
    acquired = sorted(when for header in series if (when := _acquired(header)) is not None)
    stated = _moment(first, "GemsScanDateTime")
    if stated is not None and correction == "START":
        # De-identification shifts public dates and forgets this one: its time of day is what counts.
        return _nearest(stated, acquired[0]) if acquired else stated, "GE scan start (0009,100D)"
    if not acquired:
        raise NoSuv("No SUV: the time of the scan is missing.")
    if correction == "NONE":
        if acquired[-1] != acquired[0]:
            raise NoSuv("No SUV: the image is not decay corrected and its slices were scanned at several times.")
        return acquired[0], "acquisition, not decay corrected (NONE)"
    started = _series_start(first)
    if started is not None and started <= acquired[0]:
        return started, "series start"
    return acquired[0], "earliest acquisition; the series time is later"


def _series_start(header: Header) -> datetime | None:
    return moment(header.text("SeriesDate"), header.text("SeriesTime"))


def _nearest(time_of_day: datetime, other: datetime) -> datetime:
    """The moment at this time of day that is nearest to another, be it on the day before or after."""
    same_day = datetime.combine(other.date(), time_of_day.time())
    if same_day - other > _HALF_A_DAY:
        return same_day - _DAY
    return same_day + _DAY if other - same_day > _HALF_A_DAY else same_day


def _acquired(header: Header) -> datetime | None:
    if header.text("AcquisitionDateTime"):
        return _moment(header, "AcquisitionDateTime")
    if header.text("AcquisitionDate"):
        return moment(header.text("AcquisitionDate"), header.text("AcquisitionTime"))
    undated = moment(header.text("SeriesDate"), header.text("AcquisitionTime"))
    started = _series_start(header)
    # a bed that is reached after midnight has a time of day before that of the series
    return undated if undated is None or started is None else _nearest(undated, started)


def _moment(header: Header, keyword: str) -> datetime | None:
    return moment(header.text(keyword), "", header.text("TimezoneOffsetFromUTC"))


def _injected(first: Header, item: Attributes, reference: datetime) -> tuple[datetime, str]:
    """The time of injection: with its date where given, else the last such time of day before the reference."""
    dated = moment(item.text("RadiopharmaceuticalStartDateTime"), "", first.text("TimezoneOffsetFromUTC"))
    if dated is not None:
        return dated, "start date and time"
    undated = moment(f"{reference:%Y%m%d}", item.text("RadiopharmaceuticalStartTime"))
    if undated is None:
        raise NoSuv("No SUV: the time of injection is missing.")
    if undated > reference:
        return undated - _DAY, "start time, on the day before the scan"
    return undated, "start time, on the day of the scan"
