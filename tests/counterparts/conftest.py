"""Foreign servers, started by the tests and bound to this computer."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.fakes.fault_proxy import FaultProxy

ORTHANC_PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")


@pytest.fixture(scope="session")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """DICOMweb root of a real, empty Orthanc."""
    program = shutil.which("Orthanc", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if not program or not ORTHANC_PLUGIN.exists():
        pytest.skip("Orthanc with its DICOMweb plugin is missing (Debian: orthanc orthanc-dicomweb)")
    folder = tmp_path_factory.mktemp("orthanc")
    inner = _free_port()
    settings = {
        "Name": "counterpart",
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "storage"),
        "Plugins": [str(ORTHANC_PLUGIN)],
        "HttpPort": inner,
        "DicomServerEnabled": False,
        "AuthenticationEnabled": False,
        "RemoteAccessAllowed": False,
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/", "PublicRoot": "/dicom-web/"},
    }
    (folder / "orthanc.json").write_text(json.dumps(settings))
    command = [program, str(folder / "orthanc.json")]
    with _running(command, folder, inner) as port:
        root = f"http://127.0.0.1:{port}/dicom-web"
        _await(root + "/studies")
        yield root


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[int]:
    """The program in a network of its own where the system allows it; else alone, refusing remote callers itself."""
    path = folder / "relay"
    room = [sys.executable, str(Path(__file__).with_name("orthanc_room.py")), str(path), str(port)]
    apart = may_unshare()
    with (folder / "log.txt").open("wb") as log:
        whole = ["unshare", "-rn", *room, *command] if apart else command
        process = subprocess.Popen(whole, stdout=log, stderr=log, start_new_session=True)
        try:
            if apart:
                with FaultProxy(path) as proxy:
                    yield proxy.port
            else:
                yield port
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _await(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if requests.get(url, timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)  # it is starting; there is no other sign of life
    pytest.fail("Orthanc did not start within a minute")


def may_unshare() -> bool:
    return (
        bool(shutil.which("unshare"))
        and subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0
    )


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
