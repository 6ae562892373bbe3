"""The job that turns an object's file into a plain mapping, with everything its noun needs; run it in a worker."""

from collections.abc import Mapping
from functools import cache

from viewers.series.header_job import parsed
from viewers.series.wanted import FUNCTIONAL_GROUPS, GEOMETRY, OBJECTS, PATIENT_AND_STUDY, PIXELS, tags_of

CONTENT = """
ContentSequence RelationshipType ValueType ConceptNameCodeSequence ConceptCodeSequence TextValue DateTime Date Time
PersonName UID MeasuredValueSequence NumericValue FloatingPointValue MeasurementUnitsCodeSequence
NumericValueQualifierCodeSequence ReferencedSOPSequence ReferencedSOPClassUID ReferencedSOPInstanceUID
ReferencedFrameNumber ReferencedSegmentNumber GraphicType GraphicData PixelOriginInterpretation
ReferencedFrameOfReferenceUID FiducialUID ContinuityOfContent ReferencedContentItemIdentifier TemporalRangeType
TrackingID TrackingUID CodeValue LongCodeValue URNCodeValue CodingSchemeDesignator CodeMeaning CompletionFlag
VerificationFlag VerifyingObserverSequence VerifyingObserverName VerificationDateTime ContentTemplateSequence
TemplateIdentifier CurrentRequestedProcedureEvidenceSequence PertinentOtherEvidenceSequence ReferencedSeriesSequence
ReferencedDateTime ReferencedSamplePositions ReferencedTimeOffsets
""".split()  # noqa: SIM905 - a list of words reads best as words

PRESENTATION = """
ContentLabel ContentDescription ContentCreatorName PresentationCreationDate PresentationCreationTime
ReferencedImageSequence SoftcopyVOILUTSequence DisplayedAreaSelectionSequence DisplayedAreaTopLeftHandCorner
DisplayedAreaBottomRightHandCorner PresentationSizeMode PresentationPixelSpacing PresentationPixelAspectRatio
PresentationPixelMagnificationRatio GraphicAnnotationSequence GraphicLayer GraphicLayerSequence GraphicLayerOrder
GraphicLayerDescription GraphicLayerRecommendedDisplayGrayscaleValue GraphicLayerRecommendedDisplayCIELabValue
TextObjectSequence UnformattedTextValue BoundingBoxAnnotationUnits BoundingBoxTopLeftHandCorner
BoundingBoxBottomRightHandCorner AnchorPoint AnchorPointVisibility AnchorPointAnnotationUnits GraphicObjectSequence
GraphicAnnotationUnits GraphicDimensions NumberOfGraphicPoints GraphicFilled ImageRotation ImageHorizontalFlip
ShutterShape ShutterLeftVerticalEdge ShutterRightVerticalEdge ShutterUpperHorizontalEdge ShutterLowerHorizontalEdge
CenterOfCircularShutter RadiusOfCircularShutter VerticesOfThePolygonalShutter ShutterPresentationValue
""".split()  # noqa: SIM905 - a list of words reads best as words

REGIONS = """
StructureSetLabel StructureSetName StructureSetROISequence ROINumber ROIName ROIDescription ROIGenerationAlgorithm
ROIContourSequence ROIDisplayColor ReferencedROINumber ContourSequence ContourGeometricType NumberOfContourPoints
ContourData ContourImageSequence ReferencedFrameOfReferenceSequence RTROIObservationsSequence RTROIInterpretedType
SegmentSequence SegmentNumber SegmentLabel SegmentDescription SegmentAlgorithmType SegmentAlgorithmName
SegmentedPropertyCategoryCodeSequence SegmentedPropertyTypeCodeSequence RecommendedDisplayCIELabValue
SegmentationType SegmentationFractionalType MaximumFractionalValue SegmentIdentificationSequence
DerivationImageSequence SourceImageSequence AnatomicRegionSequence
""".split()  # noqa: SIM905 - a list of words reads best as words

WAVES = """
WaveformSequence MultiplexGroupTimeOffset MultiplexGroupLabel WaveformOriginality NumberOfWaveformChannels
NumberOfWaveformSamples SamplingFrequency WaveformBitsAllocated WaveformSampleInterpretation WaveformPaddingValue
WaveformData ChannelDefinitionSequence ChannelLabel ChannelSourceSequence ChannelSensitivity
ChannelSensitivityUnitsSequence ChannelSensitivityCorrectionFactor ChannelBaseline ChannelTimeSkew
WaveformBitsStored FilterLowFrequency FilterHighFrequency NotchFilterFrequency WaveformAnnotationSequence
AnnotationGroupNumber ReferencedWaveformChannels
""".split()  # noqa: SIM905 - a list of words reads best as words


def warm_up() -> None:
    """Make the dictionary before the wall is raised."""
    _wanted()


def read(payload: memoryview, options: Mapping[str, object]) -> dict[str, object]:
    """The mapping of one whole file, shaped as ``viewers.series.header`` tells.

    Args:
        payload: every byte of the file, or as many as were asked for.
        options: ``size``, the bytes of the file.
    """
    return parsed(payload, options, _wanted())


@cache
def _wanted() -> dict[int, tuple[str, str, bytes]]:
    return tags_of((
        *PATIENT_AND_STUDY, *GEOMETRY, *PIXELS, *FUNCTIONAL_GROUPS, *OBJECTS, *CONTENT, *PRESENTATION, *REGIONS, *WAVES,
    ))  # fmt: skip
