"""Settings come from the environment; production refuses to start without a key of its own."""

import pytest

from portfolio.foundation.settings import CHECKOUT, SettingsError, read_settings


def test_nothing_needs_to_be_set_on_one_machine():
    settings = read_settings({})
    assert settings.data_dir == CHECKOUT / "var"
    assert settings.database_url == f"sqlite:///{CHECKOUT / 'var' / 'portfolio.db'}"
    assert settings.broker_url == ""
    assert not settings.production
    assert settings.max_upload_bytes == 50 * 1024 * 1024


def test_the_database_follows_the_data_folder(tmp_path):
    assert read_settings({"DATA_DIR": str(tmp_path)}).database_url == f"sqlite:///{tmp_path / 'portfolio.db'}"


@pytest.mark.parametrize("key", [{}, {"SECRET_KEY": ""}, {"SECRET_KEY": "short"}])
def test_production_refuses_a_missing_or_short_key(key):
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        read_settings({"ENV": "production", **key})


def test_production_starts_with_a_key():
    assert read_settings({"ENV": "production", "SECRET_KEY": "k" * 32}).production


@pytest.mark.parametrize(
    "environ", [{"ENV": "prod"}, {"MAX_UPLOAD_MB": "0"}, {"MAX_UPLOAD_MB": "a lot"}, {"MAX_UPLOAD_MB": "-1"}]
)
def test_an_unusable_setting_is_one_clear_line(environ):
    with pytest.raises(SettingsError) as refusal:
        read_settings(environ)
    assert "\n" not in refusal.value.message


def test_two_steps_are_required_in_production_and_sessions_end():
    settings = read_settings({"ENV": "production", "SECRET_KEY": "k" * 32})
    assert settings.second_factor
    assert (settings.session_idle_minutes, settings.session_hours, settings.proxies) == (30, 12, 0)
    assert not read_settings({}).second_factor
    assert read_settings({"SECOND_FACTOR": "required"}).second_factor


@pytest.mark.parametrize(
    "environ",
    [
        {"SECOND_FACTOR": "maybe"},
        {"SESSION_IDLE_MINUTES": "0"},
        {"SESSION_HOURS": "25"},
        {"PROXIES": "x"},
        {"PORT": "eighty"},
    ],
)
def test_an_unusable_setting_of_the_log_in_or_the_door_is_one_clear_line(environ):
    with pytest.raises(SettingsError, match=next(iter(environ))) as refusal:
        read_settings(environ)
    assert "\n" not in refusal.value.message
