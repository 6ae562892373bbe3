"""The OpenID id_token that names who signed in, and the key it is signed with, made anew for every data folder."""

import time
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from workstation.sandbox.authorization.grants import Tokens
from workstation.sandbox.vocabulary import CLIENT_ID


class IdTokens:
    """Signs id_tokens (ES256) for one issuer."""

    def __init__(self, key_file: Path, issuer: str) -> None:
        self.issuer = issuer
        if not key_file.exists():
            key_file.touch(mode=0o600)
            key_file.write_bytes(ECKey.generate_key("P-256", auto_kid=True).as_pem(private=True))
        self._key = ECKey.import_key(key_file.read_bytes(), {"use": "sig", "alg": "ES256"})
        self._key.ensure_kid()

    def public_keys(self) -> dict[str, Any]:
        """The JSON Web Key Set."""
        return {"keys": [self._key.as_dict(private=False)]}

    def sign(self, tokens: Tokens, fhir_url: str) -> str:
        """The id_token; ``fhirUser`` is the absolute address of the Practitioner (SMART App Launch 2.2)."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": tokens.account.username,
            "name": tokens.account.name,
            "fhirUser": f"{fhir_url}/{tokens.account.practitioner}",
            "iat": now,
            "exp": now + 3600,
        }
        if tokens.nonce:
            claims["nonce"] = tokens.nonce
        return jwt.encode({"alg": "ES256", "kid": self._key.kid}, claims, self._key)
