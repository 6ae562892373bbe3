"""How the printed opinion looks: measures, colours and inks of the page."""

from workstation.reporting.pen import A4, Ink

WIDTH, HEIGHT = A4
LEFT = 54.0
RIGHT = WIDTH - 54.0
TOP = HEIGHT - 74.0
BOTTOM = 62.0
COLUMN = RIGHT - LEFT

INK = (0.09, 0.13, 0.19)
QUIET = (0.36, 0.41, 0.48)
ACCENT = (0.04, 0.36, 0.41)
ALARM = (0.70, 0.13, 0.11)
PAPER = (0.945, 0.965, 0.968)
LINE = (0.82, 0.85, 0.88)
WHITE = (1.0, 1.0, 1.0)

BODY = Ink(weight="regular", size=9.6, leading=13.6, colour=INK)
LEAD = Ink(weight="regular", size=11.2, leading=15.8, colour=INK)
QUIET_TEXT = Ink(weight="regular", size=8.6, leading=12.2, colour=QUIET)
ALARM_TEXT = Ink(weight="bold", size=10.4, leading=14.6, colour=ALARM)
LABEL = Ink(weight="regular", size=8.4, leading=13.6, colour=QUIET)
TITLE = Ink(weight="bold", size=23.0, leading=28.0, colour=ACCENT)
SUBTITLE = Ink(weight="regular", size=12.0, leading=17.0, colour=QUIET)
HEADING = Ink(weight="bold", size=13.0, leading=18.0, colour=ACCENT)
NUMBER = Ink(weight="regular", size=9.0, leading=18.0, colour=QUIET)
CARD_TITLE = Ink(weight="bold", size=10.2, leading=14.2, colour=INK)
CHIP = Ink(weight="bold", size=7.8, leading=14.2, colour=ACCENT)
MARK = Ink(weight="bold", size=8.6, leading=12.6, colour=ACCENT)
CELL = Ink(weight="regular", size=8.7, leading=12.2, colour=INK)
CELL_HEAD = Ink(weight="bold", size=8.2, leading=12.2, colour=QUIET)
CAPTION = Ink(weight="regular", size=7.9, leading=10.8, colour=QUIET)
CAPTION_MARK = Ink(weight="bold", size=8.8, leading=12.0, colour=ACCENT)
RUNNING = Ink(weight="regular", size=7.8, leading=10.4, colour=QUIET)
RUNNING_STRONG = Ink(weight="bold", size=8.4, leading=11.0, colour=INK)
DIGEST = Ink(weight="regular", size=6.4, leading=9.0, colour=QUIET)
SIGNER = Ink(weight="bold", size=12.5, leading=17.0, colour=INK)
TONES = {"body": BODY, "lead": LEAD, "quiet": QUIET_TEXT, "alarm": ALARM_TEXT}
