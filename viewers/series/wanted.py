"""The attributes worth keeping of a header, by keyword; everything else is passed over unread."""

from collections.abc import Iterable
from functools import cache

PATIENT_AND_STUDY = """
SpecificCharacterSet ImageType InstanceCreationDate InstanceCreationTime SOPClassUID SOPInstanceUID StudyDate
SeriesDate AcquisitionDate ContentDate AcquisitionDateTime StudyTime SeriesTime AcquisitionTime ContentTime
AccessionNumber Modality ModalitiesInStudy ConversionType PresentationIntentType Manufacturer InstitutionName
StationName StudyDescription SeriesDescription ManufacturerModelName PatientName PatientID IssuerOfPatientID
PatientBirthDate PatientSex PatientAge PatientSize PatientWeight PatientComments AdditionalPatientHistory
BodyPartExamined StudyInstanceUID SeriesInstanceUID StudyID SeriesNumber AcquisitionNumber InstanceNumber
PatientOrientation ProtocolName PatientPosition Laterality ImageLaterality FrameLaterality TimezoneOffsetFromUTC
ContentLabel ContentDescription ImageComments BurnedInAnnotation PatientIdentityRemoved QualityControlImage
SoftwareVersions
""".split()  # noqa: SIM905 - a list of words reads best as words

GEOMETRY = """
ImagePositionPatient ImageOrientationPatient FrameOfReferenceUID PositionReferenceIndicator SliceLocation
SliceThickness SpacingBetweenSlices PixelSpacing ImagerPixelSpacing NominalScannedPixelSpacing PixelAspectRatio
PixelSpacingCalibrationType PixelSpacingCalibrationDescription EstimatedRadiographicMagnificationFactor
DistanceSourceToDetector DistanceSourceToPatient DistanceObjectToTableTop GantryDetectorTilt StackID
InStackPositionNumber DetectorElementSpacing PositionerPrimaryAngle PositionerSecondaryAngle ViewPosition TableHeight
ImagePlanePixelSpacing VolumeLocalizationTechnique SequenceOfUltrasoundRegions RegionSpatialFormat RegionDataType
RegionFlags RegionLocationMinX0 RegionLocationMinY0 RegionLocationMaxX1 RegionLocationMaxY1 ReferencePixelX0
ReferencePixelY0 PhysicalUnitsXDirection PhysicalUnitsYDirection ReferencePixelPhysicalValueX
ReferencePixelPhysicalValueY PhysicalDeltaX PhysicalDeltaY ImageOrientationVolume ImagePositionVolume
PlanePositionVolumeSequence PlaneOrientationVolumeSequence TotalPixelMatrixColumns TotalPixelMatrixRows
TotalPixelMatrixOriginSequence XOffsetInSlideCoordinateSystem YOffsetInSlideCoordinateSystem
ZOffsetInSlideCoordinateSystem ImageOrientationSlide DimensionOrganizationType PlanePositionSlideSequence
ColumnPositionInTotalImagePixelMatrix RowPositionInTotalImagePixelMatrix NumberOfFocalPlanes NumberOfOpticalPaths
ImagedVolumeWidth ImagedVolumeHeight ViewCodeSequence AnatomicRegionSequence CodeValue CodingSchemeDesignator
CodeMeaning ConceptNameCodeSequence
""".split()  # noqa: SIM905 - a list of words reads best as words

SPLITTING = """
EchoTime EffectiveEchoTime EchoNumbers RepetitionTime InversionTime FlipAngle DiffusionBValue
DiffusionGradientOrientation DiffusionDirectionality TemporalPositionIdentifier TemporalPositionIndex
NumberOfTemporalPositions TemporalResolution TriggerTime NominalCardiacTriggerDelayTime
NominalPercentageOfCardiacPhase CardiacNumberOfImages RRIntervalTimeNominal NominalInterval HeartRate RWavePointer
RWaveTimeVector FrameReferenceDateTime FrameReferenceTime FrameAcquisitionDateTime ConvolutionKernel
ContrastBolusAgent ContrastBolusStartTime ReconstructionAlgorithm FilterType KVP XRayTubeCurrent Exposure
MagneticFieldStrength SequenceName ScanningSequence SequenceVariant ScanOptions MRAcquisitionType ImageID SeriesType
ComplexImageComponent AcquisitionContrast VolumetricProperties VolumeBasedCalculationTechnique FrameType
ActualFrameDuration NumberOfSlices NumberOfTimeSlices TimeSliceVector NumberOfPhases StageNumber StageName ViewName
ViewNumber NumberOfStages EventTimeOffset IVUSPullbackRate ReceiveCoilName DataPointRows ConcatenationUID
InConcatenationNumber InConcatenationTotalNumber
""".split()  # noqa: SIM905 - a list of words reads best as words

