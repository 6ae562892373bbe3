"""SUV: every branch of the rule, each against arithmetic written out here, each refusal with its reason."""

import pytest

from viewers.series.suv import body_measure, suv_scales

HALF_LIFE, DOSE, WEIGHT = 6588.0, 370e6, 80.0
ITEM = {
    "RadionuclideTotalDose": str(DOSE),
    "RadionuclideHalfLife": str(HALF_LIFE),
    "RadiopharmaceuticalStartTime": "090000",
}


def scales(image, item=None, others=(), **data):
    values = {
        "Modality": "PT", "Units": "BQML", "CorrectedImage": "NORM\\DTIM\\ATTN\\SCAT\\DECY", "DecayCorrection": "START",
        "PatientWeight": str(WEIGHT), "PatientSize": "1.80", "PatientSex": "M", "SeriesDate": "20260301",
        "SeriesTime": "100000", "AcquisitionDate": "20260301", "AcquisitionTime": "100000",
        "RadiopharmaceuticalInformationSequence": [ITEM | (item or {})], **data,
    }  # fmt: skip
    first = image("a", **values)
    rest = [image(f"o{n}", **{**values, **other}) for n, other in enumerate(others)]
    return {each.kind: each for each in suv_scales((first, *rest))}


def factor(image, **data):
    found = scales(image, **data)["SUVbw"]
    assert found.factor is not None, found.reason
    return found.factor


def decayed(seconds):
    return WEIGHT * 1000 / (DOSE * 2 ** (-seconds / HALF_LIFE))


def test_start_decays_the_dose_from_injection_to_the_scan(image):
    assert factor(image) == pytest.approx(decayed(3600), rel=1e-9)


def test_admin_does_not_decay_a_second_time(image):
    assert factor(image, DecayCorrection="ADMIN") == pytest.approx(WEIGHT * 1000 / DOSE, rel=1e-9)


def test_none_uses_the_time_of_the_acquisition_itself(image):
    found = factor(image, DecayCorrection="NONE", CorrectedImage="ATTN", AcquisitionTime="103000")
    assert found == pytest.approx(decayed(5400), rel=1e-9)


def test_none_over_several_times_cannot_be_one_factor(image):
    found = scales(image, others=[{"AcquisitionTime": "101000"}], DecayCorrection="NONE", CorrectedImage="ATTN")
    assert "several times" in found["SUVbw"].reason


def test_the_series_start_counts_when_later_beds_follow(image):
    found = factor(image, others=[{"AcquisitionTime": "102000"}], AcquisitionTime="101000")
    assert found == pytest.approx(decayed(3600), rel=1e-9)


def test_a_reprocessed_series_is_dated_by_its_earliest_acquisition(image):
    found = factor(image, others=[{"AcquisitionTime": "101000"}], SeriesTime="153000", AcquisitionTime="102000")
    assert found == pytest.approx(decayed(4200), rel=1e-9)


def test_ge_tells_the_start_of_the_scan_in_a_private_element(image):
    found = factor(image, GemsScanDateTime="20260301095000.00", SeriesTime="153000", AcquisitionTime="102000")
    assert found == pytest.approx(decayed(3000), rel=1e-9)


def test_ge_dates_that_deidentification_forgot_do_not_count(image):
    assert factor(image, GemsScanDateTime="19991224095000.00") == pytest.approx(decayed(3000), rel=1e-9)


def test_a_full_date_of_injection_is_preferred_to_the_time(image):
    found = factor(image, item={"RadiopharmaceuticalStartDateTime": "20260301083000.000000"})
    assert found == pytest.approx(decayed(5400), rel=1e-9)


def test_a_time_of_injection_before_midnight_is_the_day_before(image):
    found = factor(
        image, item={"RadiopharmaceuticalStartTime": "233000"}, SeriesTime="003000", AcquisitionTime="003000"
    )
    assert found == pytest.approx(decayed(3600), rel=1e-9)


def test_beds_reached_after_midnight_do_not_become_the_earliest(image):
    """Without Acquisition Date the bed at 00:05 belongs to the day after the series, not to its morning."""
    night = {"SeriesTime": "235500", "AcquisitionTime": "235500", "AcquisitionDate": None}
    started = {"RadiopharmaceuticalStartTime": "232500"}
    assert factor(image, item=started, others=[{"AcquisitionTime": "000500"}], **night) == pytest.approx(decayed(1800))


