"""What the tests of the embedded service do over and over: a small CT slice, signing in with an independent client."""

import re

import numpy as np
import requests
from authlib.integrations.requests_client import OAuth2Session
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from workstation.sandbox.running import Account, RunningSandbox
from workstation.sandbox.vocabulary import CLIENT_ID

REDIRECT = "http://127.0.0.1:49152/callback"
SCOPE = "openid fhirUser offline_access user/*.cruds"


def ct_slice(study: str, series: str, number: int, *, value: int = 7) -> Dataset:
    """A small legal CT image."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, generate_uid()
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = study, series
    dataset.PatientName, dataset.PatientID = "Folder^Patient", "F-1"
    dataset.PatientBirthDate, dataset.PatientSex = "19700102", "F"
    dataset.StudyDate, dataset.StudyTime, dataset.AccessionNumber = "20260301", "101112", "ACC1"
    dataset.StudyDescription, dataset.Modality = "CT of a box", "CT"
    dataset.SeriesNumber, dataset.InstanceNumber = 3, number
    dataset.Rows = dataset.Columns = 4
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit, dataset.PixelRepresentation, dataset.SamplesPerPixel = 15, 0, 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.PixelData = np.full((4, 4), value, "<u2").tobytes()
    return dataset


def signed_in(running: RunningSandbox, account: Account) -> OAuth2Session:
    """Sign in as a browser would, with Authlib's client: discovery, PKCE, the form, the redirect, the code."""
    found = requests.get(f"{running.fhir_url}/.well-known/smart-configuration", timeout=10).json()
    client = OAuth2Session(
        CLIENT_ID, scope=SCOPE, redirect_uri=REDIRECT, code_challenge_method="S256", token_endpoint_auth_method="none"
    )
    verifier = "v" * 64
    address, _state = client.create_authorization_url(found["authorization_endpoint"], code_verifier=verifier)
    answer = submit_login(address, account.username, account.password)
    assert answer.status_code == 303
    client.fetch_token(
        found["token_endpoint"], authorization_response=answer.headers["location"], code_verifier=verifier, timeout=10
    )
    return client


def submit_login(address: str, username: str, password: str) -> requests.Response:
    """Open the login page and send its form."""
    page = requests.get(address, timeout=10)
    assert page.status_code == 200
    action = re.search(r'action="([^"]+)"', page.text)
    transaction = re.search(r'name="transaction" value="([^"]+)"', page.text)
    assert action is not None
    assert transaction is not None
    form = {"username": username, "password": password, "transaction": transaction[1]}
    return requests.post(action[1], data=form, timeout=10, allow_redirects=False)
