"""The message queue that needs nothing to be installed: one folder, one file per message.

A message is written under a temporary name, synced and renamed into ``ready``, so a consumer
never sees half of one. A consumer takes it by renaming it into its own folder below ``held``
and deletes it on acknowledgement. That folder carries a file lock, which the system drops when
the process dies, however it dies; whoever finds such a folder unlocked gives its messages back.

The stock file-system transport of kombu does neither, and loses messages under two producers;
it also keeps its bindings in files that are truncated before they are locked. Here bindings live
in each process, which is enough for direct exchanges: producer and consumer both declare them.
Only direct and topic exchanges, therefore, and no remote control of workers.
"""

# kombu declares itself typed, and is not where it is subclassed.
# mypy: disable-error-code="no-untyped-call, assignment"

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import time
import uuid
from collections import deque
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, virtual

SCHEME = "folder"
LOCK_NAME = ".lock"
RECLAIM_SECONDS = 5.0
ABANDONED_SECONDS = 3600.0

logger = logging.getLogger(__name__)


def register() -> None:
    """Make ``folder://`` known to kombu; the folder itself is the transport option ``folder``."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"


class Queue:
    """The folder on disk: ``writing`` → ``ready`` → ``held/<consumer>`` → gone.

    A file keeps its name all the way, ``<time>-<delivery tag>.<queue>``, so every move is one
    rename within one file system.
    """

    def __init__(self, folder: Path) -> None:
        """Open the queue in ``folder``, creating the sub-folders, readable by the owner alone."""
        self.writing = folder / "writing"
        self.ready = folder / "ready"
        self.held = folder / "held"
        self.spoiled = folder / "spoiled"
        for path in (folder, self.writing, self.ready, self.held, self.spoiled):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, queue: str, tag: str, content: bytes) -> None:
        """Add a message; when this returns, it has survived a power cut.

        Raises:
            OSError: the disk is full or the folder cannot be written; nothing was added.
        """
        name = f"{time.time_ns():020d}-{tag}.{queue}"
        temporary = self.writing / name
        try:
            with temporary.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(self.ready / name)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        descriptor = os.open(self.ready, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def names(self, queue: str) -> list[str]:
        """Names of the waiting messages of ``queue``, oldest first."""
        return sorted(name for name in os.listdir(self.ready) if name.partition(".")[2] == queue)

    def reclaim(self) -> int:
        """Give back what dead consumers held, and clear what dead producers left half written.

        Returns:
            The number of messages given back.
        """
        count = 0
        for folder in list(self.held.iterdir()):
            with contextlib.suppress(FileNotFoundError), (folder / LOCK_NAME).open("rb") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                count += self._give_back(folder)
        for path in list(self.writing.iterdir()):
            with contextlib.suppress(OSError):
                if path.is_file() and path.stat().st_mtime < time.time() - ABANDONED_SECONDS:
                    path.unlink()
        return count

    def _give_back(self, folder: Path) -> int:
        """Move the messages of one dead consumer back; the caller holds its lock."""
        names = [name for name in os.listdir(folder) if name != LOCK_NAME]
        for name in names:
            (folder / name).rename(self.ready / name)
        (folder / LOCK_NAME).unlink()
        folder.rmdir()
        return len(names)


class Hold:
    """The folder of one living consumer, locked for as long as its process lives."""

    def __init__(self, queue: Queue) -> None:
        """Create and lock the folder before anybody can see it, then move it into place."""
        self.queue = queue
        self.names: dict[str, str] = {}
        token = uuid.uuid4().hex
        made = queue.writing / token
        made.mkdir(mode=0o700)
        self._lock = (made / LOCK_NAME).open("xb")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.folder = queue.held / token
        made.rename(self.folder)

    def take(self, name: str) -> dict[str, Any] | None:
        """Take one message, or None when another consumer was quicker or the file is unreadable."""
        try:
            (self.queue.ready / name).rename(self.folder / name)
        except FileNotFoundError:
            return None
        try:
            payload: dict[str, Any] = json.loads((self.folder / name).read_bytes())
            tag: str = payload["properties"]["delivery_tag"]
        except (ValueError, KeyError, TypeError):
            # A spoiled file must not stop the queue; the job table still knows the job.
            logger.exception("message %s cannot be read, set aside", name)
            (self.folder / name).rename(self.queue.spoiled / name)
            return None
        self.names[tag] = name
        return payload

    def drop(self, tag: str) -> None:
        """The message is dealt with: delete it."""
        name = self.names.pop(tag, None)
        if name is not None:
            (self.folder / name).unlink(missing_ok=True)

    def release(self, tag: str) -> None:
        """The message was not dealt with: put it back in its old place in the queue."""
        name = self.names.pop(tag, None)
        if name is not None:
            (self.folder / name).rename(self.queue.ready / name)

    def close(self) -> None:
        """Give everything back and leave."""
        for tag in list(self.names):
            self.release(tag)
        (self.folder / LOCK_NAME).unlink(missing_ok=True)
        self.folder.rmdir()
        self._lock.close()


class QoS(virtual.QoS):
    """Unacknowledged messages: acknowledging one deletes its file."""

    def ack(self, delivery_tag: str) -> None:
        """Delete the message, then forget it."""
        self.channel.drop(delivery_tag)
        super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Put the message back (``requeue``) or delete it."""
        super().reject(delivery_tag, requeue=requeue)
        self.channel.drop(delivery_tag)


