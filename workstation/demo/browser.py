"""Plays the system browser at sign-in: opens the page, fills the form, follows the redirect to the program."""

import threading
import urllib.parse
from html.parser import HTMLParser

import requests


def sign_in(address: str, username: str, password: str) -> None:
    """Sign in on the page at ``address`` in the background, as a person would in a browser."""
    threading.Thread(target=_visit, args=(address, username, password), name="browser", daemon=True).start()


class _Form(HTMLParser):
    """The first form of a page: where it goes and what it already holds."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the form's address and its fields."""
        known = dict(attrs)
        if tag == "form" and not self.action:
            self.action = known.get("action") or ""
        if tag == "input" and known.get("name"):
            self.fields[str(known["name"])] = known.get("value") or ""


def _visit(address: str, username: str, password: str) -> None:
    with requests.Session() as session:
        session.trust_env = False
        page = session.get(address, timeout=30)
        form = _Form()
        form.feed(page.text)
        filled = form.fields | {"username": username, "password": password}
        session.post(urllib.parse.urljoin(page.url, form.action), data=filled, timeout=30)
