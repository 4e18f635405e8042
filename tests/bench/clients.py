"""Several clients at once, each a process with its own connection, started and timed together."""

from __future__ import annotations

import multiprocessing
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any

from portfolio.foundation import db
from portfolio.foundation.roles import Actor

CLIENTS = 8
Act = Callable[[int, Actor], Any]
"""Something done with one application by one officer."""


class Clients:
    """Processes that wait for work; they are forked before anybody has opened a database."""

    def __init__(self, number: int = CLIENTS) -> None:
        context = multiprocessing.get_context("fork")
        self.pipes: list[Connection] = []
        self.processes = []
        for _ in range(number):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            self.pipes.append(ours)
            self.processes.append(process)

    def connect(self, url: str) -> None:
        """Let every client use this database."""
        for pipe in self.pipes:
            pipe.send(("connect", url))
        for pipe in self.pipes:
            pipe.recv()

    def rate(self, act: Act, actor: Actor, slices: list[range]) -> float:
        """Acts per second of as many clients as there are slices; raises when any act fails."""
        used = self.pipes[: len(slices)]
        start = perf_counter() + 0.05
        for pipe, slice in zip(used, slices, strict=True):
            pipe.send(("act", (act, actor, slice, start)))
        answers = [pipe.recv() for pipe in used]
        failures = [answer for answer in answers if isinstance(answer, str)]
        if failures:
            raise RuntimeError(failures[0])
        return sum(len(slice) for slice in slices) / (max(answers) - start)

    def close(self) -> None:
        """End the processes."""
        for pipe in self.pipes:
            pipe.send(("end", None))
        for process in self.processes:
            process.join(timeout=10)


def _work(pipe: Connection) -> None:
    while True:
        order, given = pipe.recv()
        if order == "end":
            db.unbind()
            return
        if order == "connect":
            db.bind(given)
            db.database.connect(reuse_if_open=True)
            pipe.send(None)
            continue
        try:
            pipe.send(_carried_out(*given))
        except Exception:  # the parent raises it
            pipe.send(traceback.format_exc())


def _carried_out(act: Act, actor: Actor, slice: range, start: float) -> float:
    while perf_counter() < start:
        pass
    for application in slice:
        act(application, actor)
    return perf_counter()


@contextmanager
def clients(number: int = CLIENTS) -> Iterator[Clients]:
    """Clients that end with the block."""
    made = Clients(number)
    try:
        yield made
    finally:
        made.close()
