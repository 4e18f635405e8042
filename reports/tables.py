"""What this house remembers: the reports that were issued, and nothing else."""

from __future__ import annotations

from approvals.tables.evaluation import Evaluation
from portfolio.foundation.access import User
from portfolio.foundation.db import (
    BooleanField,
    ForeignKeyField,
    IntegerField,
    MomentField,
    Table,
    TextField,
    check,
    unique,
)
from portfolio.foundation.documents import Document


class IssuedReport(Table):
    """A report as it went out: the evaluation, the data it was drawn from, and the file it became.

    ``data_sha256`` is over everything that was drawn, ``pdf_sha256`` over the file; ``draft`` marks the
    version for the exchange of views 征求意见稿.  ``issued_by`` is empty for the system itself.
    """

    evaluation = ForeignKeyField(Evaluation, backref="+", index=False)
    document = ForeignKeyField(Document, backref="+")
    draft = BooleanField()
    data_sha256 = TextField()
    pdf_sha256 = TextField()
    pages = IntegerField()
    issued_by = ForeignKeyField(User, null=True, backref="+")
    issued_at = MomentField()

    class Meta:
        """The same data goes out once."""

        append_only = True
        constraints = [
            unique("uq_issued_report_data", "evaluation_id", "data_sha256"),
            check("ck_issued_report_data", "LENGTH(data_sha256) = 64"),
            check("ck_issued_report_pdf", "LENGTH(pdf_sha256) = 64"),
            check("ck_issued_report_pages", "pages >= 1"),
        ]