def test_the_scan_of_ge_began_on_the_day_that_is_nearest_to_its_first_bed(image):
    dated = {"RadiopharmaceuticalStartDateTime": "20260228225950"}
    first_bed = {"AcquisitionTime": "000010", "GemsScanDateTime": "20200101235950.00", "SeriesTime": "150000"}
    assert factor(image, item=dated, **first_bed) == pytest.approx(decayed(3600))


def test_an_enhanced_image_tells_its_own_time_of_correction(image):
    plain = dict.fromkeys(("Units", "CorrectedImage", "DecayCorrection", "SeriesTime", "AcquisitionTime"))
    said = {"DecayCorrected": "YES", "AttenuationCorrected": "YES", "DecayCorrectionDateTime": "20260301100000"}
    groups = [{"PixelValueTransformationSequence": [{"RescaleType": "BQML"}]}]
    enhanced = {**plain, **said, "PerFrameFunctionalGroupsSequence": groups}
    assert factor(image, **enhanced) == pytest.approx(decayed(3600))
    for keyword in said:
        assert scales(image, **{**enhanced, keyword: None})["SUVbw"].factor is None


@pytest.mark.parametrize(
    ("zone", "injected", "seconds"),
    [
        ("-0500", "20260301083000-0500", 5400), ("-0500", "20260301133000+0000", 5400), ("", "20260301083000-0800", 5400),  # noqa: E501 - a table reads best in lines
        ("+0530", "20260301030000.00+0000", 5400),
    ],
)  # fmt: skip
def test_time_zones_are_respected(image, zone, injected, seconds):
    found = factor(image, item={"RadiopharmaceuticalStartDateTime": injected}, TimezoneOffsetFromUTC=zone)
    assert found == pytest.approx(decayed(seconds), rel=1e-9)


def test_philips_counts_by_the_suv_factor(image):
    found = factor(image, Units="CNTS", PhilipsSuvFactor="0.000551")
    assert found == pytest.approx(0.000551, rel=1e-9)


def test_philips_counts_by_the_activity_factor(image):
    found = factor(image, Units="CNTS", PhilipsActivityFactor="1.7")
    assert found == pytest.approx(1.7 * decayed(3600), rel=1e-9)


def test_philips_other_measures_come_from_the_same_dose(image):
    found = scales(image, Units="CNTS", PhilipsSuvFactor="0.000551")
    lean = 1.10 * 80 - 128 * (80 / 180) ** 2
    assert found["SUVlbm"].factor == pytest.approx(0.000551 * lean / 80, rel=1e-9)


def test_stored_suv_is_taken_as_it_is(image):
    found = scales(image, Units="GML")
    assert found["SUVbw"].factor == 1
    assert found["SUVibw"].factor == pytest.approx((48 + 1.06 * (180 - 152)) / 80, rel=1e-9)


def test_stored_suv_of_another_kind_is_refused(image):
    assert "LBM" in scales(image, Units="GML", SUVType="LBM")["SUVbw"].reason


REFUSALS = [
    ({"Units": "CNTS"}, "no factor"), ({"Units": "PROPCNTS"}, "PROPCNTS"), ({"Units": ""}, "no stated unit"),
    ({"CorrectedImage": "DECY"}, "ATTN"), ({"CorrectedImage": "ATTN"}, "DECY"), ({"DecayCorrection": "ODD"}, "decay correction"),  # noqa: E501 - a table reads best in lines
    ({"PatientWeight": None}, "weight"), ({"PatientWeight": "0"}, "weight"),
    ({"item": {"RadionuclideTotalDose": None}}, "dose"), ({"item": {"RadionuclideTotalDose": "370"}}, "MBq"),
    ({"item": {"RadionuclideHalfLife": None}}, "half-life"), ({"item": {"RadiopharmaceuticalStartTime": None}}, "injection"),  # noqa: E501 - a table reads best in lines
    ({"item": {"RadiopharmaceuticalStartDateTime": "20260301110000"}}, "later than the scan"),
    ({"item": {"RadiopharmaceuticalStartDateTime": "20260201090000"}}, "two days"),
    ({"PatientWeight": "80000"}, "cannot be true"), ({"item": {"RadionuclideHalfLife": "109.8"}}, "half-life"),
    ({"Units": "CNTS", "PhilipsSuvFactor": "0.5", "CorrectedImage": "DECY"}, "ATTN"),
    ({"others": [{"PatientWeight": "70"}]}, "weight"), ({"others": [{"Units": "CNTS"}]}, "unit"),
    ({"Units": "CNTS", "PhilipsActivityFactor": "1.5", "others": [{"PhilipsActivityFactor": "1.6"}]}, "factor to Bq/ml"),  # noqa: E501 - a table reads best in lines
    ({"RescaleSlope": "0,5"}, "scale"),
    ({"AcquisitionTime": None}, "time of the scan"), ({"RadiopharmaceuticalInformationSequence": None}, "dose"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "reason"), REFUSALS)
