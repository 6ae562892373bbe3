"""The demo: the embedded service, the real window, and a player that works it by mouse and keys.

Nothing here calls behind the widgets: ``hands.py`` moves the mouse and presses keys, ``story.py`` says where, and
``player.py`` waits until what must be seen is seen. One exception: ``browser.py`` plays the system browser at sign-in.
"""
