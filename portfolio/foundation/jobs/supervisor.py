"""Runs several programs as one: restarts what dies, leaves nothing behind when it ends.

Process runners of the Procfile kind do not notice a killed worker, and leave its children
running. Here every child leads a process group of its own, and the whole group is ended.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import IO

FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0
STEADY_SECONDS = 10.0
GRACE_SECONDS = 10.0
LOOK_SECONDS = 0.1


@dataclass
class Child:
    """One program to keep running.

    Attributes:
        name: printed before each line of its output.
        argv: program and arguments.
        environment: variables added to the supervisor's own.
        chatty: what it prints is not worth reading, only what it complains of.
    """

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    chatty: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    reader: threading.Thread | None = field(default=None, init=False)
    started: float = field(default=0.0, init=False)
    wait: float = field(default=FIRST_WAIT_SECONDS, init=False)
    start_at: float = field(default=0.0, init=False)


class Supervisor:
    """Starts the children, restarts them with growing pauses, ends them all together."""

    def __init__(self, children: Sequence[Child], *, grace: float = GRACE_SECONDS) -> None:
        """Keep ``children`` running; on leaving, wait ``grace`` seconds before killing."""
        self.children = list(children)
        self.grace = grace
        self._stopping = False

    def run(self) -> int:
        """Run until INT, TERM or HUP arrives, then end every process group.

        Returns:
            The exit status, 0: being told to stop is the ordinary end.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            while not self._stopping:
                for child in self.children:
                    self._keep(child)
                time.sleep(LOOK_SECONDS)
        finally:
            self._end()
        return 0

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _keep(self, child: Child) -> None:
        """Start the child, or note its death and set the time of its next start."""
        if child.process is None:
            if time.monotonic() >= child.start_at:
                self._start(child)
            return
        status = child.process.poll()
        if status is None:
            return
        # What the dead leader started itself must not go on beside its successor.
        signal_group(child.process.pid, signal.SIGKILL)
        if time.monotonic() - child.started >= STEADY_SECONDS:
            child.wait = FIRST_WAIT_SECONDS
        soon = f"ended with status {status}, starting again in {child.wait:g} s"
        say(child.name, f"意外退出，稍后重新启动 · {soon}")
        child.process = None
        child.start_at = time.monotonic() + child.wait
        child.wait = min(child.wait * 2, LONGEST_WAIT_SECONDS)

    def _start(self, child: Child) -> None:
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", **child.environment}
        child.started = time.monotonic()
        child.process = subprocess.Popen(  # noqa: S603 - the programs are those of the installation
            list(child.argv),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if child.chatty else subprocess.PIPE,
            stderr=subprocess.PIPE if child.chatty else subprocess.STDOUT,
            start_new_session=True,
        )
        output = child.process.stderr or child.process.stdout
        if output is not None:
            child.reader = threading.Thread(target=forward, args=(child.name, output), daemon=True)
            child.reader.start()

    def _end(self) -> None:
        """Ask every child to stop, wait, kill what is left of the groups, and wait for that too.

        Only the leader is asked: a worker that finishes its task needs its own processes until then.
        """
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + self.grace
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        for process in running:
            signal_group(process.pid, signal.SIGKILL)
            process.wait()
        for child in self.children:
            if child.reader is not None:
                child.reader.join(timeout=1.0)


def signal_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to the process group led by ``pid``, if anything of it is left."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)


def forward(name: str, output: IO[bytes]) -> None:
    """Copy a child's output line by line, each line with its name before it."""
    with output:
        for line in output:
            say(name, line.decode(errors="replace").rstrip())


def say(name: str, text: str) -> None:
    """Print one line at once; lines of several children do not run into each other."""
    sys.stdout.write(f"{name:>8} | {text}\n")
    sys.stdout.flush()
