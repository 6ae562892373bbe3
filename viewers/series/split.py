"""Splitting: headers become display sets, by geometry first, then by what varies at one place."""

from collections.abc import Sequence

from viewers.series.display_set import DisplaySet
from viewers.series.header import Header


def display_sets(headers: Sequence[Header]) -> tuple[DisplaySet, ...]:
    """Everything that headers can show, each header in at least one display set.

    Returns:
        Display sets ordered by study date, series number, then the order within the series; ids are stable as long
        as the headers are the same.
    """
    raise NotImplementedError
