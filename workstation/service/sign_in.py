"""Signing in: authorization code with PKCE in the system browser, or a device code; tokens end on the token shelf."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from workstation.cases.ports import TokenShelf
from workstation.service.address import ServiceAddress

NEVER: Callable[[], bool] = lambda: False  # noqa: E731  (a constant, not a function to be documented)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode:
    """What the reader types on another device, and until when."""

    user_code: str
    address: str
    complete_address: str
    secret: str
    interval_s: float
    expires_at: datetime


def sign_in_with_browser(
    address: ServiceAddress,
    tokens: TokenShelf,
    *,
    open_browser: Callable[[str], object],
    clock: Callable[[], datetime],
    cancelled: Callable[[], bool] = NEVER,
    timeout_s: float = 300.0,
) -> None:
    """Sign in by authorization code + PKCE S256; blocks until the browser came back to ``http://127.0.0.1:{port}``.

    Args:
        open_browser: shows an address in the system browser (``webbrowser.open``); tests and the demo play the browser.
        cancelled: asked several times a second; True gives up.

    Raises:
        Refused: see ``workstation.service``; the sentence says what to do.
    """
    raise NotImplementedError


def begin_device_sign_in(address: ServiceAddress, *, clock: Callable[[], datetime]) -> DeviceCode:
    """Ask for a device code (RFC 8628), the way in where no browser can come back to this computer."""
    raise NotImplementedError


def finish_device_sign_in(
    address: ServiceAddress,
    tokens: TokenShelf,
    code: DeviceCode,
    *,
    clock: Callable[[], datetime],
    wait: Callable[[float], object],
    cancelled: Callable[[], bool] = NEVER,
) -> None:
    """Wait (``wait`` sleeps) until the reader confirmed the code elsewhere."""
    raise NotImplementedError


def is_signed_in(address: ServiceAddress, tokens: TokenShelf) -> bool:
    """Whether tokens for this service are kept (they may still be refused)."""
    raise NotImplementedError


def sign_out(address: ServiceAddress, tokens: TokenShelf) -> None:
    """Forget the tokens of this service."""
    raise NotImplementedError
