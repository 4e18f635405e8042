"""The walk: a line for each step, two refusals with rule and basis, and a report that reads well."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from click.testing import Result
from pypdf import PdfReader

import wsgi
from approvals.rules.stages import Stage
from approvals.tables.case import Case
from budget.queries.funds import account
from portfolio.foundation import db
from portfolio.foundation.clock import follow, real_time
from portfolio.foundation.settings import CHECKOUT
from portfolio.tables.project import Project
from tests.integration.reports.conftest import Copy, Walked, settings_for

pytestmark = pytest.mark.timeout(400)  # whoever comes first walks or loads for all

STEP = re.compile(r" *(\d+)(×?) +(20\d\d-\d\d-\d\d) ")


def test_every_step_is_a_line_in_the_order_of_its_day(sqlite_walked: Walked) -> None:
    steps = [match for line in sqlite_walked.lines if (match := STEP.match(line))]
    assert [int(step[1]) for step in steps] == list(range(1, len(steps) + 1))
    assert len(steps) >= 60
    days = [step[3] for step in steps]
    assert days == sorted(days)
    assert (days[0][:4], days[-1][:4]) == ("2006", "2009")
    story = "\n".join(sqlite_walked.lines)
    told = re.findall(
        "挂接规划|审签同意|会签：同意|领导小组审定：同意|批复可行性研究|核定概算|审定2007年度投资计划"
        "|下达2007年指标|下达2007年用款计划|签订建设合同|预付款|进度款|竣工验收通过|投入运行|评价定稿|出具绩效评价报告",
        story,
    )
    assert list(dict.fromkeys(told)) == [
        "挂接规划",
        "审签同意",
        "会签：同意",
        "领导小组审定：同意",
        "批复可行性研究",
        "核定概算",
        "审定2007年度投资计划",
        "下达2007年指标",
        "下达2007年用款计划",
        "签订建设合同",
        "预付款",
        "进度款",
        "竣工验收通过",
        "投入运行",
        "评价定稿",
        "出具绩效评价报告",
    ]


def test_two_attempts_are_refused_with_rule_and_basis(sqlite_walked: Walked) -> None:
    refused = [number for number, line in enumerate(sqlite_walked.lines) if "×" in line]
    assert len(refused) == 2
    off_plan, early = (sqlite_walked.lines[number : number + 2] for number in refused)
    assert "规划外" in off_plan[0]
    assert "[R01]" in off_plan[1]
    assert "先规划后立项" in off_plan[1]
    assert "申请开工" in early[0]
    assert "[R02]" in early[1]
    assert "先评估后建设" in early[1]


def test_the_project_is_closed_and_everything_is_paid(walked: Copy) -> None:
    assert Case.get(project=walked.project).stage is Stage.CLOSED
    books = account(walked.project.id)
    assert books is not None
    assert books.cap is not None
    assert books.paid == books.contracted + books.direct < books.cap
    others = Project.select().where(Project.id != walked.project.id)
    assert [Case.get(project=other).stage for other in others] == [Stage.INITIATION]


def test_both_databases_tell_the_same(request: pytest.FixtureRequest, sqlite_walked: Walked) -> None:
    other: Walked = request.getfixturevalue("postgresql_walked")
    assert other.lines == sqlite_walked.lines


# --- the report ---------------------------------------------------------------------------------------------


def test_the_report_lies_in_the_checkout_whatever_the_data_folder_is(sqlite_walked: Walked) -> None:
    assert sqlite_walked.path.parent == CHECKOUT / "var" / "demo"
    assert CHECKOUT not in sqlite_walked.folder.parents
    assert sqlite_walked.pdf.startswith(b"%PDF-")


def test_the_report_has_pages_bookmarks_and_its_chapters(sqlite_walked: Walked) -> None:
    reader = PdfReader(io.BytesIO(sqlite_walked.pdf))
    assert len(reader.pages) >= 6
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    chapters = (
        "基本情况",
        "评价工作开展情况",
        "综合评价情况及结论",
        "绩效评价指标分析",
        "主要经验及做法、存在的问题及原因分析",
        "有关建议",
        "其他需要说明的问题",
    )
    for chapter in chapters:
        assert any(chapter in title for title in titles), chapter
    text = texts(sqlite_walked.pdf)
    for words in (
        "政务信息资源目录体系和交换体系",
        "预算执行率",
        "链首校验值",
        "均为演示而虚构",
        "与本报告实际支付合计一致",
    ):
        assert words in text, words
    assert "征求意见稿" not in text
    assert "〓" not in text


def texts(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return re.sub(r"\s+", "", "".join(page.get_textpage().get_text_range() for page in document))
    finally:
        document.close()


@pytest.mark.needs("poppler-utils", "qpdf")
def test_every_font_is_embedded_and_the_file_is_sound(sqlite_walked: Walked, tmp_path: Path) -> None:
    path = str(tmp_path / "report.pdf")
    Path(path).write_bytes(sqlite_walked.pdf)
    fonts = run("pdffonts", path).splitlines()[2:]
    assert len(fonts) >= 2
    for line in fonts:
        assert line.split()[-5:-2] == ["yes", "yes", "yes"], line  # embedded, subset, mapped to Unicode
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", path)
    assert "绩效评价报告" in run("pdftotext", path, "-")


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


# --- the command --------------------------------------------------------------------------------------------


def invoke(folder: Path, *arguments: str, environment: str = "test") -> Result:
    """Run the application's command line on a SQLite database in ``folder``."""
    settings = settings_for(f"sqlite:///{folder / 'portfolio.db'}", folder)
    app = wsgi.create_app(replace(settings, environment=environment))
    try:
        return app.test_cli_runner().invoke(app.cli, arguments)
    finally:
        db.unbind()
        follow(real_time)


def test_the_command_ends_with_the_path_alone_and_is_not_repeated(tmp_path: Path) -> None:
    result = invoke(tmp_path, "demo", "walk")
    assert (result.exit_code, result.stderr) == (0, "")
    last = result.stdout.splitlines()[-1]
    assert Path(last).is_absolute()
    assert Path(last).is_file()
    again = invoke(tmp_path, "demo", "walk")
    assert (again.exit_code, again.stdout) == (1, "")
    assert len(again.stderr.splitlines()) == 1
    assert "数据库中已有项目" in again.stderr


@pytest.mark.parametrize("command", ["walk", "load"])
def test_production_refuses_in_one_line_and_writes_nothing(tmp_path: Path, command: str) -> None:
    result = invoke(tmp_path, "demo", command, environment="production")
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert "生产环境" in result.stderr
    assert not (tmp_path / "portfolio.db").exists()
