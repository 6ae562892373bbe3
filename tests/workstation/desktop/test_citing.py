"""Citing: a reformatted view stands for the slice of the acquired stack that its crosshair lies in."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.workstation.review.test_cite import a_display_set
from viewers.geometry.points import PatientPoint
from viewers.series.display_set import StackGeometry
from workstation.desktop.citing import frame_nearest

SLICES = 7


@given(
    st.floats(0, 2 * np.pi), st.integers(0, SLICES - 1), st.floats(-0.49, 0.49), st.floats(-200, 200),
    st.floats(-30, 30),
)  # fmt: skip
def test_the_slice_is_the_one_that_the_place_lies_in(turn, index, off, across, drift):
    row, normal = np.array([np.cos(turn), 0, -np.sin(turn)]), np.array([np.sin(turn), 0, np.cos(turn)])
    down = np.array([0.0, 1, 0])
    origins = np.array([10 * normal * number + drift * down * number for number in range(SLICES)])  # a tilted stack
    geometry = StackGeometry(
        row_direction=tuple(row), column_direction=tuple(down), normal=tuple(normal), origins_mm=origins,
        spacing_mm=(1.0, 1.0, 10.0), regular=True, tilt_deg=0.0, gaps=(),
    )  # fmt: skip
    place = origins[index] + 10 * off * normal + across * row - across * down
    assert frame_nearest(replace(a_display_set(), geometry=geometry), PatientPoint(*place)) == index
