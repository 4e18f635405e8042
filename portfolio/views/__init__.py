"""The pages of dossiers, documents, progress and systems."""

from portfolio.foundation.errors import say
from portfolio.foundation.web.shell import Entry
from portfolio.views import creating, documents, drafts, duplicates, progress, systems
from portfolio.views.blueprint import blueprint
from portfolio.views.delegations import delegations

__all__ = ["BLUEPRINTS", "NAVIGATION", "creating", "documents", "drafts", "duplicates", "progress", "systems"]

BLUEPRINTS = (blueprint, delegations)
NAVIGATION = (
    Entry("dossier.create", say("新建项目"), "plus-square", 30),
    Entry("dossier.systems", say("系统台账"), "hdd-stack", 60),
)
