"""The same pages over a project that was walked all the way, on SQLite and on PostgreSQL."""

from __future__ import annotations

import re
from html import unescape

import wsgi
from portfolio.foundation.access import User, UserRole
from portfolio.foundation.roles import Role
from portfolio.foundation.web import accounts
from portfolio.tables.following import Following
from reports.views.project import GOVERNMENT
from tests import web
from tests.integration.reports.conftest import Copy


def test_home_register_project_and_log_open_on_both(walked: Copy) -> None:
    app = wsgi.create_app(walked.settings)
    user = User.get_by_id(UserRole.get(UserRole.role == Role.AUDITOR).user_id)
    accounts.set_password(user_id=user.id, password=web.PASSWORD, actor=None, temporary=False)
    project, code = walked.project.id, walked.walked.code
    visitor = web.visit(app, user.username)
    for _ in range(2):
        assert visitor.post(f"/projects/{project}/follow", {"following": "yes"}).status_code == 302
    assert Following.select().count() == 1
    addresses = [
        "/",
        "/projects",
        "/projects?q=平台&stage=closed&track=government&side=active&year=2007&zone=metropolitan&box=B1&tier=major",
        f"/audit?project={code}&person=王&since=2006-01-01&until=2030-12-31",
        "/audit?kind=project&number=1&action=project.create",
        *(f"/projects/{project}?tab={tab.key}" for tab in GOVERNMENT),
    ]
    for address in addresses:
        answer = visitor.get(address)
        assert answer.status_code == 200, (address, web.text_of(answer)[:300])
    assert code in web.text_of(visitor.get("/"))
    assert code in web.text_of(visitor.get(f"/projects?q={code}"))
    first = visitor.get("/audit").get_data(as_text=True)
    further = unescape(re.search(r'rel="next" href="([^"]+)"', first)[1])  # type: ignore[index]
    second = visitor.get(further).get_data(as_text=True)
    assert "status-approved" in second
    assert "status-blocked" not in first + second
    assert visitor.post(f"/projects/{project}/follow", {"following": "no"}).status_code == 302
    assert Following.select().count() == 0
