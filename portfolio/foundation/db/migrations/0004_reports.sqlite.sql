CREATE TABLE "issued_report" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "evaluation_id" INTEGER NOT NULL,
    "document_id" INTEGER NOT NULL,
    "draft" INTEGER NOT NULL,
    "data_sha256" TEXT NOT NULL,
    "pdf_sha256" TEXT NOT NULL,
    "pages" INTEGER NOT NULL,
    "issued_by_id" INTEGER,
    "issued_at" TEXT NOT NULL,
    FOREIGN KEY ("evaluation_id") REFERENCES "evaluation" ("id"),
    FOREIGN KEY ("document_id") REFERENCES "document" ("id"),
    FOREIGN KEY ("issued_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_issued_report_data UNIQUE ("evaluation_id", "data_sha256"),
    CONSTRAINT ck_issued_report_data CHECK (LENGTH(data_sha256) = 64),
    CONSTRAINT ck_issued_report_pdf CHECK (LENGTH(pdf_sha256) = 64),
    CONSTRAINT ck_issued_report_pages CHECK (pages >= 1)
) STRICT;

CREATE INDEX "issued_report_document_id" ON "issued_report" ("document_id");

CREATE INDEX "issued_report_issued_by_id" ON "issued_report" ("issued_by_id");

CREATE TRIGGER issued_report_no_update BEFORE UPDATE ON "issued_report" BEGIN SELECT RAISE(ABORT, 'append_only: issued_report'); END;

CREATE TRIGGER issued_report_no_delete BEFORE DELETE ON "issued_report" BEGIN SELECT RAISE(ABORT, 'append_only: issued_report'); END;
