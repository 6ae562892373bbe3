"""A browser that signs a practitioner in: reads the login page, sends the form, follows the redirection."""

import html
import re
from collections.abc import Callable
from urllib.parse import urljoin

import requests


def signing_in(username: str, password: str) -> Callable[[str], int]:
    """An ``open_browser`` that fills in the form; returns the status of the last page."""

    def open_browser(url: str) -> int:
        with requests.Session() as browser:
            page = browser.get(url, timeout=10)
            action = html.unescape(re.findall(r'action="([^"]*)"', page.text)[0])
            transaction = html.unescape(re.findall(r'name="transaction" value="([^"]*)"', page.text)[0])
            form = {"username": username, "password": password, "transaction": transaction}
            return browser.post(urljoin(page.url, action), data=form, timeout=10).status_code

    return open_browser
