"""The blueprint of what people do to a project's case: one address for each act of the procedure.

The endpoint of an act is ``act.`` and its code (``act.submit``), its address
``/projects/<id>/acts/<code>`` with hyphens, so that any page can link to the next act.
"""

from __future__ import annotations

from flask import Blueprint

acts = Blueprint(
    "act", __name__, url_prefix="/projects/<int:project_id>/acts", template_folder="../templates"
)