FUNCTIONAL_GROUPS = """
SharedFunctionalGroupsSequence PerFrameFunctionalGroupsSequence PixelMeasuresSequence PlanePositionSequence
PlaneOrientationSequence FrameContentSequence PixelValueTransformationSequence FrameVOILUTSequence MRDiffusionSequence
DiffusionGradientDirectionSequence MREchoSequence MRImageFrameTypeSequence CTImageFrameTypeSequence
PETFrameTypeSequence XRay3DFrameTypeSequence MRTimingAndRelatedParametersSequence CTReconstructionSequence
CardiacSynchronizationSequence TemporalPositionSequence TemporalPositionTimeOffset MRModifierSequence InversionTimes
MRVelocityEncodingSequence VelocityEncodingDirection CTXRayDetailsSequence RespiratorySynchronizationSequence
NominalPercentageOfRespiratoryPhase RealWorldValueMappingSequence FramePixelDataPropertiesSequence
FrameAnatomySequence PositionerPositionSequence ProjectionPixelCalibrationSequence ObjectPixelSpacingInCenterOfBeam
IsocenterReferenceSystemSequence UnassignedPerFrameConvertedAttributesSequence
UnassignedSharedConvertedAttributesSequence FrameAcquisitionNumber DimensionIndexValues DimensionIndexSequence
DimensionIndexPointer FunctionalGroupPointer DimensionOrganizationSequence DimensionOrganizationUID
PositionerPrimaryAngleDirection USImageDescriptionSequence ParametricMapFrameTypeSequence
SegmentIdentificationSequence ReferencedSegmentNumber
""".split()  # noqa: SIM905 - a list of words reads best as words

PIXELS = """
SamplesPerPixel PhotometricInterpretation PlanarConfiguration NumberOfFrames Rows Columns BitsAllocated BitsStored
HighBit PixelRepresentation SmallestImagePixelValue LargestImagePixelValue PixelPaddingValue PixelPaddingRangeLimit
FloatPixelPaddingValue FloatPixelPaddingRangeLimit DoubleFloatPixelPaddingValue DoubleFloatPixelPaddingRangeLimit
PixelIntensityRelationship PixelIntensityRelationshipSign WindowCenter WindowWidth WindowCenterWidthExplanation
VOILUTFunction RescaleIntercept RescaleSlope RescaleType ModalityLUTSequence ModalityLUTType VOILUTSequence
LUTDescriptor LUTExplanation LUTData PresentationLUTShape PresentationLUTSequence PixelPresentation
RedPaletteColorLookupTableDescriptor GreenPaletteColorLookupTableDescriptor BluePaletteColorLookupTableDescriptor
AlphaPaletteColorLookupTableDescriptor RedPaletteColorLookupTableData GreenPaletteColorLookupTableData
BluePaletteColorLookupTableData SegmentedRedPaletteColorLookupTableData SegmentedGreenPaletteColorLookupTableData
SegmentedBluePaletteColorLookupTableData LossyImageCompression LossyImageCompressionRatio LossyImageCompressionMethod
ExtendedOffsetTable ExtendedOffsetTableLengths RealWorldValueSlope RealWorldValueIntercept
RealWorldValueFirstValueMapped RealWorldValueLastValueMapped LUTLabel MeasurementUnitsCodeSequence
PaletteColorLookupTableUID
""".split()  # noqa: SIM905 - a list of words reads best as words

TIME_AND_CINE = """
FrameTime FrameTimeVector FrameDelay RecommendedDisplayFrameRate CineRate StartTrim StopTrim
PreferredPlaybackSequencing FrameIncrementPointer EffectiveDuration ActualFrameDuration RepresentativeFrameNumber
MaskSubtractionSequence MaskOperation ApplicableFrameRange MaskFrameNumbers ContrastFrameAveraging MaskSubPixelShift
TIDOffset RecommendedViewingMode
""".split()  # noqa: SIM905 - a list of words reads best as words

NUCLEAR = """
Units CountsSource SUVType DecayCorrection DecayFactor CorrectedImage RandomsCorrectionMethod DoseCalibrationFactor
RadiopharmaceuticalInformationSequence Radiopharmaceutical RadiopharmaceuticalStartTime RadiopharmaceuticalStopTime
RadionuclideTotalDose RadionuclideHalfLife RadiopharmaceuticalStartDateTime RadiopharmaceuticalStopDateTime
DetectorInformationSequence SliceVector EnergyWindowVector PhaseVector RRIntervalVector TimeSlotVector
RadionuclideCodeSequence RadiopharmaceuticalVolume DecayCorrectionDateTime DecayCorrected AttenuationCorrected
""".split()  # noqa: SIM905 - a list of words reads best as words

