"""Keys wrapped by keys: AES-256-GCM envelopes, Argon2id passphrases, HKDF sub-keys."""

import base64
import os
from collections.abc import Mapping

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from workstation.storage.failures import WrongPassphrase

KEY_BYTES = 32
_NONCE_BYTES = 12
# RFC 9106 (2021) second recommended option, chosen so that an unlock takes about half a second.
_ARGON2ID = {"time_cost": 3, "memory_cost": 64 * 1024, "parallelism": 4}


def new_key() -> bytes:
    """A random 256-bit key."""
    return os.urandom(KEY_BYTES)


def wrap(key: bytes, wrapping: bytes, purpose: str) -> bytes:
    """Seal ``key`` under ``wrapping``; ``purpose`` is authenticated, so an envelope opens only for its own use."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(wrapping).encrypt(nonce, key, purpose.encode())


def unwrap(envelope: bytes, wrapping: bytes, purpose: str) -> bytes:
    """Open an envelope of ``wrap``.

    Raises:
        WrongPassphrase: the wrapping key, the purpose or the envelope is not the one that was used.
    """
    try:
        return AESGCM(wrapping).decrypt(envelope[:_NONCE_BYTES], envelope[_NONCE_BYTES:], purpose.encode())
    except InvalidTag:
        raise WrongPassphrase(
            "This passphrase or key does not open the store. Nothing was changed; try again."
        ) from None


def derive(key: bytes, salt: bytes, purpose: str) -> bytes:
    """A fresh 256-bit sub-key (HKDF-SHA256, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=purpose.encode()).derive(key)


def wrap_by_passphrase(key: bytes, passphrase: str) -> dict[str, object]:
    """Seal ``key`` under an Argon2id hash of ``passphrase``; the mapping holds everything but the passphrase."""
    salt = os.urandom(16)
    sealed = wrap(key, _stretch(passphrase, salt, _ARGON2ID), "passphrase")
    return {"salt": _text(salt), "sealed": _text(sealed), **_ARGON2ID}


def unwrap_by_passphrase(envelope: Mapping[str, object], passphrase: str) -> bytes:
    """Open an envelope of ``wrap_by_passphrase``; raises ``WrongPassphrase``."""
    cost = {name: int(str(envelope[name])) for name in _ARGON2ID}
    stretched = _stretch(passphrase, base64.b64decode(str(envelope["salt"])), cost)
    return unwrap(base64.b64decode(str(envelope["sealed"])), stretched, "passphrase")


def _stretch(passphrase: str, salt: bytes, cost: Mapping[str, int]) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, hash_len=KEY_BYTES, type=Type.ID, **cost)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
