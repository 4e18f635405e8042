"""Reports and demonstration from the command line: data on stdout alone, one line for each error."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader

from portfolio.foundation.settings import Settings
from reports.commands import demo_group, report_group
from reports.tables import IssuedReport

pytestmark = pytest.mark.timeout(400)  # whoever comes first walks or loads for all

Call = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def report(loaded: Settings) -> Call:
    """Run ``report …`` and return exit code, stdout and stderr."""
    runner = Flask("test").test_cli_runner()

    def call(*arguments: object) -> tuple[int, bytes, str]:
        result = runner.invoke(report_group, [str(argument) for argument in arguments])
        assert "Traceback" not in result.output
        return result.exit_code, result.stdout_bytes, result.stderr

    return call


def codes(out: bytes) -> list[str]:
    return out.decode().splitlines()


def test_the_list_is_codes_and_nothing_else(report: Call) -> None:
    status, out, words = report("assessment", "--list")
    assert (status, words) == (0, "")
    assert len(codes(out)) == len(set(codes(out))) >= 2
    assert all(code.startswith("XM200") for code in codes(out))


def test_every_code_of_the_list_has_its_report(report: Call, tmp_path: Path) -> None:
    for code in codes(report("assessment", "--list")[1]):
        path = tmp_path / f"{code}.pdf"
        status, out, words = report("assessment", code, "-o", path)
        assert (status, out) == (0, b"")
        assert len(words.splitlines()) == 1
        assert len(PdfReader(path).pages) >= 6
        again = tmp_path / "again.pdf"
        report("assessment", code, "-o", again)
        assert again.read_bytes() == path.read_bytes()


def test_a_draft_is_drawn_when_it_is_asked_for(report: Call) -> None:
    final, drafts = (
        codes(report("assessment", "--list")[1]),
        codes(report("assessment", "--list", "--draft")[1]),
    )
    code = min(set(drafts) - set(final))
    assert report("assessment", code, "-o", "-")[0] == 1
    before = IssuedReport.select().count()
    status, out, words = report("assessment", code, "--draft", "-o", "-")
    assert status == 0
    assert "征求意见稿" in "".join(page.extract_text() for page in PdfReader(io.BytesIO(out)).pages)
    assert IssuedReport.select().where(IssuedReport.draft).count() == 1
    assert IssuedReport.select().count() == before + 1
    assert len(words.splitlines()) == 1


def test_a_year_s_own_report_is_drawn(report: Call) -> None:
    _, out, _ = report("assessment", "--list", "--kind", "annual_self", "--year", "2007")
    status, pdf, _ = report("assessment", codes(out)[0], "--kind", "annual_self", "--year", "2007", "-o", "-")
    assert status == 0
    assert pdf.startswith(b"%PDF-")


def test_what_cannot_be_drawn_is_one_line(report: Call, tmp_path: Path) -> None:
    code = codes(report("assessment", "--list")[1])[0]
    for arguments, said in (
        (("XM1999-0001", "-o", tmp_path / "x.pdf"), "XM1999-0001"),
        ((code, "--year", "2009", "-o", tmp_path / "x.pdf"), "没有可以出具报告"),
        ((code, "-o", tmp_path / "none" / "x.pdf"), "无法写入"),
    ):
        status, out, words = report("assessment", *arguments)
        assert (status, out) == (1, b"")
        assert len(words.splitlines()) == 1
        assert said in words
    assert not (tmp_path / "x.pdf").exists()


@pytest.mark.parametrize(
    "arguments", [(), ("XM2006-0001",), ("-o", "x.pdf"), ("X", "--list"), ("--kind", "x")]
)
def test_a_wrong_call_is_explained(report: Call, arguments: tuple[str, ...]) -> None:
    status, out, words = report("assessment", *arguments)
    assert (status, out) == (2, b"")
    assert words


def test_loading_again_says_that_nothing_was_done(loaded: Settings) -> None:
    result = Flask("test").test_cli_runner().invoke(demo_group, ["load"])
    assert (result.exit_code, result.stdout) == (0, "")
    assert "未作改动" in result.stderr
