"""An origin: exactly one scheme, host and port; a token and a request for data never leave it."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from workstation.cases.refusals import ForeignOrigin

_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a service lives (RFC 6454)."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def origin_of(url: str, *, plain: bool = False) -> Origin:
    """The origin of an absolute address; ``plain`` allows http, for answers that prove themselves (revocation lists).

    Raises:
        ForeignOrigin: the address is not one that this program calls: another scheme, user names, blanks, backslashes,
            or plain http to anything but this computer.
    """
    if not url.isascii() or not url.isprintable() or any(sign in url for sign in " \\<>\"'"):
        raise _not_called("it has characters that an address must not have")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _not_called("it is not an address") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise _not_called("it is neither https nor http")
    if "@" in parts.netloc:
        raise _not_called("it carries a user name")
    if parts.scheme == "http" and not plain and not is_loopback(parts.hostname):
        raise _not_called("it is not encrypted (plain http is used on this computer only)")
    return Origin(scheme=parts.scheme, host=parts.hostname.lower(), port=_PORTS[parts.scheme] if port is None else port)


def require_origin(url: str, origin: Origin, *, plain: bool = False) -> str:
    """The address itself, when it lies in ``origin``.

    Raises:
        ForeignOrigin: it does not.
    """
    if origin_of(url, plain=plain) != origin:
        raise ForeignOrigin(
            "The central service named an address outside itself.",
            kept="Nothing was sent there; what is on this computer is unchanged.",
            advice="Tell the central service's help desk: an address in this case is wrong.",
        )
    return url


def is_loopback(host: str) -> bool:
    """Whether the host is this computer."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _not_called(why: str) -> ForeignOrigin:
    return ForeignOrigin(
        f"An address was refused: {why}.",
        kept="Nothing was sent there.",
        advice="Check the address of the central service in the settings.",
    )
