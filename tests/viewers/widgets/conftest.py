"""Every widget is tested off-screen, where it paints exactly what users see."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
