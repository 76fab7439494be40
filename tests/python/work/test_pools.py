"""A crew leaves nobody at work behind."""

from __future__ import annotations

import threading
import time

import pytest

from voxbrick.work.pools import Crew


def test_all_items_are_worked_on() -> None:
    done: list[int] = []
    with Crew(3) as crew:
        assert sorted(crew.each(done.append, range(20))) == list(range(20))
    assert sorted(done) == list(range(20))


def test_the_first_error_ends_it() -> None:
    def work(item: int) -> None:
        if item == 3:
            raise ValueError(item)

    with pytest.raises(ValueError, match="3"), Crew(2) as crew:
        list(crew.each(work, range(1000)))


def test_a_thread_that_the_executor_forgot_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Ctrl-C does while a thread starts: the thread runs, but its starter never learns of it."""
    at_work, finished = threading.Event(), threading.Event()
    start = threading.Thread.start

    def start_and_be_interrupted(thread: threading.Thread) -> None:
        start(thread)
        at_work.wait(10)
        raise KeyboardInterrupt

    def work(_: int) -> None:
        at_work.set()
        time.sleep(0.2)
        finished.set()

    monkeypatch.setattr(threading.Thread, "start", start_and_be_interrupted)
    with pytest.raises(KeyboardInterrupt), Crew(1) as crew:
        list(crew.each(work, range(5)))
    assert finished.is_set()
