CREATE TABLE "limit_draft" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "year" INTEGER,
    "source" TEXT,
    "project_id" BIGINT,
    "contract_id" BIGINT,
    "amount" BIGINT NOT NULL,
    "number" TEXT NOT NULL,
    "document_id" BIGINT,
    "state" TEXT NOT NULL,
    "drafted_by_id" BIGINT NOT NULL,
    "drafted_at" TIMESTAMP NOT NULL,
    "confirmed_by_id" BIGINT,
    "confirmed_at" TIMESTAMP,
    "revision_id" BIGINT,
    "version" INTEGER NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("contract_id") REFERENCES "contract" ("id"),
    FOREIGN KEY ("document_id") REFERENCES "document" ("id"),
    FOREIGN KEY ("drafted_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("confirmed_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("revision_id") REFERENCES "ceiling_revision" ("id"),
    CONSTRAINT uq_limit_draft_revision UNIQUE ("revision_id"),
    CONSTRAINT ck_limit_draft_subject CHECK ((kind = 'ceiling') = (year IS NOT NULL) AND (year IS NULL) = (source IS NULL) AND (kind = 'preparatory') = (project_id IS NOT NULL) AND (kind IN ('settlement', 'termination')) = (contract_id IS NOT NULL)),
    CONSTRAINT ck_limit_draft_year CHECK (year BETWEEN 1990 AND 2100),
    CONSTRAINT ck_limit_draft_own_level CHECK (source IN ('municipal')),
    CONSTRAINT ck_limit_draft_amount CHECK (amount >= 0),
    CONSTRAINT ck_limit_draft_number CHECK (number <> ''),
    CONSTRAINT ck_limit_draft_people CHECK ((state = 'confirmed') = (confirmed_by_id IS NOT NULL) AND (confirmed_by_id IS NULL) = (confirmed_at IS NULL) AND (revision_id IS NOT NULL) = (state = 'confirmed' AND kind = 'ceiling') AND (confirmed_by_id IS NULL OR confirmed_by_id <> drafted_by_id)),
    CONSTRAINT ck_limit_draft_version CHECK (version >= 1),
    CONSTRAINT ck_limit_draft_kind CHECK ("kind" IN ('ceiling', 'preparatory', 'settlement', 'termination')),
    CONSTRAINT ck_limit_draft_source CHECK ("source" IN ('municipal', 'district', 'central', 'enterprise', 'bank_loan', 'foreign', 'universal_service_fund', 'other')),
    CONSTRAINT ck_limit_draft_state CHECK ("state" IN ('drafted', 'confirmed', 'withdrawn'))
);

CREATE INDEX "limit_draft_drafted_by_id" ON "limit_draft" ("drafted_by_id");

CREATE UNIQUE INDEX "uq_limit_draft_ceiling" ON "limit_draft" ("year", "source") WHERE "state" = 'drafted' AND "kind" = 'ceiling';

CREATE UNIQUE INDEX "uq_limit_draft_project" ON "limit_draft" ("project_id") WHERE "state" = 'drafted' AND "kind" = 'preparatory';

CREATE UNIQUE INDEX "uq_limit_draft_contract" ON "limit_draft" ("contract_id") WHERE "state" = 'drafted' AND "contract_id" IS NOT NULL;

CREATE TRIGGER limit_draft_no_update BEFORE UPDATE OF "id", "kind", "year", "source", "project_id", "contract_id", "amount", "number", "document_id", "drafted_by_id", "drafted_at" ON "limit_draft" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."kind" IS DISTINCT FROM NEW."kind" OR OLD."year" IS DISTINCT FROM NEW."year" OR OLD."source" IS DISTINCT FROM NEW."source" OR OLD."project_id" IS DISTINCT FROM NEW."project_id" OR OLD."contract_id" IS DISTINCT FROM NEW."contract_id" OR OLD."amount" IS DISTINCT FROM NEW."amount" OR OLD."number" IS DISTINCT FROM NEW."number" OR OLD."document_id" IS DISTINCT FROM NEW."document_id" OR OLD."drafted_by_id" IS DISTINCT FROM NEW."drafted_by_id" OR OLD."drafted_at" IS DISTINCT FROM NEW."drafted_at") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER limit_draft_no_delete BEFORE DELETE ON "limit_draft" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER limit_draft_no_truncate BEFORE TRUNCATE ON "limit_draft" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER limit_draft_frozen BEFORE UPDATE ON "limit_draft" FOR EACH ROW WHEN (OLD."state" <> 'drafted') EXECUTE FUNCTION refuse_change();

ALTER TABLE "funds_order" ADD COLUMN "document_id" BIGINT REFERENCES "document" ("id");

DROP TRIGGER funds_order_no_update ON "funds_order";

DROP TRIGGER funds_order_frozen ON "funds_order";

UPDATE "funds_order" SET "document_id" = "movement"."document_id" FROM "movement" WHERE "movement"."order_id" = "funds_order"."id";

CREATE TRIGGER funds_order_no_update BEFORE UPDATE OF "id", "kind", "line_id", "counter_line_id", "amount", "document_number", "note", "corrects_id", "drafted_by_id", "drafted_at", "document_id" ON "funds_order" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."kind" IS DISTINCT FROM NEW."kind" OR OLD."line_id" IS DISTINCT FROM NEW."line_id" OR OLD."counter_line_id" IS DISTINCT FROM NEW."counter_line_id" OR OLD."amount" IS DISTINCT FROM NEW."amount" OR OLD."document_number" IS DISTINCT FROM NEW."document_number" OR OLD."note" IS DISTINCT FROM NEW."note" OR OLD."corrects_id" IS DISTINCT FROM NEW."corrects_id" OR OLD."drafted_by_id" IS DISTINCT FROM NEW."drafted_by_id" OR OLD."drafted_at" IS DISTINCT FROM NEW."drafted_at" OR OLD."document_id" IS DISTINCT FROM NEW."document_id") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER funds_order_frozen BEFORE UPDATE ON "funds_order" FOR EACH ROW WHEN (OLD."state" <> 'drafted') EXECUTE FUNCTION refuse_change();

ALTER TABLE "movement" DROP COLUMN "document_id";
