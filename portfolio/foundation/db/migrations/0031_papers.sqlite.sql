CREATE TABLE "limit_draft" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "year" INTEGER,
    "source" TEXT,
    "project_id" INTEGER,
    "contract_id" INTEGER,
    "amount" INTEGER NOT NULL,
    "number" TEXT NOT NULL,
    "document_id" INTEGER,
    "state" TEXT NOT NULL,
    "drafted_by_id" INTEGER NOT NULL,
    "drafted_at" TEXT NOT NULL,
    "confirmed_by_id" INTEGER,
    "confirmed_at" TEXT,
    "revision_id" INTEGER,
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
) STRICT;

CREATE INDEX "limit_draft_drafted_by_id" ON "limit_draft" ("drafted_by_id");

CREATE UNIQUE INDEX "uq_limit_draft_ceiling" ON "limit_draft" ("year", "source") WHERE "state" = 'drafted' AND "kind" = 'ceiling';

CREATE UNIQUE INDEX "uq_limit_draft_project" ON "limit_draft" ("project_id") WHERE "state" = 'drafted' AND "kind" = 'preparatory';

CREATE UNIQUE INDEX "uq_limit_draft_contract" ON "limit_draft" ("contract_id") WHERE "state" = 'drafted' AND "contract_id" IS NOT NULL;

CREATE TRIGGER limit_draft_no_update BEFORE UPDATE OF "id", "kind", "year", "source", "project_id", "contract_id", "amount", "number", "document_id", "drafted_by_id", "drafted_at" ON "limit_draft" WHEN OLD."id" IS NOT NEW."id" OR OLD."kind" IS NOT NEW."kind" OR OLD."year" IS NOT NEW."year" OR OLD."source" IS NOT NEW."source" OR OLD."project_id" IS NOT NEW."project_id" OR OLD."contract_id" IS NOT NEW."contract_id" OR OLD."amount" IS NOT NEW."amount" OR OLD."number" IS NOT NEW."number" OR OLD."document_id" IS NOT NEW."document_id" OR OLD."drafted_by_id" IS NOT NEW."drafted_by_id" OR OLD."drafted_at" IS NOT NEW."drafted_at" BEGIN SELECT RAISE(ABORT, 'append_only: limit_draft'); END;

CREATE TRIGGER limit_draft_no_delete BEFORE DELETE ON "limit_draft" BEGIN SELECT RAISE(ABORT, 'append_only: limit_draft'); END;

CREATE TRIGGER limit_draft_frozen BEFORE UPDATE ON "limit_draft" WHEN OLD."state" <> 'drafted' BEGIN SELECT RAISE(ABORT, 'append_only: limit_draft'); END;

ALTER TABLE "funds_order" ADD COLUMN "document_id" INTEGER REFERENCES "document" ("id");

DROP TRIGGER funds_order_no_update;

DROP TRIGGER funds_order_frozen;

UPDATE "funds_order" SET "document_id" = (SELECT "document_id" FROM "movement" WHERE "movement"."order_id" = "funds_order"."id");

CREATE TRIGGER funds_order_no_update BEFORE UPDATE OF "id", "kind", "line_id", "counter_line_id", "amount", "document_number", "note", "corrects_id", "drafted_by_id", "drafted_at", "document_id" ON "funds_order" WHEN OLD."id" IS NOT NEW."id" OR OLD."kind" IS NOT NEW."kind" OR OLD."line_id" IS NOT NEW."line_id" OR OLD."counter_line_id" IS NOT NEW."counter_line_id" OR OLD."amount" IS NOT NEW."amount" OR OLD."document_number" IS NOT NEW."document_number" OR OLD."note" IS NOT NEW."note" OR OLD."corrects_id" IS NOT NEW."corrects_id" OR OLD."drafted_by_id" IS NOT NEW."drafted_by_id" OR OLD."drafted_at" IS NOT NEW."drafted_at" OR OLD."document_id" IS NOT NEW."document_id" BEGIN SELECT RAISE(ABORT, 'append_only: funds_order'); END;

CREATE TRIGGER funds_order_frozen BEFORE UPDATE ON "funds_order" WHEN OLD."state" <> 'drafted' BEGIN SELECT RAISE(ABORT, 'append_only: funds_order'); END;

ALTER TABLE "movement" RENAME TO "movement_0030";

CREATE TABLE "movement" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "order_id" INTEGER NOT NULL,
    "measure" TEXT NOT NULL,
    "sign" INTEGER NOT NULL,
    "request_id" INTEGER,
    FOREIGN KEY ("order_id") REFERENCES "funds_order" ("id"),
    FOREIGN KEY ("request_id") REFERENCES "budget_request" ("id"),
    CONSTRAINT uq_movement_order UNIQUE ("order_id"),
    CONSTRAINT ck_movement_sign CHECK (sign IN (-1, 1)),
    CONSTRAINT ck_movement_move CHECK (measure = 'allotted' OR (sign = -1 AND measure IN ('released', 'carried_in'))),
    CONSTRAINT ck_movement_measure CHECK ("measure" IN ('carried_in', 'allotted', 'carried_out', 'released', 'committed', 'paid', 'returned'))
) STRICT;

INSERT INTO "movement" ("id", "order_id", "measure", "sign", "request_id")
    SELECT "id", "order_id", "measure", "sign", "request_id" FROM "movement_0030";

DROP TABLE "movement_0030";

CREATE INDEX "movement_request_id" ON "movement" ("request_id");

CREATE TRIGGER movement_no_update BEFORE UPDATE ON "movement" BEGIN SELECT RAISE(ABORT, 'append_only: movement'); END;

CREATE TRIGGER movement_no_delete BEFORE DELETE ON "movement" BEGIN SELECT RAISE(ABORT, 'append_only: movement'); END;
