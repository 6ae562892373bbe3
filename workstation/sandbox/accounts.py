"""The two practitioners of the demo: names as data, passwords and passphrases made anew for every data folder."""

import json
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from workstation.sandbox.running import Account

SAMPLES: Final = Path(__file__).resolve().parents[2] / "resources" / "samples" / "cases"


def practitioners() -> list[dict[str, Any]]:
    """The practitioners as ``resources/samples/cases/practitioners.json`` describes them."""
    people: list[dict[str, Any]] = json.loads((SAMPLES / "practitioners.json").read_text("utf-8"))["practitioners"]
    return people


def organisation() -> dict[str, Any]:
    """The placer, from the same file."""
    placer: dict[str, Any] = json.loads((SAMPLES / "practitioners.json").read_text("utf-8"))["placer"]
    return placer


def load_accounts(data: Path) -> dict[str, Account]:
    """The accounts of a data folder by user name, made when it has none yet."""
    file = data / "accounts.json"
    if not file.exists():
        file.touch(mode=0o600)
        made = [_new_account(person, data) for person in practitioners()]
        file.write_text(json.dumps([account_mapping(account) for account in made], indent=1), "utf-8")
    accounts = [account_from(mapping) for mapping in json.loads(file.read_text("utf-8"))]
    return {account.username: account for account in accounts}


def account_mapping(account: Account) -> dict[str, str]:
    """The account as plain text values, for the file and for the pipe."""
    return {name: str(value) for name, value in asdict(account).items()}


def account_from(mapping: dict[str, str]) -> Account:
    """The inverse of ``account_mapping``."""
    return Account(
        username=mapping["username"],
        password=mapping["password"],
        practitioner=mapping["practitioner"],
        name=mapping["name"],
        credential=Path(mapping["credential"]),
        passphrase=mapping["passphrase"],
    )


def _new_account(person: dict[str, Any], data: Path) -> Account:
    return Account(
        username=person["username"],
        password=_secret(),
        practitioner=f"Practitioner/{person['id']}",
        name=person["name"],
        credential=data / "credentials" / f"{person['username']}.p12",
        passphrase=_secret(),
    )


def _secret() -> str:
    """Four groups a person can type from the screen: 80 random bits without letters that look alike."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
