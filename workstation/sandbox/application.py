"""The service put together: one ASGI application of sign-in, FHIR, DICOMweb and the demo PKI."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

import workstation
from workstation.sandbox.accounts import load_accounts
from workstation.sandbox.authorization.grants import Grants
from workstation.sandbox.authorization.id_token import IdTokens
from workstation.sandbox.authorization.pages import message_page
from workstation.sandbox.authorization.routes import Gate
from workstation.sandbox.authorization.routes import routes as authorization_routes
from workstation.sandbox.database import Database
from workstation.sandbox.dicomweb.archive import Archive
from workstation.sandbox.dicomweb.routes import routes as dicomweb_routes
from workstation.sandbox.faults import Faults
from workstation.sandbox.fhir.routes import routes as fhir_routes
from workstation.sandbox.fhir.shelf import Shelf
from workstation.sandbox.running import Account, Lifetimes
from workstation.sandbox.seeding.stock import Stock
from workstation.sandbox.trust.pki import Pki
from workstation.sandbox.trust.routes import routes as trust_routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The parts of one running service. The first account is the specialist, the second the colleague."""

    base_url: str
    data: Path
    database: Database
    accounts: tuple[Account, ...]
    grants: Grants
    shelf: Shelf
    archive: Archive
    pki: Pki
    trust: tuple[Path, ...]
    faults: Faults
    application: ASGIApp

    def stock(self, progress: Callable[[str], None]) -> Stock:
        """Where cases are put, assigned to the specialist."""
        return Stock(
            shelf=self.shelf, archive=self.archive, data=self.data, base_url=self.base_url,
            owner=self.accounts[0].practitioner, progress=progress,
        )  # fmt: skip


def open_service(data: Path, base_url: str, lifetimes: Lifetimes) -> Service:
    """Open the data folder, made when missing, and put the service together around it."""
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(0o700)
    database = Database(data / "service.sqlite")
    accounts = load_accounts(data)
    grants = Grants(database, accounts, lifetimes)
    shelf, archive = Shelf(database), Archive(database, data / "received")
    pki = Pki(data / "pki", base_url, accounts.values())
    faults = Faults(shelf, archive)
    id_tokens = IdTokens(data / "id-token-key.pem", base_url)
    application = Starlette(
        routes=[
            Route("/", _welcome, methods=["GET"]),
            *authorization_routes(grants, id_tokens, base_url),
            *fhir_routes(shelf, base_url, workstation.__version__),
            *dicomweb_routes(archive, base_url),
            *trust_routes(pki),
        ],
        # A page of another origin whose name was bound to 127.0.0.1 gets no answer.
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
            Middleware(faults.middleware),
            Middleware(Gate, grants=grants),
        ],
    )
    return Service(
        base_url=base_url, data=data, database=database, accounts=tuple(accounts.values()), grants=grants, shelf=shelf,
        archive=archive, pki=pki, trust=pki.write_trust(data / "trust"), faults=faults, application=application,
    )  # fmt: skip


async def _welcome(_request: Request) -> Response:
    text = "This is the embedded demonstration service of the Second Opinion Workstation. It holds no real patients."
    return message_page("Second Opinion Service", text)
