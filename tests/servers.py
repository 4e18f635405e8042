"""Throw-away PostgreSQL and Redis servers for the tests.

Each listens on a free loopback port behind a random password, keeps its files in a folder of its own, and
lives no longer than the process that started it: a small shell guard waits on a pipe, and when the pipe
closes (normal end or kill -9 of the tests alike) it ends the server and removes the folder.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
import redis

STARTING_SECONDS = 30
ROOM = 2 * 1024**3  # bytes: four processes with their servers, demonstrations and databases
ATTEMPTS = 3  # a free port may be taken by somebody else between the search and the start
PORT_TAKEN = ("could not create any TCP/IP sockets", "Failed listening on port")

# $1 is the signal that ends the server, $2 the folder, the rest is the server's command.
GUARD = """
signal=$1; folder=$2; shift 2
"$@" </dev/null >"$folder/server.log" 2>&1 &
server=$!
cat >/dev/null
kill -s "$signal" "$server" 2>/dev/null
wait "$server"
rm -rf "$folder"
"""


class ServerError(RuntimeError):
    """A throw-away server did not start; the message carries the end of its log."""


@dataclass(frozen=True)
class Owner:
    """Who runs a server: the current user, or for root an unprivileged one, as initdb refuses root."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def unprivileged(cls) -> Owner:
        """The current user, or "postgres" or "nobody" when that is root."""
        if os.geteuid() != 0:
            return cls()
        known = {entry.pw_name: entry for entry in pwd.getpwall()}
        entry = known.get("postgres") or known["nobody"]
        return cls(entry.pw_uid, entry.pw_gid)

    def folder(self, prefix: str, *, on_disk: bool = False) -> Path:
        """A new private folder of this owner, somewhere it can enter."""
        path = Path(tempfile.mkdtemp(prefix=prefix, dir=_enterable_folder(on_disk)))
        if self.uid is not None:
            os.chown(path, self.uid, self.gid or 0)
        return path

    def popen(self) -> dict[str, object]:
        """Arguments for subprocess that start a command as this owner."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def memory_folder() -> Path | None:
    """A folder whose files are kept in memory, if this machine has one with room for a run of all tests."""
    folder = Path("/dev/shm")  # noqa: S108 - private folders inside
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return None
    found = os.statvfs(folder)
    return folder if found.f_bavail * found.f_frsize >= ROOM and not found.f_flag & os.ST_NOEXEC else None


def _enterable_folder(on_disk: bool) -> Path:
    """Memory, the temporary folder, or the system's when another user could not reach ours."""
    if not on_disk and (memory := memory_folder()) is not None:
        return memory
    candidates = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]  # noqa: S108 - private folders inside
    for candidate in candidates:
        if all(folder.stat().st_mode & 0o001 for folder in (candidate, *candidate.parents)):
            return candidate
    return candidates[0]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A running throw-away server: where it is, and how to end it."""

    url: str
    folder: Path
    guarded: Callable[[], subprocess.Popen[bytes]] = field(repr=False)
    guards: list[subprocess.Popen[bytes]] = field(default_factory=list, repr=False)

    def start(self) -> None:
        """Start it, for the first time or again on the same folder after a crash."""
        self.guards.append(self.guarded())

    def crash(self) -> None:
        """``kill -9`` of the server and all its processes; its folder stays as they left it."""
        for process in psutil.Process(self.guards[-1].pid).children(recursive=True):
            if process.name() != "cat":  # by which the guard waits for us
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()

    def stop(self) -> None:
        """End the server and remove its folder."""
        for guard in reversed(self.guards):
            if guard.stdin:
                guard.stdin.close()
            guard.wait(timeout=STARTING_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        """The end of the server's own log."""
        path = self.folder / "server.log"
        return path.read_text(errors="replace")[-2000:] if path.exists() else ""


def _start(url: str, folder: Path, owner: Owner, command: Sequence[str], stop_signal: str) -> Server:
    def guarded() -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # type: ignore[call-overload]
            ["/bin/sh", "-c", GUARD, "guard", stop_signal, str(folder), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,  # an interrupt of the tests must not reach it before they have ended
            **owner.popen(),
        )

    server = Server(url, folder, guarded)
    server.start()
    return server


def _first_to_answer(start: Callable[[], Server], answers: Callable[[str], bool]) -> Server:
    """Start a server, again on another port where the first was taken; raises ServerError."""
    error = ""
    for _ in range(ATTEMPTS):
        server = start()
        if _answers_in_time(server, answers):
            return server
        error = server.log()
        server.stop()
    raise ServerError(f"the server did not start: {error}")


