"""``python -m tests.help``: make the marked blocks of ``resources/help`` anew."""

from tests.help.handbook import HELP, with_blocks_made

for page in sorted(HELP.glob("*.md")):
    page.write_text(with_blocks_made(page.read_text(encoding="utf-8")), encoding="utf-8")
