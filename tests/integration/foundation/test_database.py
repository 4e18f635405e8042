"""Both databases keep the same promises: all or nothing, one writer's turn, typed values, frozen history."""

import threading
from datetime import datetime, timedelta

import pytest
import time_machine
from peewee import JOIN, Model, ModelSelect

import wsgi
from portfolio.foundation import audit, clock, demonstration, numbering
from portfolio.foundation.access import Organisation, OrganisationKind
from portfolio.foundation.clock import ZONE
from portfolio.foundation.db import (
    IntegrityError,
    after_commit,
    all_tables,
    bind,
    change,
    dialect,
    fn,
    get,
    release,
    schema,
    transaction,
    unbind,
    violated,
)
from portfolio.foundation.db import database as bound
from portfolio.foundation.db import table as table_module
from portfolio.foundation.errors import Forbidden, NotFound, StaleVersion, say
from portfolio.foundation.settings import Settings, SettingsError, read_settings, use
from tests import factories


def _names():
    return sorted(row.code for row in Organisation.select())


def _add(code):
    return factories.organisation(code=code)


def test_an_error_leaves_nothing_behind(database):
    with pytest.raises(RuntimeError), transaction():
        _add("A")
        raise RuntimeError
    assert _names() == []


def test_an_inner_failure_that_is_caught_takes_back_only_its_own_part(database):
    with transaction():
        _add("A")
        with pytest.raises(RuntimeError), transaction():
            _add("B")
            raise RuntimeError
        _add("C")
    assert _names() == ["A", "C"]


def test_what_waits_for_the_commit_is_dropped_with_the_transaction(database):
    heard = []
    with transaction():
        after_commit(lambda: heard.append("kept"))
        with pytest.raises(RuntimeError), transaction():
            after_commit(lambda: heard.append("lost with the inner part"))
            raise RuntimeError
        assert heard == []
    assert heard == ["kept"]
    with pytest.raises(RuntimeError), transaction():
        after_commit(lambda: heard.append("lost"))
        raise RuntimeError
    after_commit(lambda: heard.append("at once"))
    assert heard == ["kept", "at once"]


def test_an_enum_column_holds_nothing_but_its_members(database):
    code = _add("A").code
    with pytest.raises(IntegrityError) as refusal, transaction():
        bound.execute_sql(f"UPDATE organisation SET kind = 'kingdom' WHERE code = '{code}'")
    assert violated(refusal.value) == "ck_organisation_kind"
    assert Organisation.get().kind is OrganisationKind.DEPARTMENT


def test_a_wrong_type_is_refused_by_sqlite_as_well(database):
    _add("A")
    numbering.next_number("渝信组办", 2007)
    with pytest.raises(Exception, match=r"TEXT|integer"), transaction():
        bound.execute_sql("UPDATE number_series SET last = 'many'")
    assert numbering.next_number("渝信组办", 2007) == 2


def test_an_unknown_id_is_a_typed_error(database):
    with pytest.raises(NotFound, match="没有这个单位"):
        get(Organisation, 99, say("单位"))