def _answers_in_time(server: Server, answers: Callable[[str], bool]) -> bool:
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline:
        if answers(server.url):
            return True
        if any(line in server.log() for line in PORT_TAKEN):
            return False
        time.sleep(0.05)
    return False


# --- PostgreSQL ---------------------------------------------------------------------------------------------


def postgresql_bin() -> Path | None:
    """The folder with initdb and postgres, or None; Debian keeps it outside PATH."""
    candidates = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name.split(".")[0])
    )
    candidates.reverse()
    if config := shutil.which("pg_config"):
        answer = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        candidates.append(Path(answer.stdout.strip()))
    if initdb := shutil.which("initdb"):
        candidates.append(Path(initdb).resolve().parent)
    return next(
        (path for path in candidates if (path / "initdb").exists() and (path / "postgres").exists()), None
    )


def _initialise(bin_folder: Path, folder: Path, owner: Owner, password: str, wal_megabytes: int) -> None:
    secret = folder / "password"
    secret.write_text(password)
    if owner.uid is not None:
        os.chown(secret, owner.uid, owner.gid or 0)
    command = [str(bin_folder / "initdb"), "--pgdata", str(folder / "data"), "--username", "postgres"]
    command += ["--auth", "scram-sha-256", "--pwfile", str(secret)]
    command += ["--encoding", "UTF8", "--locale", "C", "--no-sync", "--wal-segsize", str(wal_megabytes)]
    made = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **owner.popen())  # type: ignore[call-overload]
    secret.unlink()
    if made.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise ServerError(made.stderr)


def start_postgresql(*, durable: bool = False, largest_file: int | None = None) -> Server:
    """A PostgreSQL cluster; its url names the database "postgres" and the superuser.

    It does without fsync unless ``durable``: then it keeps what it has acknowledged, and is set up as a
    server that works for its living.  ``largest_file`` is the
    size in bytes, above one megabyte, that none of its files may pass: as if the disk were full.
    """
    bin_folder = postgresql_bin()
    if bin_folder is None:
        raise ServerError("no PostgreSQL server binaries found")
    return _first_to_answer(lambda: _start_postgresql(bin_folder, durable, largest_file), _postgresql_answers)


def _start_postgresql(bin_folder: Path, durable: bool, largest_file: int | None) -> Server:
    owner = Owner.unprivileged()
    folder, port, password = owner.folder("pg-", on_disk=durable), _free_port(), secrets.token_hex(12)
    _initialise(bin_folder, folder, owner, password, 1 if largest_file else 16)
    options = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
    options |= {"max_connections": 60, "timezone": "UTC"}
    options |= _DURABLE if durable else _QUICK
    command = [str(bin_folder / "postgres"), "-D", str(folder / "data")]
    command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    if largest_file is not None:
        limited = 'ulimit -f "$1"; shift; exec "$@"'
        command = ["/bin/sh", "-c", limited, "limited", str(largest_file // 512), *command]
    url = f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
    return _start(url, folder, owner, command, "QUIT")


_QUICK = {
    "shared_buffers": "32MB",
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}
_DURABLE = {"shared_buffers": "256MB", "max_wal_size": "4GB"}


def postgresql_again(server: Server) -> None:
    """Start a crashed PostgreSQL and wait until it has recovered; raises ServerError."""
    deadline = time.monotonic() + STARTING_SECONDS
    while True:
        server.start()
        if _answers_in_time(server, _postgresql_answers):
            return
        if time.monotonic() > deadline:
            raise ServerError(server.log())


def _postgresql_answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


# --- Redis --------------------------------------------------------------------------------------------------


def redis_binary() -> str | None:
    """The redis-server command, or None."""
    return shutil.which("redis-server") or shutil.which("redis-server", path="/usr/bin:/usr/local/bin")


def start_redis() -> Server:
    """A Redis server that keeps nothing on disk."""
    binary = redis_binary()
    if binary is None:
        raise ServerError("no redis-server found")
    return _first_to_answer(lambda: _start_redis(binary), _redis_answers)


def _start_redis(binary: str) -> Server:
    owner = Owner.unprivileged()
    folder, port, password = owner.folder("redis-"), _free_port(), secrets.token_hex(12)
    settings = folder / "redis.conf"
    settings.write_text(
        f"bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir {folder}\nsave ''\nappendonly no\n"
    )
    if owner.uid is not None:
        os.chown(settings, owner.uid, owner.gid or 0)
    return _start(f"redis://:{password}@127.0.0.1:{port}/0", folder, owner, [binary, str(settings)], "TERM")


def _redis_answers(url: str) -> bool:
    client = redis.Redis.from_url(url, socket_connect_timeout=2)
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False
    finally:
        client.close()
