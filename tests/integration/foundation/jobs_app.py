"""The Celery app of the worker processes that the tests start, built as the front door builds it."""

from __future__ import annotations

from portfolio.foundation import settings
from portfolio.foundation.db import bind
from portfolio.foundation.jobs.celery_app import make_celery
from tests.integration.foundation import jobs_handlers

settings.use(settings.read_settings())
bind(settings.current().database_url)
celery = make_celery(settings.current())
handlers = jobs_handlers
