"""Grants: codes, device codes and rotating tokens; only digests of tokens are kept."""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from workstation.sandbox.database import Database
from workstation.sandbox.running import Account, Lifetimes

MOST_TRANSACTIONS: Final = 1000
DEVICE_S: Final = 600.0
USER_CODE_LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"  # RFC 8628 6.1: no vowels, so no words


class GrantRefused(Exception):
    """A refused request of OAuth: ``error`` is the code of RFC 6749 5.2 or RFC 8628 3.5, the text says why."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the workstation asked for at the authorization endpoint."""

    redirect_uri: str
    state: str
    challenge: str
    scope: str
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What the token endpoint gives."""

    access: str
    refresh: str
    account: Account
    scope: str
    nonce: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    wish: Wish
    username: str
    family: str
    expires: float
    used: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Device:
    user_code: str
    scope: str
    expires: float
    next_poll: float
    interval: float
    username: str = ""
    denied: bool = False


class Grants:
    """The authorization server's memory: wishes and codes in this process, tokens in the database."""

    def __init__(
        self,
        database: Database,
        accounts: Mapping[str, Account],
        lifetimes: Lifetimes,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._accounts, self.lifetimes, self._now = database, accounts, lifetimes, now
        self._wishes: dict[str, Wish] = {}
        self._codes: dict[str, _Code] = {}
        self._devices: dict[str, _Device] = {}

    def begin(self, wish: Wish) -> str:
        """Remember a wish until somebody signs in; returns its transaction."""
        while len(self._wishes) >= MOST_TRANSACTIONS:
            self._wishes.pop(next(iter(self._wishes)))
        transaction = secrets.token_urlsafe(24)
        self._wishes[transaction] = wish
        return transaction

    def wish(self, transaction: str) -> Wish | None:
        """The wish of a transaction, None when it is unknown or done."""
        return self._wishes.get(transaction)

    def sign_in(self, username: str, password: str) -> Account | None:
        """The account, when the password is right."""
        account = self._accounts.get(username)
        expected = account.password if account else secrets.token_hex(8)
        right = secrets.compare_digest(expected.encode(), password.encode())
        return account if right else None

    def code(self, transaction: str, account: Account) -> str:
        """The single-use code for a wish."""
        wish = self._wishes.pop(transaction)
        code = secrets.token_urlsafe(32)
        expires = self._now() + self.lifetimes.code_s
        self._codes[code] = _Code(wish=wish, username=account.username, family=secrets.token_hex(8), expires=expires)
        return code

    def exchange(self, code: str, *, verifier: str, redirect_uri: str) -> Tokens:
        """Code and PKCE verifier for tokens (RFC 6749 4.1.3, RFC 7636 4.6).

        Raises:
            GrantRefused: unknown, used, too old, or not of this redirect and verifier. A used code ends its tokens.
        """
        found = self._codes.get(code)
        if found is None:
            raise GrantRefused("invalid_grant", "This code is not known.")
        if found.used:
            self._end_family(found.family)
            raise GrantRefused("invalid_grant", "This code was used before; its tokens have ended.")
        self._codes[code] = replace(found, used=True)
        if found.expires < self._now():
            raise GrantRefused("invalid_grant", "This code is too old.")
        if found.wish.redirect_uri != redirect_uri:
            raise GrantRefused("invalid_grant", "redirect_uri is not the one the code was made for.")
        if not secrets.compare_digest(_challenge(verifier), found.wish.challenge):
            raise GrantRefused("invalid_grant", "code_verifier does not fit code_challenge.")
        tokens = self._issue(self._accounts[found.username], found.wish.scope, found.family)
        return replace(tokens, nonce=found.wish.nonce)

    def refresh(self, token: str) -> Tokens:
        """The next pair of tokens; the old refresh token ends, and its second use ends the whole family.

        Raises:
            GrantRefused: unknown, used or too old.
        """
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT family, username, scope, expires, used FROM token WHERE digest = ? AND kind = 'refresh'",
                (_digest(token),),
            ).fetchone()
            if row is None or row[3] < self._now():
                raise GrantRefused("invalid_grant", "This refresh token is not known or too old. Sign in again.")
            connection.execute("UPDATE token SET used = 1 WHERE digest = ?", (_digest(token),))
            tokens = None if row[4] else self._issue(self._accounts[row[1]], row[2], row[0])
        if tokens is None:
            self._end_family(row[0])
            raise GrantRefused("invalid_grant", "This refresh token was used before. Sign in again.")
        return tokens

    def begin_device(self, scope: str) -> tuple[str, str]:
        """A device code and the code the person types (RFC 8628 3.2)."""
        device = secrets.token_urlsafe(32)
        letters = [secrets.choice(USER_CODE_LETTERS) for _ in range(8)]
        user_code = "".join(letters[:4]) + "-" + "".join(letters[4:])
        interval, now = self.lifetimes.device_interval_s, self._now()
        self._devices[device] = _Device(
            user_code=user_code, scope=scope, expires=now + DEVICE_S, next_poll=now, interval=interval
        )
        return device, user_code

    def approve_device(self, user_code: str, account: Account) -> bool:
        """Let the device with this code in; False when there is none."""
        for device, found in self._devices.items():
            if found.user_code == user_code.strip().upper() and not found.username:
                self._devices[device] = replace(found, username=account.username)
                return True
        return False

    def poll_device(self, device: str) -> Tokens:
        """Tokens for a device that was let in.

        Raises:
            GrantRefused: authorization_pending, slow_down, expired_token or invalid_grant.
        """
        found, now = self._devices.get(device), self._now()
        if found is None:
            raise GrantRefused("invalid_grant", "This device code is not known.")
        if found.expires < now:
            raise GrantRefused("expired_token", "Nobody signed in in time.")
        if now < found.next_poll:
            interval = found.interval + 5
            self._devices[device] = replace(found, interval=interval, next_poll=now + interval)
            raise GrantRefused("slow_down", "Asked too soon; wait five seconds longer each time.")
        if not found.username:
            self._devices[device] = replace(found, next_poll=now + found.interval)
            raise GrantRefused("authorization_pending", "Nobody has signed in yet.")
        del self._devices[device]
        return self._issue(self._accounts[found.username], found.scope, secrets.token_hex(8))

    def holder(self, access_token: str) -> Account | None:
        """Whose access token this is, None when it is unknown or too old."""
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT username FROM token WHERE digest = ? AND kind = 'access' AND expires >= ?",
                (_digest(access_token), self._now()),
            ).fetchone()
        return self._accounts.get(row[0]) if row else None

    def revoke(self, token: str) -> None:
        """End a token and its family (RFC 7009); an unknown one is no error."""
        with self._database.transaction() as connection:
            row = connection.execute("SELECT family FROM token WHERE digest = ?", (_digest(token),)).fetchone()
        if row:
            self._end_family(row[0])

    def expire_access(self) -> None:
        """End every access token; refresh tokens stay."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM token WHERE kind = 'access'")

    def _issue(self, account: Account, scope: str, family: str) -> Tokens:
        access, refresh, now = secrets.token_urlsafe(32), secrets.token_urlsafe(32), self._now()
        rows = [
            (_digest(access), "access", family, account.username, scope, now + self.lifetimes.access_s),
            (_digest(refresh), "refresh", family, account.username, scope, now + self.lifetimes.refresh_s),
        ]
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM token WHERE expires < ?", (now,))
            connection.executemany(
                "INSERT INTO token (digest, kind, family, username, scope, expires) VALUES (?, ?, ?, ?, ?, ?)", rows
            )
        return Tokens(access=access, refresh=refresh, account=account, scope=scope)

    def _end_family(self, family: str) -> None:
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM token WHERE family = ?", (family,))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
