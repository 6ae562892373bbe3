"""What is put off happens in the next moment, or goes with its owner: keys and images may hang on it."""

import weakref

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject

from workstation.desktop.soon import soon
from workstation.desktop.warm_up import in_idle_moments


class Key:
    """Something that must be able to go."""


def put_off(owner, key, done):
    soon(owner, lambda: done.append(key))


def take_steps(owner, key, done):
    in_idle_moments(owner, [lambda: None, lambda: done.append(key)], lambda: True)


@pytest.mark.parametrize("begin", [put_off, take_steps])
def test_it_happens(qtbot, begin):
    owner, key, done = QObject(), Key(), []
    begin(owner, key, done)
    assert done == []
    qtbot.waitUntil(lambda: done == [key])


@pytest.mark.parametrize("begin", [put_off, take_steps])
def test_it_goes_with_its_owner(qtbot, begin):
    owner, key, done = QObject(), Key(), []
    kept = weakref.ref(key)
    begin(owner, key, done)
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(owner, QEvent.Type.DeferredDelete)
    del owner, key
    qtbot.waitUntil(lambda: kept() is None)
    assert done == []


def test_steps_that_are_no_longer_wanted_are_not_taken(qtbot):
    owner, taken = QObject(), []
    in_idle_moments(owner, [lambda: taken.append(1), lambda: taken.append(2)], lambda: not taken)
    qtbot.wait(30)
    assert taken == [1]