def test_what_is_missing_is_named_and_nothing_is_guessed(image, data, reason):
    found = scales(image, **data)["SUVbw"]
    assert found.factor is None
    assert reason in found.reason


def test_weight_is_enough_for_bw_and_the_others_say_what_they_miss(image):
    found = scales(image, PatientSize=None)
    assert found["SUVbw"].factor
    assert all("height" in found[kind].reason for kind in ("SUVlbm", "SUVbsa", "SUVibw", "SUVlbm-janmahasatian"))
    assert "sex" in scales(image, PatientSex="O")["SUVlbm"].reason


@pytest.mark.parametrize("metres", ["1e-9", "1e300", "-1.7", "17000", "0"])
def test_a_height_that_nobody_has_is_named_and_stops_nothing(image, metres):
    found = scales(image, PatientSize=metres)
    assert found["SUVbw"].factor
    assert "height" in found["SUVlbm-janmahasatian"].reason


def test_height_in_centimetres_is_understood(image):
    assert scales(image, PatientSize="180")["SUVbsa"].factor == pytest.approx(scales(image)["SUVbsa"].factor)


@pytest.mark.parametrize(
    ("kind", "sex", "expected"),
    [
        ("SUVbw", "F", 70_000), ("SUVlbm", "M", (1.10 * 70 - 128 * (70 / 165) ** 2) * 1000),
        ("SUVlbm", "F", (1.07 * 70 - 148 * (70 / 165) ** 2) * 1000),
        ("SUVlbm-janmahasatian", "M", 9270 * 70 / (6680 + 216 * 70 / 1.65**2) * 1000),
        ("SUVlbm-janmahasatian", "F", 9270 * 70 / (8780 + 244 * 70 / 1.65**2) * 1000),
        ("SUVbsa", "F", 0.007184 * 70**0.425 * 165**0.725 * 10_000),
        ("SUVibw", "M", (48.0 + 1.06 * 13) * 1000), ("SUVibw", "F", (45.5 + 0.91 * 13) * 1000),
    ],
)  # fmt: skip
def test_body_measures_are_their_formulas(kind, sex, expected):
    assert body_measure(kind, 70, 165, sex)[0] == pytest.approx(expected, rel=1e-12)


def test_the_arithmetic_is_kept_for_show(image):
    lines = "\n".join(scales(image)["SUVbw"].arithmetic)
    for part in ("2026-03-01 09:00:00", "2026-03-01 10:00:00", "3600 s / 6588 s", "weight 80 kg"):
        assert part in lines


def test_other_modalities_have_no_suv(image):
    assert suv_scales((image("a", Modality="CT"),)) == ()


def test_the_real_series_has_the_published_factor(here, shared_data):
    from viewers.series.open_source import open_source
    from viewers.series.scan import scan
    from viewers.series.split import display_sets

    found = scan(open_source(shared_data / "dicom" / "pet-ct-acrin" / "PT_PET-AC_1"), here)
    (only,) = display_sets(found.headers)
    assert only.suv_factor == pytest.approx(0.00042111007, rel=1e-6)
    nac = scan(open_source(shared_data / "dicom" / "pet-ct-acrin" / "PT_PET-NAC_2"), here)
    (refused,) = display_sets(nac.headers)
    assert refused.suv_factor is None
    assert "PROPCNTS" in refused.suv_reason
