"""The first account of an installation, from the command line."""

import pytest
from flask import Flask

import wsgi
from portfolio.commands import account_group
from portfolio.foundation import access, audit
from portfolio.foundation.access import User
from portfolio.foundation.roles import Role
from tests import factories, web


@pytest.fixture
def run(database):
    """Run ``account …`` and return exit code, stdout and stderr."""
    runner = Flask("test").test_cli_runner()

    def call(*arguments):
        result = runner.invoke(account_group, list(arguments))
        assert "Traceback" not in result.output
        return result.exit_code, result.stdout, result.stderr

    return call


def test_the_first_administrator_gets_a_password_that_must_be_changed(run, database):
    house = factories.organisation()
    code, out, words = run("add-admin", "keeper", "何管", house.code)
    assert code == 0
    assert "keeper" in words
    user = User.get(User.username == "keeper")
    assert access.acting(user).roles == {Role.ADMIN}
    assert [one.action for one in audit.trail("user", user.id)] == ["user.add", "password.set"]
    visitor = web.Visitor(wsgi.create_app(database.settings))
    assert visitor.log_in("keeper", out.strip()).location == "/"
    assert visitor.get("/admin/").location == "/account/password"


def test_what_cannot_be_added_is_one_line_and_adds_nobody(run):
    house = factories.organisation()
    factories.user("keeper")
    people = User.select().count()
    for arguments in (
        ("keeper", "何管", house.code),
        ("a", "何管", "NONE"),
        ("a", " ", house.code),
        ("a" * 65, "何管", house.code),
        ("a\x07b", "何管", house.code),
        ("a", "何" * 61, house.code),
    ):
        code, out, words = run("add-admin", *arguments)
        assert (code, out, len(words.splitlines())) == (1, "", 1)
    assert User.select().count() == people
