"""The operating system's keyring, by an allow-list of backends; never a plaintext one."""

import base64
import importlib
import logging
import secrets
from typing import Protocol, cast

# Exact classes: with keyrings.alt merely installed, keyring itself would choose a plaintext file, and the
# environment may name a backend that forgets what it is given.
_ALLOWED = (
    ("keyring.backends.Windows", "WinVaultKeyring"),
    ("keyring.backends.macOS", "Keyring"),
    ("keyring.backends.SecretService", "Keyring"),
    ("keyring.backends.libsecret", "Keyring"),
    ("keyring.backends.kwallet", "DBusKeyring"),
)
_LOG = logging.getLogger(__name__)
_SERVICE = "second-opinion-workstation"


class KeyringBackend(Protocol):
    """What is used of a keyring backend."""

    def get_password(self, service: str, username: str) -> str | None:
        """The kept secret, or None."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Forget a secret."""
        ...


class OsKeyring:
    """One trusted backend and the 32-byte key in it.

    Args:
        backend: an allowed backend, as ``find`` gives it.
        account: which key; the store's random id, so that two data folders do not share one.
    """

    def __init__(self, backend: KeyringBackend, account: str) -> None:
        self._backend = backend
        self._account = account

    @property
    def name(self) -> str:
        """Dotted name of the backend, recorded beside the wrapped keys."""
        return f"{type(self._backend).__module__}.{type(self._backend).__qualname__}"

    def keep(self, key: bytes) -> None:
        """Keep the key (Windows caps a secret at 2,560 bytes; this one has 44 characters)."""
        self._backend.set_password(_SERVICE, self._account, base64.b64encode(key).decode())

    def key(self) -> bytes | None:
        """The kept key, or None."""
        kept = self._backend.get_password(_SERVICE, self._account)
        return base64.b64decode(kept) if kept else None


def find(account: str) -> OsKeyring | None:
    """The first allowed backend that works here and gives back what it is given; None means: ask for a passphrase."""
    for module, name in _ALLOWED:
        backend = _backend(module, name)
        if backend is not None and _remembers(backend):
            return OsKeyring(backend, account)
    return None


def _backend(module: str, name: str) -> KeyringBackend | None:
    try:
        found = getattr(importlib.import_module(module), name)
        viable = found.priority > 0
    except (ImportError, AttributeError, RuntimeError, OSError):
        return None
    return cast("KeyringBackend", found()) if viable else None


def _remembers(backend: KeyringBackend) -> bool:
    canary, account = secrets.token_hex(16), f"canary-{secrets.token_hex(4)}"
    try:
        backend.set_password(_SERVICE, account, canary)
        kept = backend.get_password(_SERVICE, account)
        backend.delete_password(_SERVICE, account)
    except Exception as failure:  # noqa: BLE001 - each backend has its own errors (keyring.errors, D-Bus, COM)
        _LOG.info("keyring backend unusable: %s", type(failure).__name__)
        return False
    return kept == canary
