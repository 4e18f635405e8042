CREATE TABLE "issued_report" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "evaluation_id" BIGINT NOT NULL,
    "document_id" BIGINT NOT NULL,
    "draft" BOOLEAN NOT NULL,
    "data_sha256" TEXT NOT NULL,
    "pdf_sha256" TEXT NOT NULL,
    "pages" INTEGER NOT NULL,
    "issued_by_id" BIGINT,
    "issued_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("evaluation_id") REFERENCES "evaluation" ("id"),
    FOREIGN KEY ("document_id") REFERENCES "document" ("id"),
    FOREIGN KEY ("issued_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_issued_report_data UNIQUE ("evaluation_id", "data_sha256"),
    CONSTRAINT ck_issued_report_data CHECK (LENGTH(data_sha256) = 64),
    CONSTRAINT ck_issued_report_pdf CHECK (LENGTH(pdf_sha256) = 64),
    CONSTRAINT ck_issued_report_pages CHECK (pages >= 1)
);

CREATE INDEX "issued_report_document_id" ON "issued_report" ("document_id");

CREATE INDEX "issued_report_issued_by_id" ON "issued_report" ("issued_by_id");

CREATE TRIGGER issued_report_no_update BEFORE UPDATE ON "issued_report" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER issued_report_no_delete BEFORE DELETE ON "issued_report" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER issued_report_no_truncate BEFORE TRUNCATE ON "issued_report" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