OBJECTS = """
DirectoryRecordSequence DirectoryRecordType ReferencedFileID OffsetOfReferencedLowerLevelDirectoryEntity DocumentTitle
MIMETypeOfEncapsulatedDocument EncapsulatedDocumentLength CompletionFlag VerificationFlag ValueType SegmentationType
MaximumFractionalValue SegmentSequence SegmentNumber SegmentLabel SegmentDescription StructureSetLabel
StructureSetName DoseUnits DoseType DoseSummationType DoseGridScaling GridFrameOffsetVector ReferencedSeriesSequence
ReferencedImageSequence ReferencedInstanceSequence ReferencedSOPClassUID ReferencedSOPInstanceUID
ReferencedFrameNumber SourceImageSequence PresentationCreationDate PresentationCreationTime WaveformSequence
MultiplexGroupLabel NumberOfWaveformChannels NumberOfWaveformSamples SamplingFrequency
""".split()  # noqa: SIM905 - a list of words reads best as words

# (private creator, element's low byte) -> (our name, VR). Nothing else private is read.
PRIVATE: dict[tuple[str, int], tuple[str, str, bytes]] = {
    ("GEMS_PETD_01", 0x0D): ("GemsScanDateTime", "DT", b"DT"),
    ("Philips PET Private Group", 0x00): ("PhilipsSuvFactor", "DS", b"DS"),
    ("Philips PET Private Group", 0x09): ("PhilipsActivityFactor", "DS", b"DS"),
    ("SIEMENS MR HEADER", 0x0A): ("SiemensMosaicImages", "US", b"US"),
    ("SIEMENS MR HEADER", 0x0C): ("SiemensBValue", "IS", b"IS"),
    ("SIEMENS MR HEADER", 0x0E): ("SiemensGradient", "FD", b"FD"),
    ("SIEMENS CSA HEADER", 0x10): ("SiemensCsa", "CSA", b"CSA"),
    ("GEMS_PARM_01", 0x39): ("GemsBValue", "IS", b"IS"),
    ("GEMS_ACQU_01", 0xBB): ("GemsGradientX", "DS", b"DS"),
    ("GEMS_ACQU_01", 0xBC): ("GemsGradientY", "DS", b"DS"),
    ("GEMS_ACQU_01", 0xBD): ("GemsGradientZ", "DS", b"DS"),
    ("Philips Imaging DD 001", 0x03): ("PhilipsBValue", "FL", b"FL"),
    ("Philips Imaging DD 001", 0x04): ("PhilipsDirection", "CS", b"CS"),
}
PRIVATE_CREATORS = frozenset(creator for creator, _ in PRIVATE)

# Elements of the repeating groups 60xx (PS3.3 C.9.2).
OVERLAY: dict[int, tuple[str, str, bytes]] = {
    0x0010: ("OverlayRows", "US", b"US"),
    0x0011: ("OverlayColumns", "US", b"US"),
    0x0015: ("NumberOfFramesInOverlay", "IS", b"IS"),
    0x0040: ("OverlayType", "CS", b"CS"),
    0x0050: ("OverlayOrigin", "SS", b"SS"),
    0x0051: ("ImageFrameOrigin", "US", b"US"),
    0x0100: ("OverlayBitsAllocated", "US", b"US"),
    0x0102: ("OverlayBitPosition", "US", b"US"),
    0x1500: ("OverlayLabel", "LO", b"LO"),
    0x3000: ("OverlayData", "OW", b"OW"),
}


@cache
def by_tag() -> dict[int, tuple[str, str, bytes]]:
    """Tag -> (keyword, VR, the same as bytes) of every attribute worth keeping of a header."""
    return tags_of((
        *PATIENT_AND_STUDY, *GEOMETRY, *SPLITTING, *FUNCTIONAL_GROUPS, *PIXELS, *TIME_AND_CINE, *NUCLEAR, *OBJECTS,
    ))  # fmt: skip


def tags_of(keywords: Iterable[str]) -> dict[int, tuple[str, str, bytes]]:
    """Tag -> (keyword, VR, the same as bytes) of these attributes, the VRs from the standard's dictionary."""
    import pydicom  # noqa: F401 - first and whole: two threads that enter it at two places meet half of it
    from pydicom.datadict import dictionary_VR, tag_for_keyword

    tags = {tag: keyword for keyword in keywords if (tag := tag_for_keyword(keyword)) is not None}
    return {tag: (keyword, vr, vr.encode("ascii")) for tag, keyword in tags.items() if (vr := dictionary_VR(tag))}
