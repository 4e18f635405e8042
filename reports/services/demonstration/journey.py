"""One project on its way: who acts for it, where it stands, and what is told about each step."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from approvals.tables.case import Case
from approvals.tables.submission import Submission
from portfolio.foundation import access, clock, documents
from portfolio.foundation.money import Money
from portfolio.foundation.roles import Actor, Role
from portfolio.rules.dossier import DocumentKind
from portfolio.services import documents as dossier_documents
from portfolio.tables.project import Project
from reports.services.demonstration.calendar import after
from reports.services.demonstration.cast import Cast
from reports.services.demonstration.dues import NOTHING_DUE
from reports.services.demonstration.narration import Event, Narrator
from reports.services.demonstration.script import ProjectScript

_INVENTED = "（演示材料，内容为虚构）"


class Journey:
    """A project of the script, its people, and the words about what they do.

    ``project_id`` is 0 until the dossier is begun; ``first_year`` is the first year with money, and ``dues``
    what is owed, known when construction starts.
    """

    def __init__(self, written: ProjectScript, cast: Cast, narrate: Narrator) -> None:
        """Keep the script and find its people."""
        self.script = written
        self.cast = cast
        self.narrate = narrate
        self.project_id = 0
        self.first_year = 0
        self.dues = NOTHING_DUE
        self._keys = 0
        self.applicant = cast.one(Role.APPLICANT, of=written.owner)
        self.cio = cast.one(Role.CIO, of=written.owner)
        self.unit_finance = cast.one(Role.UNIT_FINANCE, of=written.owner)

    # -- people -------------------------------------------------------------------------------------------

    def officer(self, role: Role) -> Actor:
        """Somebody of an authority that is not the applicant itself; of another authority if it is."""
        stands_in = Role.INFORMATIZATION if role is Role.INVESTMENT else Role.INVESTMENT
        others = self.cast.all(role, besides=self.script.owner)
        return others[0] if others else self.cast.one(stands_in, besides=self.script.owner)

    @property
    def experts(self) -> list[Actor]:
        """Three experts whose houses have no part in the project."""
        parties = {self.script.owner, *self.script.participants}
        ids = {access.organisation(code).id for code in parties}
        free = [one for one in self.cast.all(Role.EXPERT) if one.organisation_id not in ids]
        return free[:3]

    # -- where it stands ----------------------------------------------------------------------------------

    @property
    def project(self) -> Any:  # noqa: ANN401 - a Peewee row
        """The project as it stands."""
        return Project.get_by_id(self.project_id)

    @property
    def case(self) -> Any:  # noqa: ANN401 - a Peewee row
        """Its case as it stands."""
        return Case.get(Case.project == self.project_id)

    @property
    def standing(self) -> dict[str, Any]:
        """The project and the version of its case, as most services of the procedure ask for them."""
        return {"project_id": self.project_id, "expected_version": self.case.version}

    @property
    def submission(self) -> Any:  # noqa: ANN401 - a Peewee row
        """The submission that is being judged."""
        return Submission.get_by_id(self.case.submission_id)

    def organisation(self, code: str) -> int:
        """The id of an organisation."""
        return int(access.organisation(code).id)

    # -- what happens -------------------------------------------------------------------------------------

    def tell(
        self,
        actor: Actor | None,
        what: str,
        *,
        findings: Sequence[Mapping[str, Any]] = (),
        gate: str = "",
        money: Money | None = None,
        note: str = "",
    ) -> None:
        """Say that somebody has done something today."""
        self.narrate(Event(clock.today(), actor, what, findings, gate, money, note))

    def paper(self, kind: DocumentKind, actor: Actor | None = None, title: str = "") -> int:
        """Hand in an invented paper and put it into the dossier; returns the document's id."""
        keeper = actor or self.applicant
        named = title or f"{self.script.name}{kind.label}"
        document_id = self.file(named, keeper)
        dossier_documents.add(
            project_id=self.project_id, kind=kind, title=named, document_id=document_id, actor=keeper
        )
        return document_id

    def file(self, title: str, actor: Actor) -> int:
        """Store an invented paper; returns the document's id."""
        text = f"{title}\n{self.script.name}\n{clock.today().isoformat()}\n{_INVENTED}\n"
        stream = io.BytesIO(text.encode("utf-8"))
        return int(documents.store(stream, name=f"{title}.txt", actor=actor, category="演示材料").id)

    def key(self, what: str) -> str:
        """A key for a posting, never the same twice."""
        self._keys += 1
        return f"demonstration-{self.project_id}-{self._keys}-{what}"

    def letter(self, word: str) -> str:
        """The 文号 of a letter of the owner, such as 市府办文〔2007〕12号 (invented)."""
        today = clock.today()
        number = today.timetuple().tm_yday
        short = access.organisation(self.script.owner).short_name
        return f"{short}{word}〔{today.year}〕{number}号"

    def later(self, days: int) -> date:
        """So many working days from today."""
        return after(days)
