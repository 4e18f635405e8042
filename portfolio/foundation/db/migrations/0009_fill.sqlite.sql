CREATE TABLE "meeting" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "number" TEXT NOT NULL,
    "held_on" TEXT NOT NULL,
    "place" TEXT NOT NULL,
    "called_by_id" INTEGER NOT NULL,
    "called_at" TEXT NOT NULL,
    "chair_id" INTEGER,
    "members" INTEGER,
    "needed" INTEGER,
    "present" INTEGER,
    "opened_at" TEXT,
    "closed_at" TEXT,
    FOREIGN KEY ("called_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("chair_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_meeting_number UNIQUE ("number"),
    CONSTRAINT ck_meeting_number CHECK (number <> ''),
    CONSTRAINT ck_meeting_opened CHECK ((opened_at IS NULL AND chair_id IS NULL AND members IS NULL AND needed IS NULL AND present IS NULL) OR (opened_at IS NOT NULL AND chair_id IS NOT NULL AND members IS NOT NULL AND needed IS NOT NULL AND present IS NOT NULL)),
    CONSTRAINT ck_meeting_quorum CHECK (present >= needed AND present <= members),
    CONSTRAINT ck_meeting_closed CHECK (closed_at IS NULL OR opened_at IS NOT NULL)
) STRICT;

CREATE INDEX "meeting_called_by_id" ON "meeting" ("called_by_id");

CREATE INDEX "meeting_chair_id" ON "meeting" ("chair_id");

CREATE TRIGGER meeting_no_update BEFORE UPDATE ON "meeting" WHEN OLD."id" IS NOT NEW."id" OR OLD."number" IS NOT NEW."number" OR OLD."held_on" IS NOT NEW."held_on" OR OLD."place" IS NOT NEW."place" OR OLD."called_by_id" IS NOT NEW."called_by_id" OR OLD."called_at" IS NOT NEW."called_at" BEGIN SELECT RAISE(ABORT, 'append_only: meeting'); END;

CREATE TRIGGER meeting_no_delete BEFORE DELETE ON "meeting" BEGIN SELECT RAISE(ABORT, 'append_only: meeting'); END;

CREATE TABLE "delegation_end" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "delegation_id" INTEGER NOT NULL,
    "ended_by_id" INTEGER NOT NULL,
    "ended_at" TEXT NOT NULL,
    FOREIGN KEY ("delegation_id") REFERENCES "delegation" ("id"),
    FOREIGN KEY ("ended_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_delegation_end UNIQUE ("delegation_id")
) STRICT;

CREATE INDEX "delegation_end_ended_by_id" ON "delegation_end" ("ended_by_id");

CREATE TRIGGER delegation_end_no_update BEFORE UPDATE ON "delegation_end" BEGIN SELECT RAISE(ABORT, 'append_only: delegation_end'); END;

CREATE TRIGGER delegation_end_no_delete BEFORE DELETE ON "delegation_end" BEGIN SELECT RAISE(ABORT, 'append_only: delegation_end'); END;

CREATE TABLE "meeting_member" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "meeting_id" INTEGER NOT NULL,
    "member_id" INTEGER NOT NULL,
    FOREIGN KEY ("meeting_id") REFERENCES "meeting" ("id"),
    FOREIGN KEY ("member_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_meeting_member UNIQUE ("meeting_id", "member_id")
) STRICT;

CREATE INDEX "meeting_member_member_id" ON "meeting_member" ("member_id");

CREATE TRIGGER meeting_member_no_update BEFORE UPDATE ON "meeting_member" BEGIN SELECT RAISE(ABORT, 'append_only: meeting_member'); END;

CREATE TRIGGER meeting_member_no_delete BEFORE DELETE ON "meeting_member" BEGIN SELECT RAISE(ABORT, 'append_only: meeting_member'); END;

CREATE TABLE "lapsed_step" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "step_id" INTEGER NOT NULL,
    "lapsed_at" TEXT NOT NULL,
    FOREIGN KEY ("step_id") REFERENCES "step" ("id"),
    CONSTRAINT uq_lapsed_step UNIQUE ("step_id")
) STRICT;

CREATE TRIGGER lapsed_step_no_update BEFORE UPDATE ON "lapsed_step" BEGIN SELECT RAISE(ABORT, 'append_only: lapsed_step'); END;

CREATE TRIGGER lapsed_step_no_delete BEFORE DELETE ON "lapsed_step" BEGIN SELECT RAISE(ABORT, 'append_only: lapsed_step'); END;

CREATE TABLE "meeting_item" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "meeting_id" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "submission_id" INTEGER NOT NULL,
    "decision_id" INTEGER,
    FOREIGN KEY ("meeting_id") REFERENCES "meeting" ("id"),
    FOREIGN KEY ("submission_id") REFERENCES "submission" ("id"),
    FOREIGN KEY ("decision_id") REFERENCES "decision" ("id"),
    CONSTRAINT uq_meeting_item_submission UNIQUE ("meeting_id", "submission_id"),
    CONSTRAINT uq_meeting_item_position UNIQUE ("meeting_id", "position"),
    CONSTRAINT ck_meeting_item_position CHECK (position >= 1)
) STRICT;

CREATE INDEX "meeting_item_submission_id" ON "meeting_item" ("submission_id");

CREATE INDEX "meeting_item_decision_id" ON "meeting_item" ("decision_id");

CREATE TRIGGER meeting_item_no_update BEFORE UPDATE ON "meeting_item" WHEN OLD."id" IS NOT NEW."id" OR OLD."meeting_id" IS NOT NEW."meeting_id" OR OLD."position" IS NOT NEW."position" OR OLD."submission_id" IS NOT NEW."submission_id" BEGIN SELECT RAISE(ABORT, 'append_only: meeting_item'); END;

CREATE TRIGGER meeting_item_no_delete BEFORE DELETE ON "meeting_item" BEGIN SELECT RAISE(ABORT, 'append_only: meeting_item'); END;
