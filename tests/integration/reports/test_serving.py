"""``make run``: the whole program in processes of its own, started, hurt, stopped and started again."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

import wsgi
from portfolio.foundation import demonstration
from portfolio.foundation.access import User
from portfolio.foundation.errors import Conflict, Invalid
from portfolio.foundation.jobs.celery_app import check_broker
from portfolio.foundation.roles import Role
from portfolio.foundation.settings import CHECKOUT, Settings, read_settings, use
from portfolio.foundation.web.application import own_key
from portfolio.tables.plan import Plan
from portfolio.tables.project import Project
from reports.commands.serving import account_lines
from reports.services import serving
from reports.services.demonstration.accounts import PASSWORD, showcase
from reports.services.demonstration.script import script
from tests import factories, web
from tests.conftest import TemporaryDatabase
from tests.integration.foundation.test_jobs_supervisor import gone
from tests.integration.reports.test_demonstration import everything

pytestmark = pytest.mark.timeout(400)  # whoever comes first loads for all
PATIENCE_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """The command in a process of its own, and everything it prints."""

    def __init__(self, folder: Path, port: int, **environment: str) -> None:
        self.port = port
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
            cwd=CHECKOUT,
            env={
                **{name: value for name, value in os.environ.items() if name not in ("HOST", "SECRET_KEY")},
                "ENV": "test",
                "DATA_DIR": str(folder),
                "DATABASE_URL": "",
                "BROKER_URL": "",
                "PORT": str(port),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            self.lines.extend(iter(output.readline, ""))

    @property
    def said(self) -> str:
        return "".join(self.lines)

    def wait_until(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not ready():
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    def part(self, word: str) -> psutil.Process | None:
        """The child that runs ``word`` (``gunicorn``, ``worker``, ``beat``)."""
        for one in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):  # just killed
                if word in one.cmdline():
                    return one
        return None

    def page(self, address: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{address}", timeout=10) as answer:
            return str(answer.read().decode())

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


def at_work(worker: psutil.Process | None) -> bool:
    """Whether a worker has come so far as to have processes that do the jobs."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return worker is not None and bool(worker.children())
    return False


@pytest.fixture
def start() -> Iterator[Callable[..., Running]]:
    """Start the command; whatever still runs at the end is ended."""
    running: list[Running] = []

    def started(*arguments: object, **environment: str) -> Running:
        running.append(Running(*arguments, **environment))  # type: ignore[arg-type]
        return running[-1]

    yield started
    for each in running:
        if each.process.poll() is None:
            for process in [*psutil.Process(each.process.pid).children(recursive=True), each.process]:
                process.kill()
        each.process.wait()
        each.reader.join()


@pytest.fixture
def folder(loaded_once: Path, tmp_path: Path) -> Path:
    """A data folder with the demonstration in it, as a first start leaves it."""
    place = tmp_path / "data"
    place.mkdir()
    shutil.copy(loaded_once / "portfolio.db", place / "portfolio.db")
    return place


def test_it_serves_mends_itself_and_stops_as_one_and_changes_nothing(
    start: Callable[..., Running], folder: Path
) -> None:
    settings = read_settings({"ENV": "test", "DATA_DIR": str(folder)})
    before = everything(settings)
    running = start(folder, free_port())
    running.wait_until(lambda: "Ctrl-C 停止" in running.said)
    assert f"http://127.0.0.1:{running.port}/" in running.said
    assert PASSWORD in running.said
    assert 'name="username"' in running.page("/login")
    assert "Traceback" not in running.said

    running.wait_until(lambda: running.part("worker") is not None)
    first = running.part("worker")
    assert first is not None
    os.killpg(first.pid, signal.SIGKILL)
    running.wait_until(lambda: (again := running.part("worker")) not in (None, first) and at_work(again))
    assert 'name="username"' in running.page("/login")
    assert running.part("gunicorn") is not None
    assert running.part("beat") is not None

    below = psutil.Process(running.process.pid).children(recursive=True)
    so_far = len(running.lines)
    assert running.interrupt() == 0
    assert gone(below)
    running.reader.join()
    assert running.lines[so_far:] == ["已全部停止 · all stopped\n"]
    assert everything(settings) == before
    assert (folder / "secret-key").stat().st_mode & 0o077 == 0


def refused(running: Running) -> list[str]:
    """What a start says that comes to nothing."""
    assert running.process.wait(PATIENCE_SECONDS) == 1
    running.reader.join()
    return running.said.splitlines()