def test_eight_writers_at_once_each_get_their_turn(database):
    def write(writer):
        for turn in range(5):
            with transaction():
                _add(f"{writer}-{turn}")
                numbering.next_number("渝信组办", 2007)
        bound.close()

    errors = []

    def guarded(writer):
        try:
            write(writer)
        except Exception as error:
            errors.append(error)

    writers = [threading.Thread(target=guarded, args=(writer,)) for writer in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert errors == []
    assert len(_names()) == 40
    assert numbering.next_number("渝信组办", 2007) == 41


def test_numbers_have_no_gaps_and_start_again_each_year(database):
    assert numbering.document_number("渝信组办", 2007) == "渝信组办〔2007〕1号"
    with pytest.raises(RuntimeError), transaction():
        assert numbering.next_number("渝信组办", 2007) == 2
        raise RuntimeError
    assert numbering.document_number("渝信组办", 2007) == "渝信组办〔2007〕2号"
    assert numbering.document_number("渝信组办", 2008) == "渝信组办〔2008〕1号"


def test_an_upgrade_is_done_once(database):
    assert schema.upgrade() == []


def test_sqlite_is_as_safe_as_the_books_need_it(sqlite_database):
    assert bound.pragma("journal_mode") == "wal"
    assert bound.pragma("synchronous") == 2
    assert bound.pragma("foreign_keys") == 1


def test_nobody_else_on_the_machine_reads_the_books(database, tmp_path):
    bind(f"sqlite:///{tmp_path / 'books' / 'new.db'}")
    bound.execute_sql("CREATE TABLE entry (id INTEGER)")
    written = sorted((tmp_path / "books").iterdir())
    assert [path.name for path in written] == ["new.db", "new.db-shm", "new.db-wal"]
    assert [path for path in written if path.stat().st_mode & 0o077] == []


def test_a_connection_is_kept_sees_what_others_wrote_and_keeps_nothing_of_its_last_use(database):
    _add("A")
    used = bound.connection()
    bound.execute_sql("BEGIN")
    _add("B")
    bound.close()
    elsewhere = threading.Thread(target=lambda: (_add("C"), bound.close()))
    elsewhere.start()
    elsewhere.join()
    assert _names() == ["A", "C"]
    assert bound.connection() is used
    release()
    assert bound.connection() is not used


def test_an_unknown_kind_of_database_is_one_clear_line(database):
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        bind("mysql://localhost/x")


def test_a_stale_version_is_refused_and_changes_nothing(database):
    from portfolio.tables.project import Project

    project = factories.project()
    stale = Project.get_by_id(project.id)
    change(project, project.version, name="新名称")
    with pytest.raises(StaleVersion, match="已被他人更新"):
        change(stale, stale.version, name="旧页面上的名称")
    assert Project.get_by_id(project.id).name == "新名称"
    assert Project.get_by_id(project.id).version == stale.version + 1


# --- audit -----------------------------------------------------------------------------------------------


def test_acts_on_a_subject_form_a_chain(database):
    for action in ("case.submit", "case.return", "case.submit"):
        audit.record(None, action, ("case", 5), {"意见": "同意"})
    audit.record(None, "case.submit", ("case", 6), {})
    trail = audit.trail("case", 5)
    assert [entry.number for entry in trail] == [1, 2, 3]
    assert trail[0].previous_hash == audit.GENESIS
    assert trail[2].previous_hash == trail[1].hash
    assert audit.verify().offenders == ()


def _without_triggers(sql):
    """What an intruder with the database's password could do."""
    if dialect() == "sqlite":
        bound.execute_sql("DROP TRIGGER audit_entry_no_update")
        bound.execute_sql("DROP TRIGGER audit_entry_no_delete")
        bound.execute_sql(sql)
    else:
        bound.execute_sql("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        bound.execute_sql(sql)


def test_an_altered_act_is_named(database):
    for number in range(3):
        audit.record(None, "case.submit", ("case", 5), {"n": number})
    _without_triggers("UPDATE audit_entry SET action = 'case.approve' WHERE number = 2")
    assert audit.verify().offenders == ("audit case:5 第2条",)


def test_a_tail_cut_off_is_noticed_through_the_days_anchor(database):
    for number in range(3):
        audit.record(None, "case.submit", ("case", 5), {"n": number})
    audit.anchor_heads(clock.today())
    assert audit.verify().offenders == ()
    _without_triggers("DELETE FROM audit_entry WHERE number = 3")
    assert [line for line in audit.verify().offenders if "链尾缺失" in line]


def test_an_auditor_verifies_the_log_with_one_command(database):
    runner = wsgi.create_app(database.settings).test_cli_runner()
    for number in range(3):
        audit.record(None, "case.submit", ("case", 5), {"n": number})
    good = runner.invoke(args=["audit", "verify"])
    assert (good.exit_code, good.stdout) == (0, "审计记录 3 条\n")
    _without_triggers("UPDATE audit_entry SET action = 'case.approve' WHERE number = 2")
    bad = runner.invoke(args=["audit", "verify"])
    assert (bad.exit_code, bad.stdout) == (1, "audit case:5 第2条\n审计记录 3 条\n")


def test_a_day_is_anchored_once(database):
    audit.record(None, "case.submit", ("case", 5), {})
    first = audit.anchor_heads(clock.today())
    audit.record(None, "case.submit", ("case", 5), {})
    assert audit.anchor_heads(clock.today()).hash == first.hash
    later = audit.anchor_heads(clock.today() + timedelta(days=1))
    assert later.previous_hash == first.hash
    assert later.last_entry > first.last_entry
    assert audit.verify().offenders == ()


@pytest.mark.parametrize(
    "sql", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
def test_the_database_itself_refuses_to_rewrite_history(database, sql):
    if sql.startswith("TRUNCATE") and dialect() == "sqlite":
        sql = "REPLACE INTO audit_entry SELECT * FROM audit_entry"
    audit.record(None, "case.submit", ("case", 5), {})
    with pytest.raises(IntegrityError, match="append_only"), transaction():
        bound.execute_sql(sql)
    assert len(audit.trail("case", 5)) == 1


def test_two_people_acting_on_one_subject_at_once_both_get_into_its_chain(database):
    def act():
        for _ in range(5):
            with transaction():
                audit.record(None, "case.countersign", ("case", 5), {})
        bound.close()

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(audit.trail("case", 5)) == 20
    assert audit.verify().offenders == ()


# --- the demonstration's clock ---------------------------------------------------------------------------


def test_a_demonstration_keeps_its_year_and_advances_normally(database):
    with time_machine.travel(datetime(2026, 3, 2, 10, tzinfo=ZONE), tick=False) as traveller:
        demonstration.set_clock(datetime(2008, 5, 12, 9, tzinfo=ZONE))
        assert clock.now() == datetime(2008, 5, 12, 9, tzinfo=ZONE)
        traveller.shift(timedelta(days=2))
        assert clock.now() == datetime(2008, 5, 14, 9, tzinfo=ZONE)
        unbind()
        bind(database.url)
        clock.follow(demonstration.stored_offset)
        assert clock.now() == datetime(2008, 5, 14, 9, tzinfo=ZONE)
    clock.follow(clock.real_time)


def test_production_refuses_a_database_with_demonstration_accounts(database, tmp_path):
    demonstration.set_clock(datetime(2008, 5, 12, 9, tzinfo=ZONE))
    wsgi.start(
        read_settings(
            {
                "ENV": "production",
                "SECRET_KEY": "k" * 40,
                "DATA_DIR": str(tmp_path),
                "DATABASE_URL": database.url,
            }
        )
    )
    with pytest.raises(SettingsError, match="演示账号"):
        clock.now()
    clock.follow(clock.real_time)


def test_production_refuses_the_demonstrations_clock(database, tmp_path):
    production = read_settings({"ENV": "production", "SECRET_KEY": "k" * 40, "DATA_DIR": str(tmp_path)})
    assert isinstance(production, Settings)
    use(production)
    with pytest.raises(Forbidden, match="生产环境"):
        demonstration.set_clock(datetime(2008, 5, 12, tzinfo=ZONE))
    assert not demonstration.is_demonstration()


def _forms(table):
    """Queries of every build over one table; ``table.select`` writes their columns in its own way."""
    key, other = table.id, table.alias("other")
    yield table.select()
    yield table.select().where(key == 5).order_by(key).limit(1)
    yield table.select(key, fn.COUNT(key).alias("n"), (key + 1).alias("next")).group_by(key)
    yield table.select(table, other).join(other, JOIN.LEFT_OUTER, on=(other.id == key))
    yield table.select(key, table.select(fn.MAX(other.id)).from_(other).where(other.id < key))
    yield table.select(fn.EXISTS(table.select().where(key > 1)))
    yield table.select().where(key.in_(table.select().where(key < 9)))
    yield table.select().where(key < 3) | table.select().where(key > 7)
    yield table.select().distinct()
    inner = table.select().where(key > 3).alias("inner")
    yield table.select(key, inner.c.id).join(inner, on=(inner.c.id == key))
    for foreign, parent in table._meta.refs.items():
        yield table.select(table, parent).join(parent, on=foreign)


def test_columns_are_written_as_peewee_would_write_them(database, monkeypatch):
    forms = [form.sql() for table in all_tables() for form in _forms(table)]
    monkeypatch.setattr(table_module._Select, "__sql_selection__", ModelSelect.__sql_selection__)
    assert forms == [form.sql() for table in all_tables() for form in _forms(table)]
    assert type(Organisation.select()) is not type(Model.select.__func__(Organisation))
