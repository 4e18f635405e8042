"""The folder queue with real processes: nothing lost, nothing kept by the dead."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection, Consumer, Exchange, Producer
from kombu import Queue as KombuQueue
from kombu.exceptions import ChannelError

from portfolio.foundation.jobs import broker

QUEUE = KombuQueue("jobs", Exchange("jobs", type="direct"), routing_key="jobs")

PRODUCER = """
import sys
from tests.integration.foundation.test_jobs_broker import QUEUE, connect
from kombu import Producer
with connect(sys.argv[1]) as connection, connection.channel() as channel:
    producer = Producer(channel)
    for number in range(int(sys.argv[3])):
        producer.publish(
            {"from": sys.argv[2], "number": number},
            exchange=QUEUE.exchange, routing_key="jobs", declare=[QUEUE],
        )
"""

HOLDER = """
import sys, time
from tests.integration.foundation.test_jobs_broker import QUEUE, connect
connection = connect(sys.argv[1])
channel = connection.channel()
message = QUEUE(channel).get(no_ack=False)
print(message.payload["number"], flush=True)
time.sleep(60)
"""


def connect(folder: str | Path) -> Connection:
    broker.register()
    return Connection("folder://", transport_options={"folder": str(folder), "polling_interval": 0.01})


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with connect(tmp_path) as opened:
        yield opened


def publish(connection: Connection, *numbers: int) -> None:
    with connection.channel() as channel:
        for number in numbers:
            Producer(channel).publish(
                {"number": number}, exchange=QUEUE.exchange, routing_key="jobs", declare=[QUEUE]
            )


def drain(connection: Connection, count: int) -> list[dict[str, object]]:
    """Take ``count`` messages the way a worker does."""
    got: list[dict[str, object]] = []

    def receive(body: dict[str, object], message: object) -> None:
        got.append(body)
        message.ack()  # type: ignore[attr-defined]

    with connection.channel() as channel, Consumer(channel, [QUEUE], callbacks=[receive]):
        while len(got) < count:
            connection.drain_events(timeout=10)
    return got


def test_two_producers_lose_nothing(connection: Connection, tmp_path: Path) -> None:
    with start(PRODUCER, str(tmp_path), "a", "300") as a, start(PRODUCER, str(tmp_path), "b", "300") as b:
        got = drain(connection, 600)
    assert (a.returncode, b.returncode) == (0, 0)
    assert len({(body["from"], body["number"]) for body in got}) == 600
    assert list((tmp_path / "ready").iterdir()) == []
    assert list((tmp_path / "held").iterdir()) == []
    assert list((tmp_path / "writing").iterdir()) == []


def test_messages_of_a_killed_consumer_come_back_and_those_of_a_living_one_do_not(
    connection: Connection, tmp_path: Path
) -> None:
    publish(connection, 1, 2)
    with start(HOLDER, str(tmp_path)) as holder:
        assert holder.stdout is not None
        try:
            assert holder.stdout.readline().strip() == "1"
            assert drain(connection, 1) == [{"number": 2}]
            assert broker.Queue(tmp_path).reclaim() == 0
        finally:
            holder.send_signal(signal.SIGKILL)
    assert drain(connection, 1) == [{"number": 1}]


def test_order_is_kept_and_a_rejected_message_returns_to_its_place(connection: Connection) -> None:
    publish(connection, 1, 2, 3)
    with connection.channel() as channel:
        first = QUEUE(channel).get(no_ack=False)
        first.reject(requeue=True)
    assert [body["number"] for body in drain(connection, 3)] == [1, 2, 3]


def test_a_refused_message_is_gone(connection: Connection, tmp_path: Path) -> None:
    publish(connection, 1)
    with connection.channel() as channel:
        QUEUE(channel).get(no_ack=False).reject()
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_closing_gives_back_what_was_not_acknowledged(connection: Connection, tmp_path: Path) -> None:
    publish(connection, 1)
    with connection.channel() as channel:
        assert QUEUE(channel).get(no_ack=False).payload == {"number": 1}
        assert os.listdir(tmp_path / "ready") == []
    assert len(os.listdir(tmp_path / "ready")) == 1
    assert os.listdir(tmp_path / "held") == []


def test_a_spoiled_message_does_not_stop_the_queue(connection: Connection, tmp_path: Path) -> None:
    folder = broker.Queue(tmp_path)
    folder.put("jobs", "tag", b"{half")
    publish(connection, 7)
    assert drain(connection, 1) == [{"number": 7}]
    assert len(os.listdir(folder.spoiled)) == 1


def test_what_dead_producers_left_is_cleared_after_an_hour(tmp_path: Path) -> None:
    folder = broker.Queue(tmp_path)
    for name, age in (("old", 4000), ("new", 10)):
        path = folder.writing / name
        path.write_bytes(b"x")
        moment = path.stat().st_mtime - age
        os.utime(path, (moment, moment))
    folder.reclaim()
    assert os.listdir(folder.writing) == ["new"]


def test_a_full_disk_is_an_error_to_the_producer_and_leaves_no_half_message(
    connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ChannelError, match="No space left"):
        publish(connection, 1)
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_files_are_private_and_carry_no_pickle(connection: Connection, tmp_path: Path) -> None:
    publish(connection, 1)
    (path,) = (tmp_path / "ready").iterdir()
    assert tmp_path.joinpath("ready").stat().st_mode & 0o077 == 0
    assert json.loads(path.read_bytes())["content-type"] == "application/json"


def test_purging_empties_one_queue(connection: Connection, tmp_path: Path) -> None:
    publish(connection, 1, 2)
    broker.Queue(tmp_path).put("other", "tag", b"{}")
    with connection.channel() as channel:
        assert QUEUE(channel).purge() == 2
    assert len(os.listdir(tmp_path / "ready")) == 1


def test_delivery_without_acknowledgement_is_not_offered(connection: Connection) -> None:
    with connection.channel() as channel, pytest.raises(ChannelError, match="acknowledgement"):
        QUEUE(channel).consume(no_ack=True)