def test_a_second_start_on_a_taken_port_is_one_line_and_writes_nothing(
    start: Callable[..., Running], tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        (said,) = refused(start(tmp_path / "data", port := taken.getsockname()[1]))
    assert re.fullmatch(rf"端口 {port} 已被占用；处理：.*PORT=.*", said)
    assert not (tmp_path / "data").exists()


def test_a_database_that_never_answers_is_one_line_after_a_few_seconds_and_nothing_is_written(
    start: Callable[..., Running], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"
        running = start(tmp_path / "data", free_port(), DATABASE_URL=url)
        running.wait_until(lambda: "准备数据库" in running.said)
        asked = time.monotonic()
        (_preparing, said) = refused(running)
        waited = time.monotonic() - asked
    assert said.startswith("数据库不可用：")
    assert 1 < waited < 8
    assert not (tmp_path / "data").exists()


def test_an_address_that_is_not_ours_and_a_folder_that_cannot_be_are_one_line(
    start: Callable[..., Running], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    (said,) = refused(start(tmp_path / "file" / "data", free_port(), HOST="192.0.2.1"))
    assert "192.0.2.1" in said
    (_preparing, said) = refused(start(tmp_path / "file" / "data", free_port()))
    assert said.startswith(f"{tmp_path}/file")
    assert "DATA_DIR" in said


def test_production_on_a_demonstration_is_one_line(start: Callable[..., Running], folder: Path) -> None:
    production = {"ENV": "production", "SECRET_KEY": "k" * 40}
    (_preparing, said) = refused(start(folder, free_port(), **production))
    assert "生产环境不得使用演示数据库" in said


def test_production_without_accounts_says_how_the_first_is_made(
    start: Callable[..., Running], tmp_path: Path
) -> None:
    running = start(tmp_path / "data", free_port(), ENV="production", SECRET_KEY="k" * 40)
    running.wait_until(lambda: "Ctrl-C 停止" in running.said)
    assert "account add-admin" in running.said
    assert "演示" not in running.said


def test_a_queue_out_of_reach_is_named_and_its_password_is_not() -> None:
    for url in (f"redis://:secret@127.0.0.1:{free_port()}/0", "carrier-pigeon://loft"):
        with pytest.raises(Invalid, match="BROKER_URL：任务队列不可用") as raised:
            check_broker(url)
        assert "secret" not in str(raised.value)


# --- what is prepared ---------------------------------------------------------------------------------------


def test_a_second_start_finds_everything_as_it_was(loaded: Settings) -> None:
    User.update(password="changed by its owner").where(User.username == "zfb.jb").execute()
    before = everything(loaded)
    found = serving.prepare()
    assert found is not None
    assert not found.fresh
    assert everything(loaded) == before


@pytest.fixture
def empty(sqlite_database: TemporaryDatabase) -> Settings:
    wsgi.start(sqlite_database.settings)
    return sqlite_database.settings


def test_a_database_with_people_of_its_own_gets_no_demonstration(empty: Settings) -> None:
    factories.user("boss", roles=(Role.ADMIN,))
    assert serving.prepare() is None
    assert (User.select().count(), Project.select().count(), Plan.select().count()) == (1, 0, 0)
    assert not demonstration.is_demonstration()


def test_programs_that_start_together_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as programs:
        (key,) = set(programs.map(own_key, [tmp_path / "data"] * 8))
    assert len(key) == 64
    assert [one.name for one in (tmp_path / "data").iterdir()] == ["secret-key"]


def test_production_gets_no_demonstration(empty: Settings) -> None:
    use(replace(empty, environment="production"))
    assert serving.prepare() is None
    assert (User.select().count(), Project.select().count()) == (0, 0)


def test_one_account_of_every_role_is_shown_and_can_log_in(loaded: Settings) -> None:
    shown = showcase(script().people)
    assert [one.role for one in shown] == [role for role in Role for _ in range(1 + (role is Role.FINANCE))]
    app = wsgi.create_app(loaded)
    for username in {one.username for one in shown}:
        assert web.Visitor(app).log_in(username, PASSWORD).status_code == 302
    lines = account_lines(shown)
    assert all(any(one.username in line for line in lines) for one in shown)


def test_an_address_is_written_as_a_browser_wants_it() -> None:
    chosen = read_settings({"PORT": "8123"})
    assert serving.address(chosen) == "http://127.0.0.1:8123/"
    everywhere = replace(chosen, host="0.0.0.0")  # noqa: S104
    assert serving.address(everywhere) == "http://127.0.0.1:8123/"
    assert serving.address(replace(chosen, host="::1")) == "http://[::1]:8123/"


def test_a_free_port_passes_and_a_taken_one_does_not() -> None:
    serving.check_port("127.0.0.1", free_port())
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Conflict, match="已被占用"):
            serving.check_port("127.0.0.1", taken.getsockname()[1])
