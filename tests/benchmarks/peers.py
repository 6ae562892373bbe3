"""What others do with the same folder; each is run in a fresh process and answers with what it measured."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

Measured = dict[str, float]


def load_simpleitk(folder: Path) -> Measured:
    import SimpleITK

    start = time.perf_counter()
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(folder)))
    image = reader.Execute()
    total = int(SimpleITK.GetArrayViewFromImage(image).sum(dtype=np.int64))
    return {"seconds": time.perf_counter() - start, "sum": total}


def load_pydicom(folder: Path) -> Measured:
    """The careful way: sorted by position, int16 from the start."""
    import pydicom

    start = time.perf_counter()
    files = [pydicom.dcmread(path) for path in folder.iterdir()]
    files.sort(key=lambda each: float(each.ImagePositionPatient[2]))
    volume = np.empty((len(files), files[0].Rows, files[0].Columns), np.int16)
    for slot, each in zip(volume, files, strict=True):
        np.add(each.pixel_array, np.int16(each.RescaleIntercept), out=slot)
    return {"seconds": time.perf_counter() - start, "sum": int(volume.sum(dtype=np.int64))}


def load_gdcm(folder: Path) -> Measured:
    import gdcm

    start = time.perf_counter()
    sorter = gdcm.IPPSorter()
    sorter.SetComputeZSpacing(True)  # noqa: FBT003 - gdcm's signature
    sorter.Sort([str(path) for path in folder.iterdir()])
    total = 0
    for name in sorter.GetFilenames():
        reader = gdcm.ImageReader()
        reader.SetFileName(name)
        reader.Read()
        image = reader.GetImage()
        raw = image.GetBuffer().encode("utf-8", errors="surrogateescape")
        total += int(np.frombuffer(raw, np.int16).sum(dtype=np.int64)) - 1024 * 512 * 512
    return {"seconds": time.perf_counter() - start, "sum": total}


def load_vtk(folder: Path) -> Measured:
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkIOImage import vtkDICOMImageReader

    start = time.perf_counter()
    reader = vtkDICOMImageReader()
    reader.SetDirectoryName(str(folder))
    reader.Update()
    values = vtk_to_numpy(reader.GetOutput().GetPointData().GetScalars())
    return {"seconds": time.perf_counter() - start, "sum": int(values.sum(dtype=np.int64))}


def load_dcm2niix(folder: Path) -> Measured:
    return _tool("dcm2niix", "-b", "n", "-z", "n", "-o", "{out}", str(folder))


def load_dicomtonifti(folder: Path) -> Measured:
    return _tool("dicomtonifti", "-o", "{out}/volume.nii", str(folder))


def scan_pydicom(folder: Path) -> Measured:
    import pydicom

    start = time.perf_counter()
    uids = {str(pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID) for path in folder.iterdir()}
    return {"seconds": time.perf_counter() - start, "files": len(uids)}


def scan_gdcm(folder: Path) -> Measured:
    import gdcm

    start = time.perf_counter()
    scanner = gdcm.Scanner()
    for tag in ((0x8, 0x18), (0x20, 0xD), (0x20, 0xE), (0x20, 0x32), (0x20, 0x37), (0x28, 0x10), (0x28, 0x11)):
        scanner.AddTag(gdcm.Tag(*tag))
    scanner.Scan([str(path) for path in folder.iterdir()])
    return {"seconds": time.perf_counter() - start, "files": len(scanner.GetValues())}


def scan_dicomtocsv(folder: Path) -> Measured:
    return _tool("dicomtocsv", "-k", "SOPInstanceUID", "-k", "SeriesInstanceUID", "-o", "{out}/scan.csv", str(folder))


LOADS: dict[str, Callable[[Path], Measured]] = {
    "SimpleITK": load_simpleitk,
    "pydicom": load_pydicom,
    "python-gdcm": load_gdcm,
    "vtkDICOMImageReader": load_vtk,
    "dcm2niix": load_dcm2niix,
    "vtk-dicom": load_dicomtonifti,
}
SCANS: dict[str, Callable[[Path], Measured]] = {
    "pydicom": scan_pydicom,
    "python-gdcm": scan_gdcm,
    "vtk-dicom": scan_dicomtocsv,
}
TOOLS = {"dcm2niix": "dcm2niix", "vtk-dicom": "dicomtocsv"}


def here(peer: str) -> bool:
    """Whether the peer is installed."""
    if peer in TOOLS:
        return _found(TOOLS[peer]) is not None
    from importlib.util import find_spec

    module = {"python-gdcm": "gdcm", "vtkDICOMImageReader": "vtkmodules"}.get(peer, peer)
    return find_spec(module) is not None


def _tool(*command: str) -> Measured:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as out:
        program = _found(command[0]) or command[0]
        start = time.perf_counter()
        subprocess.run([program, *(part.format(out=out) for part in command[1:])], check=True, capture_output=True)
        return {"seconds": time.perf_counter() - start}


def _found(tool: str) -> str | None:
    """The tool beside this interpreter before the system's, which may be years older and read fewer syntaxes."""
    return shutil.which(tool, path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))))
