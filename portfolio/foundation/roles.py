"""Who may act: the roles of the procedure, and the actor that every service is handed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from portfolio.foundation.errors import Forbidden, say


class Role(StrEnum):
    """A person's part in the procedure; one person may hold several."""

    APPLICANT = "applicant"
    CIO = "cio"
    UNIT_FINANCE = "unit_finance"
    INFORMATIZATION = "informatization"
    INVESTMENT = "investment"
    FINANCE = "finance"
    SECRETARY = "secretary"
    MEMBER = "member"
    EXPERT = "expert"
    ASSESSOR = "assessor"
    AUDITOR = "auditor"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        """The role's Chinese name."""
        return _LABELS[self]


_LABELS = {
    Role.APPLICANT: "申报单位经办人",
    Role.CIO: "首席信息官",
    Role.UNIT_FINANCE: "单位财务",
    Role.INFORMATIZATION: "信息化主管部门",
    Role.INVESTMENT: "投资主管部门",
    Role.FINANCE: "财政主管部门",
    Role.SECRETARY: "领导小组办公室",
    Role.MEMBER: "领导小组成员",
    Role.EXPERT: "评审专家",
    Role.ASSESSOR: "第三方评价机构",
    Role.AUDITOR: "审计机关",
    Role.ADMIN: "系统管理员",
}

AUTHORITIES = (Role.INVESTMENT, Role.INFORMATIZATION, Role.FINANCE)
"""The three authorities that countersign in parallel (规划四（五）)."""

UNIT_ROLES = frozenset({Role.APPLICANT, Role.CIO, Role.UNIT_FINANCE})
"""Roles that see and act for their own organisation alone."""

SEES_EVERYTHING = frozenset({*AUTHORITIES, Role.SECRETARY, Role.MEMBER, Role.AUDITOR})
"""Roles whose view is not limited to one organisation."""

DECIDES_OR_PAYS = frozenset(
    {*AUTHORITIES, Role.CIO, Role.UNIT_FINANCE, Role.SECRETARY, Role.MEMBER, Role.ADMIN}
)
"""Roles that decide, move money or grant rights: a password alone may not be enough for them."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever does something: a person in their roles, or one standing in for another (代理).

    ``on_behalf_of`` is the user id of the person stood in for; both are recorded.  ``by_paper`` says that
    this other has signed a paper and the actor only enters it 代录: it is not the actor's own opinion.
    """

    user_id: int
    name: str
    organisation_id: int
    roles: frozenset[Role] = field(default_factory=frozenset)
    on_behalf_of: int | None = None
    by_paper: bool = False

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds any of ``roles``."""
        return not self.roles.isdisjoint(roles)

    def require(self, *roles: Role) -> None:
        """Raise ``Forbidden`` unless the actor holds one of ``roles``."""
        if not self.has(*roles):
            wanted = "、".join(role.label for role in roles)
            raise Forbidden(
                say("{name}不能办理此事，须由{roles}办理", name=self.name, roles=wanted),
                basis="岗位职责分工",
                remedy=say("请转交有此职责的人员，或由管理员按规定授权"),
            )

    def require_unit(self, organisation_id: int, *roles: Role) -> None:
        """Raise ``Forbidden`` unless the actor holds one of ``roles`` in that very organisation."""
        self.require(*roles)
        if self.organisation_id != organisation_id:
            raise Forbidden(
                say("{name}不属于该项目的申报单位", name=self.name),
                basis="申报单位只办理本单位项目",
                remedy=say("请由项目所属单位的经办人办理"),
            )
