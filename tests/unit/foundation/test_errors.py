"""Every refusal says what, why and what to do."""

import pytest

from portfolio.foundation.errors import Finding, Forbidden, Invalid, Level, Refused, refuse_unless, say
from portfolio.foundation.roles import Actor, Role

OFF_PLAN = Finding(
    code="R01",
    passed=False,
    what=say("项目未挂接规划条目"),
    basis="规划四（六）先规划后立项",
    figure=say("{n}个", n=0),
    limit=say("1个"),
    remedy=say("请选择规划条目，或先申请规划内增补"),
)
WARNING = Finding("R12", False, say("超过六个月未申请验收"), "发改委令55号", level=Level.WARN)


def test_a_refusal_names_code_figure_basis_and_remedy():
    refusal = Refused([OFF_PLAN, WARNING])
    assert refusal.codes == ("R01",)
    assert str(refusal) == (
        "[R01] 项目未挂接规划条目（实际 0个，限 1个）；依据：规划四（六）先规划后立项；"
        "处理：请选择规划条目，或先申请规划内增补"
    )


def test_a_warning_alone_does_not_shut_a_gate():
    refuse_unless([WARNING, Finding("R01", True, say("已挂接"), "规划四（六）")])
    with pytest.raises(Refused):
        refuse_unless([WARNING, OFF_PLAN])


def test_fields_are_named():
    assert str(Invalid({"year": say("年度应为四位数字")})) == "year：年度应为四位数字"


def test_user_text_with_braces_is_not_a_template():
    assert str(say("标题“{title}”过长", title="{x.__class__}")) == "标题“{x.__class__}”过长"


def test_a_finding_becomes_plain_values():
    assert OFF_PLAN.as_data() == {
        "code": "R01",
        "passed": False,
        "level": "block",
        "what": "项目未挂接规划条目",
        "basis": "规划四（六）先规划后立项",
        "figure": "0个",
        "limit": "1个",
        "remedy": "请选择规划条目，或先申请规划内增补",
    }


def test_an_actor_without_the_role_is_told_who_may():
    actor = Actor(1, "王莉", 7, frozenset({Role.APPLICANT}))
    with pytest.raises(Forbidden, match="须由财政主管部门办理"):
        actor.require(Role.FINANCE)
    with pytest.raises(Forbidden, match="不属于该项目的申报单位"):
        actor.require_unit(8, Role.APPLICANT)
    actor.require_unit(7, Role.APPLICANT)


def test_an_enum_in_a_sentence_is_told_by_its_label() -> None:
    assert str(say("请{role}办理", role=Role.FINANCE)) == f"请{Role.FINANCE.label}办理"
    assert Role.FINANCE.value not in str(say("请{role}办理", role=Role.FINANCE))
