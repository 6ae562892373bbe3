"""The pages a person sees in the browser: signing in, entering a device's code, and what went wrong."""

from html import escape
from typing import Final

from starlette.responses import HTMLResponse

HEADERS: Final = {
    # form-action would also forbid the redirect to the workstation's own loopback port.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;background:#16191d;color:#e8eaed;display:grid;place-items:center;"
    "min-height:90vh;margin:0}main{width:22rem;padding:2rem;background:#20242a;border-radius:12px}"
    "h1{font-size:1.2rem;margin:0 0 .3rem}p{color:#aab2bd;margin:.2rem 0 1rem}label{display:block;margin:.8rem 0 .2rem}"
    "input{width:100%;box-sizing:border-box;padding:.6rem;border-radius:6px;border:1px solid #4a525c;"
    "background:#16191d;color:inherit;font:inherit}button{margin-top:1.2rem;width:100%;padding:.7rem;border:0;"
    "border-radius:6px;background:#2f7fd6;color:#fff;font:inherit}.problem{color:#ffb4a8}"
)


def login_page(transaction: str, *, action: str, problem: str = "", status: int = 200) -> HTMLResponse:
    """The form with ``username`` and ``password``."""
    hidden = f'<input type="hidden" name="transaction" value="{escape(transaction, quote=True)}">'
    return _form(hidden, action=action, problem=problem, status=status)


def device_page(user_code: str, *, action: str, problem: str = "", status: int = 200) -> HTMLResponse:
    """The same form with the code that the workstation shows."""
    code = (
        '<label for="user_code">Code shown by the workstation</label><input id="user_code" name="user_code" '
        f'autocomplete="off" value="{escape(user_code, quote=True)}" required>'
    )
    return _form(code, action=action, problem=problem, status=status)


def message_page(title: str, text: str, *, status: int = 200) -> HTMLResponse:
    """A page that only says something."""
    return _page(f"<h1>{escape(title)}</h1><p>{escape(text)}</p>", status)


def _form(fields: str, *, action: str, problem: str, status: int) -> HTMLResponse:
    said = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    return _page(
        "<h1>Second Opinion Service</h1><p>Embedded demonstration service on this computer</p>"
        f'{said}<form method="post" action="{escape(action, quote=True)}">{fields}'
        '<label for="username">User name</label>'
        '<input id="username" name="username" autocomplete="username" required autofocus>'
        '<label for="password">Password</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password" required>'
        '<button type="submit">Sign in</button></form>',
        status,
    )


def _page(content: str, status: int) -> HTMLResponse:
    document = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Second Opinion Service</title>'
        f"<style>{STYLE}</style></head><body><main>{content}</main></body></html>"
    )
    return HTMLResponse(document, status, headers=HEADERS)
