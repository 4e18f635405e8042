"""The applicant's answer to something similar."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from portfolio.foundation.web.forms import EnumSelectField, Form, Needed, ProseField
from portfolio.rules.dossier import DuplicateReply


class AnswerForm(Form):
    """Merge, reuse, or why it differs."""

    reply = EnumSelectField(_("答复"), DuplicateReply, [Needed()])
    text = ProseField(
        _("说明"),
        [Needed()],
        description=_("并入或复用的写明如何衔接；不重复的写明区别"),
        render_kw={"rows": 3},
    )

    def given(self) -> dict[str, Any]:
        """The answer, for the service."""
        return {"reply": self.reply.data, "text": self.text.data}
