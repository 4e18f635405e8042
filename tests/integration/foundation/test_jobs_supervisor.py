"""The supervisor with real processes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

PARENT = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(99)"])
print("up", flush=True)
time.sleep(99)
"""

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(99)
"""

SUPERVISOR = """
import sys
from portfolio.foundation.jobs.supervisor import Child, Supervisor
children = [Child(name, [sys.executable, "-c", code]) for name, code in zip("ab", sys.argv[1:])]
sys.exit(Supervisor(children, grace=0.5).run())
"""


class Running:
    """A supervisor in a process of its own, and what it prints."""

    def __init__(self, *codes: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, *codes], stdout=subprocess.PIPE, text=True
        )

    def line(self, ending: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.rstrip().endswith(ending):
                return line.rstrip()
        raise AssertionError(f"no line ending in {ending!r}")

    def below(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


@pytest.fixture
def started() -> Iterator[list[Running]]:
    running: list[Running] = []
    yield running
    for each in running:
        if each.process.poll() is None:
            for process in [*each.below(), each.process]:
                process.kill()
        each.process.wait()
        assert each.process.stdout is not None
        each.process.stdout.close()


def ended(process: psutil.Process) -> bool:
    """Whether it has ended, even if nobody has asked for its status yet."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def gone(processes: list[psutil.Process]) -> bool:
    deadline = time.monotonic() + 5
    while not all(map(ended, processes)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return all(map(ended, processes))


def test_a_killed_child_is_started_again_and_its_own_children_do_not_stay(started: list[Running]) -> None:
    started.append(running := Running(PARENT))
    assert running.line("up") == "       a | up"
    first = running.below()
    assert len(first) == 2
    psutil.Process(running.process.pid).children()[0].kill()
    assert "status -9" in running.line("s")
    running.line("up")
    assert gone(first)
    second = running.below()
    assert len(second) == 2
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(5) == 0
    assert gone(second)


def test_the_end_comes_within_the_grace_time_even_for_the_stubborn(started: list[Running]) -> None:
    started.append(running := Running(STUBBORN, PARENT))
    running.line("up")
    running.line("up")
    everything = running.below()
    assert len(everything) == 3
    before = time.monotonic()
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(5) == 0
    assert time.monotonic() - before < 4
    assert gone(everything)


def test_a_child_that_cannot_stay_is_started_with_growing_pauses(started: list[Running]) -> None:
    started.append(running := Running("raise SystemExit(3)"))
    assert running.line("in 0.5 s").endswith("status 3, starting again in 0.5 s")
    assert running.line("in 1 s").endswith("status 3, starting again in 1 s")
