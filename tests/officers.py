"""Officers at a real server: log in over HTTP, send the form of a payment, take what comes for an answer."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import time
import urllib.parse
from dataclasses import replace
from pathlib import Path

import psutil

from portfolio.foundation.settings import CHECKOUT, Settings
from reports.services.serving import children
from tests import web

STARTING_SECONDS = 60
_FORM_KEY = re.compile(r'name="csrf_token" value="([^"]+)"')


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """The web server as ``make run`` starts it, in a group of its own so that it can be killed as a whole."""

    def __init__(self, settings: Settings, port: int, log: Path, *, workers: int = 2) -> None:
        self.settings, self.port, self.log, self.workers = settings, port, log, workers
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        chosen = {"ENV": "test", "BROKER_URL": ""}
        places = {"DATA_DIR": str(self.settings.data_dir), "DATABASE_URL": self.settings.database_url}
        command = next(
            list(one.argv) for one in children(replace(self.settings, port=self.port)) if one.name == "web"
        )
        command[command.index("--workers") + 1] = str(self.workers)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env={**os.environ, **chosen, **places},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        deadline = time.monotonic() + STARTING_SECONDS
        while True:
            with (
                contextlib.suppress(OSError, http.client.HTTPException),
                contextlib.closing(Officer(self.port)) as somebody,
            ):
                if somebody.status("/login") == 200:
                    return
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self.log.read_text()[-3000:])
            time.sleep(0.1)

    def kill(self) -> None:
        """``kill -9`` of the server and all its workers."""
        if self.process is not None and self.process.poll() is None:
            members = psutil.Process(self.process.pid).children(recursive=True)
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            psutil.wait_procs(members, timeout=10)


class Officer:
    """One browser, reduced to its cookies and the key of its forms."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.form_key = ""
        self._kept: http.client.HTTPConnection | None = None

    def log_in(self, username: str) -> None:
        """Give name and password; raises ``RuntimeError`` when refused."""
        self._send("GET", "/login")
        if self._send("POST", "/login", {"username": username, "password": web.PASSWORD})[0] != 302:
            raise RuntimeError(f"{username} could not log in")
        self._send("GET", "/")

    def beside(self) -> Officer:
        """Another window of the same browser, logged in as well."""
        other = Officer(self.port)
        other.cookies, other.form_key = dict(self.cookies), self.form_key
        return other

    def close(self) -> None:
        """Let go of the connection."""
        if self._kept is not None:
            self._kept.close()

    def status(self, address: str) -> int:
        """Open a page; its status."""
        return self._send("GET", address)[0]

    def pay(self, application: int, key: str) -> bool:
        """Send the form that pays an application; whether the server acknowledged it.

        Raises ``OSError`` or ``HTTPException`` when there was no answer: then nobody here can say.
        """
        fields = {"version": "1", "key": key, "effective_on": ""}
        status, body = self._send("POST", f"/finance/applications/{application}/posting", fields)
        if status == 302:
            return True
        if status >= 500:
            raise http.client.HTTPException(f"{status}: {body[:300]}")
        return False

    def _send(self, method: str, address: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        connection = self._kept or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self._kept = None
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://127.0.0.1:{self.port}",
            }
            body = urllib.parse.urlencode({"csrf_token": self.form_key, **fields})
        try:
            connection.request(method, address, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        except BaseException:
            connection.close()
            raise
        for header in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = header.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        if found := _FORM_KEY.search(text):
            self.form_key = found[1]
        self._kept = connection
        return answer.status, text