class Channel(virtual.Channel):
    """A kombu channel on the folder."""

    QoS = QoS
    supports_fanout = False

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - a transport, with its client
        """Open the folder named by the transport option ``folder``."""
        super().__init__(connection)
        self._queue = Queue(Path(connection.client.transport_options["folder"]))
        self._hold: Hold | None = None
        self._listed: dict[str, deque[str]] = {}
        self._reclaim_at = 0.0

    def basic_consume(
        self, queue: str, no_ack: bool, callback: Callable[..., object], consumer_tag: str, **options: object
    ) -> None:
        """Consume with acknowledgement, the only way offered here."""
        if no_ack:
            raise ChannelError("the folder queue delivers with acknowledgement only")
        super().basic_consume(queue, no_ack, callback, consumer_tag, **options)

    def drop(self, tag: str) -> None:
        """Delete an acknowledged message."""
        if self._hold is not None:
            self._hold.drop(tag)

    def close(self) -> None:
        """Give back what was not acknowledged and close."""
        super().close()
        if self._hold is not None:
            self._hold.close()
            self._hold = None

    def _put(self, queue: str, message: dict[str, Any], **_: object) -> None:
        content = json.dumps(message, ensure_ascii=False).encode()
        try:
            self._queue.put(queue, message["properties"]["delivery_tag"], content)
        except OSError as error:
            raise ChannelError(f"cannot add a message to {self._queue.ready}: {error}") from error

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        if self._hold is None:
            self._hold = Hold(self._queue)
        if time.monotonic() >= self._reclaim_at:
            self._reclaim_at = time.monotonic() + RECLAIM_SECONDS
            if count := self._queue.reclaim():
                logger.warning("gave back %d messages held by a worker that died", count)
        # One listing serves many messages: listing again for each would be quadratic.
        names = self._listed.setdefault(queue, deque())
        if not names:
            names.extend(self._queue.names(queue))
        while names:
            if (message := self._hold.take(names.popleft())) is not None:
                return message
        raise Empty

    def _restore(self, message: virtual.Message) -> None:
        if self._hold is not None:
            self._hold.release(message.delivery_tag)

    def _size(self, queue: str) -> int:
        return len(self._queue.names(queue))

    def _purge(self, queue: str) -> int:
        names = self._queue.names(queue)
        for name in names:
            (self._queue.ready / name).unlink(missing_ok=True)
        return len(names)


class Transport(virtual.Transport):
    """The kombu transport ``folder://``."""

    Channel = Channel
    polling_interval = 0.2
    default_port = 0
    driver_type = SCHEME
    driver_name = SCHEME

    def driver_version(self) -> str:
        """Version shown by Celery; the transport is part of this program."""
        return "1"
