"""The plan catalogue from the command line: data to stdout, words to stderr, and an exit code."""

import json

import pytest
from flask import Flask

from portfolio.commands import plan_group
from portfolio.foundation import db
from portfolio.foundation.audit import AuditEntry
from portfolio.queries import plan as queries
from portfolio.services.plan import SHIPPED
from portfolio.tables.plan import Plan, PlanItem
from tests.unit.portfolio.plan_samples import LATER_PLAN


@pytest.fixture
def run(database):
    """Run ``plan …`` and return exit code, stdout and stderr."""
    runner = Flask("test").test_cli_runner()

    def call(*arguments):
        result = runner.invoke(plan_group, [str(argument) for argument in arguments])
        assert "Traceback" not in result.output
        return result.exit_code, result.stdout, result.stderr

    return call


def test_load_without_a_file_loads_what_ships(run):
    code, out, words = run("load")
    assert (code, out) == (0, "")
    assert words == (
        "规划 CQ-2006-2010：新增 224，调整 0，未变 0 · added 224, revised 0, unchanged 0\n"
        "单位：新增 103，调整 0，未变 0 · added 103, revised 0, unchanged 0\n"
    )
    entries = AuditEntry.select().count()
    assert run("load")[2].startswith(
        "规划 CQ-2006-2010：新增 0，调整 0，未变 224 · added 0, revised 0, unchanged 224\n"
    )
    assert AuditEntry.select().count() == entries


def test_export_gives_the_file_back(run, tmp_path):
    run("load")
    code, out, words = run("export")
    assert (code, words) == (0, "")
    assert out == SHIPPED.read_text("utf-8")
    assert out.endswith("}\n")
    (tmp_path / "plan.json").write_text(out, "utf-8")
    assert "未变 224" in run("load", tmp_path / "plan.json")[2]


def test_a_file_with_mistakes_names_each_on_a_line_and_changes_nothing(run, tmp_path):
    path = tmp_path / "plan.json"
    path.write_text(
        LATER_PLAN.replace('"Z1-A-02"', '"Z1-A-01"').replace('"city": "成都市"', '"city": 7'), "utf-8"
    )
    code, out, words = run("load", path)
    assert (code, out) == (1, "")
    assert words == (
        "第2行 plan.city：应为文字，却是数字\n第16行 items[1].code：编码“Z1-A-01”重复，第15行已用\n"
    )
    assert Plan.select().count() == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "第1行：文件是空的\n"),
        (LATER_PLAN.encode("gbk"), "第2行：不是UTF-8编码（可能是GBK或UTF-16），请另存为UTF-8后再导入\n"),
        (b'{"plan": {},}', "第1行第13列：此处应为字段名（加英文双引号）\n"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(run, tmp_path, content, words):
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    assert run("load", path) == (1, "", words)
    assert Plan.select().count() == 0


def test_a_missing_file_is_a_wrong_call(run, tmp_path):
    code, out, words = run("load", tmp_path / "none.json")
    assert (code, out) == (2, "")
    assert "none.json" in words


def test_a_changed_file_is_refused_until_it_is_called_an_amendment(run, tmp_path):
    run("load")
    data = queries.export_plan("CQ-2006-2010")
    data["items"][0]["name"] = "全市统一的电子政务网络建设"
    data["items"][1]["counts_1162"] = True
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")

    code, out, words = run("load", path)
    assert (code, out) == (1, "")
    first, second = words.splitlines()
    assert first.startswith("[PLAN-CHANGED] items B1-G1-01的name：已载入“全市统一的电子政务内网和外网建设”")
    assert second.startswith("[PLAN-CHANGED] items B1-G1-02的counts_1162：已载入“false”，文件为“true”")
    assert PlanItem.select().count() == 125

    code, _, words = run("load", path, "--amend", "--from", "2008-07-01", "--reason", "渝信组〔2008〕3号")
    assert (code, words) == (
        0,
        "规划 CQ-2006-2010：新增 0，调整 2，未变 222 · added 0, revised 2, unchanged 222\n",
    )
    assert PlanItem.select().count() == 127


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--amend", "--reason", "x"], 1, "--from：增补或调整必须写明生效日期"),
        (["--amend", "--from", "2008-07-01"], 1, "reason：增补或调整必须写明原因"),
        (["--from", "2008-07-01"], 1, "--amend：--from、--reason 只与 --amend 同用"),
        (["--amend", "--from", "2008-02-30", "--reason", "x"], 2, "2008-02-30"),
    ],
)
def test_an_amendment_is_complete_or_refused(run, options, code, words):
    run("load")
    found, out, said = run("load", *options)
    assert (found, out) == (code, "")
    assert words in said


def test_export_says_which_plan_is_wanted(run, tmp_path):
    assert run("export") == (1, "", "还没有载入任何规划；处理：请先运行 flask plan load\n")
    run("load")
    path = tmp_path / "later.json"
    path.write_text(LATER_PLAN, "utf-8-sig")
    assert run("load", path)[0] == 0
    code, out, words = run("export")
    assert (code, out) == (1, "")
    assert "有多个规划：CD-2011-2015、CQ-2006-2010" in words
    assert json.loads(run("export", "--plan", "CD-2011-2015")[1])["plan"]["city"] == "成都市"
    assert run("export", "--plan", "XX")[0] == 1


@pytest.mark.parametrize("command", [(), ("load",), ("export",)])
def test_help_is_chinese_first(run, command):
    code, out, _ = run(*command, "--help")
    assert code == 0
    assert "规划" in out
    assert "plan" in out


def test_a_database_without_tables_is_one_line(run, tmp_path):
    db.unbind()
    db.bind(f"sqlite:///{tmp_path / 'empty.db'}")
    code, out, words = run("export")
    assert (code, out) == (1, "")
    assert len(words.splitlines()) == 1
    assert "db upgrade" in words
