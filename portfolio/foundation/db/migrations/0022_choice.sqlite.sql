CREATE TABLE "plan_selection" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "year" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "value" INTEGER NOT NULL,
    "projects" INTEGER NOT NULL,
    "candidates" INTEGER NOT NULL,
    "shares" TEXT NOT NULL,
    "bound" INTEGER,
    "solver" TEXT NOT NULL,
    "rulebook_day" TEXT NOT NULL,
    "made_by_id" INTEGER NOT NULL,
    "made_at" TEXT NOT NULL,
    "handed_by_id" INTEGER,
    "handed_at" TEXT,
    "meeting_id" INTEGER,
    FOREIGN KEY ("made_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("handed_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("meeting_id") REFERENCES "meeting" ("id"),
    CONSTRAINT uq_plan_selection UNIQUE ("year", "title"),
    CONSTRAINT ck_plan_selection_year CHECK (year BETWEEN 1990 AND 2100),
    CONSTRAINT ck_plan_selection_words CHECK (title <> '' AND reason <> ''),
    CONSTRAINT ck_plan_selection_projects CHECK (projects BETWEEN 0 AND candidates),
    CONSTRAINT ck_plan_selection_value CHECK (value >= 0),
    CONSTRAINT ck_plan_selection_proved CHECK ((method = 'solved') = (bound IS NOT NULL) AND bound = value),
    CONSTRAINT ck_plan_selection_handed CHECK ((state = 'handed') = (handed_by_id IS NOT NULL) AND (handed_by_id IS NULL) = (handed_at IS NULL) AND (meeting_id IS NULL OR state = 'handed')),
    CONSTRAINT ck_plan_selection_method CHECK ("method" IN ('hand', 'solved')),
    CONSTRAINT ck_plan_selection_state CHECK ("state" IN ('saved', 'handed'))
) STRICT;

CREATE INDEX "plan_selection_made_by_id" ON "plan_selection" ("made_by_id");

CREATE INDEX "plan_selection_handed_by_id" ON "plan_selection" ("handed_by_id");

CREATE INDEX "plan_selection_meeting_id" ON "plan_selection" ("meeting_id");

CREATE TRIGGER plan_selection_no_update BEFORE UPDATE ON "plan_selection" WHEN OLD."id" IS NOT NEW."id" OR OLD."year" IS NOT NEW."year" OR OLD."title" IS NOT NEW."title" OR OLD."reason" IS NOT NEW."reason" OR OLD."method" IS NOT NEW."method" OR OLD."value" IS NOT NEW."value" OR OLD."projects" IS NOT NEW."projects" OR OLD."candidates" IS NOT NEW."candidates" OR OLD."shares" IS NOT NEW."shares" OR OLD."bound" IS NOT NEW."bound" OR OLD."solver" IS NOT NEW."solver" OR OLD."rulebook_day" IS NOT NEW."rulebook_day" OR OLD."made_by_id" IS NOT NEW."made_by_id" OR OLD."made_at" IS NOT NEW."made_at" BEGIN SELECT RAISE(ABORT, 'append_only: plan_selection'); END;

CREATE TRIGGER plan_selection_no_delete BEFORE DELETE ON "plan_selection" BEGIN SELECT RAISE(ABORT, 'append_only: plan_selection'); END;

CREATE TRIGGER plan_selection_frozen BEFORE UPDATE ON "plan_selection" WHEN OLD."state" = 'handed' BEGIN SELECT RAISE(ABORT, 'append_only: plan_selection'); END;

CREATE TABLE "plan_selection_room" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "selection_id" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "ceiling" INTEGER,
    "assumed" INTEGER,
    "taken" INTEGER NOT NULL,
    "takes" INTEGER NOT NULL,
    FOREIGN KEY ("selection_id") REFERENCES "plan_selection" ("id"),
    CONSTRAINT uq_plan_selection_room UNIQUE ("selection_id", "source"),
    CONSTRAINT ck_plan_selection_room_own_level CHECK (source IN ('municipal')),
    CONSTRAINT ck_plan_selection_room_amounts CHECK (taken >= 0 AND takes >= 0 AND assumed >= 0),
    CONSTRAINT ck_plan_selection_room_source CHECK ("source" IN ('municipal', 'district', 'central', 'enterprise', 'bank_loan', 'foreign', 'universal_service_fund', 'other'))
) STRICT;

CREATE TRIGGER plan_selection_room_no_update BEFORE UPDATE ON "plan_selection_room" BEGIN SELECT RAISE(ABORT, 'append_only: plan_selection_room'); END;

CREATE TRIGGER plan_selection_room_no_delete BEFORE DELETE ON "plan_selection_room" BEGIN SELECT RAISE(ABORT, 'append_only: plan_selection_room'); END;

CREATE TABLE "plan_selection_project" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "selection_id" INTEGER NOT NULL,
    "project_id" INTEGER NOT NULL,
    "chosen" INTEGER NOT NULL,
    "pin" TEXT,
    "basis" TEXT NOT NULL,
    "priority" TEXT NOT NULL,
    "score" INTEGER,
    "value" INTEGER NOT NULL,
    FOREIGN KEY ("selection_id") REFERENCES "plan_selection" ("id"),
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    CONSTRAINT uq_plan_selection_project UNIQUE ("selection_id", "project_id"),
    CONSTRAINT ck_plan_selection_project_value CHECK (value >= 0),
    CONSTRAINT ck_plan_selection_project_pin CHECK ("pin" IN ('in', 'out')),
    CONSTRAINT ck_plan_selection_project_basis CHECK ("basis" IN ('request', 'due', 'funding', 'remaining')),
    CONSTRAINT ck_plan_selection_project_priority CHECK ("priority" IN ('continuing', 'major', 'ordinary'))
) STRICT;

CREATE INDEX "plan_selection_project_project_id" ON "plan_selection_project" ("project_id");

CREATE TRIGGER plan_selection_project_no_update BEFORE UPDATE ON "plan_selection_project" BEGIN SELECT RAISE(ABORT, 'append_only: plan_selection_project'); END;

CREATE TRIGGER plan_selection_project_no_delete BEFORE DELETE ON "plan_selection_project" BEGIN SELECT RAISE(ABORT, 'append_only: plan_selection_project'); END;

CREATE TABLE "plan_selection_need" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "row_id" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "asked" INTEGER NOT NULL,
    "amount" INTEGER NOT NULL,
    FOREIGN KEY ("row_id") REFERENCES "plan_selection_project" ("id"),
    CONSTRAINT uq_plan_selection_need UNIQUE ("row_id", "source"),
    CONSTRAINT ck_plan_selection_need_amount CHECK (amount > 0 AND amount <= asked),
    CONSTRAINT ck_plan_selection_need_source CHECK ("source" IN ('municipal', 'district', 'central', 'enterprise', 'bank_loan', 'foreign', 'universal_service_fund', 'other'))
) STRICT;

CREATE TRIGGER plan_selection_need_no_update BEFORE UPDATE ON "plan_selection_need" BEGIN SELECT RAISE(ABORT, 'append_only: plan_selection_need'); END;

CREATE TRIGGER plan_selection_need_no_delete BEFORE DELETE ON "plan_selection_need" BEGIN SELECT RAISE(ABORT, 'append_only: plan_selection_need'); END;
