CREATE TABLE "meeting" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "number" TEXT NOT NULL,
    "held_on" DATE NOT NULL,
    "place" TEXT NOT NULL,
    "called_by_id" BIGINT NOT NULL,
    "called_at" TIMESTAMP NOT NULL,
    "chair_id" BIGINT,
    "members" INTEGER,
    "needed" INTEGER,
    "present" INTEGER,
    "opened_at" TIMESTAMP,
    "closed_at" TIMESTAMP,
    FOREIGN KEY ("called_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("chair_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_meeting_number UNIQUE ("number"),
    CONSTRAINT ck_meeting_number CHECK (number <> ''),
    CONSTRAINT ck_meeting_opened CHECK ((opened_at IS NULL AND chair_id IS NULL AND members IS NULL AND needed IS NULL AND present IS NULL) OR (opened_at IS NOT NULL AND chair_id IS NOT NULL AND members IS NOT NULL AND needed IS NOT NULL AND present IS NOT NULL)),
    CONSTRAINT ck_meeting_quorum CHECK (present >= needed AND present <= members),
    CONSTRAINT ck_meeting_closed CHECK (closed_at IS NULL OR opened_at IS NOT NULL)
);

CREATE INDEX "meeting_called_by_id" ON "meeting" ("called_by_id");

CREATE INDEX "meeting_chair_id" ON "meeting" ("chair_id");

CREATE TRIGGER meeting_no_update BEFORE UPDATE ON "meeting" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."number" IS DISTINCT FROM NEW."number" OR OLD."held_on" IS DISTINCT FROM NEW."held_on" OR OLD."place" IS DISTINCT FROM NEW."place" OR OLD."called_by_id" IS DISTINCT FROM NEW."called_by_id" OR OLD."called_at" IS DISTINCT FROM NEW."called_at") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER meeting_no_delete BEFORE DELETE ON "meeting" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER meeting_no_truncate BEFORE TRUNCATE ON "meeting" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "delegation_end" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "delegation_id" BIGINT NOT NULL,
    "ended_by_id" BIGINT NOT NULL,
    "ended_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("delegation_id") REFERENCES "delegation" ("id"),
    FOREIGN KEY ("ended_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_delegation_end UNIQUE ("delegation_id")
);

CREATE INDEX "delegation_end_ended_by_id" ON "delegation_end" ("ended_by_id");

CREATE TRIGGER delegation_end_no_update BEFORE UPDATE ON "delegation_end" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER delegation_end_no_delete BEFORE DELETE ON "delegation_end" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER delegation_end_no_truncate BEFORE TRUNCATE ON "delegation_end" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "meeting_member" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "meeting_id" BIGINT NOT NULL,
    "member_id" BIGINT NOT NULL,
    FOREIGN KEY ("meeting_id") REFERENCES "meeting" ("id"),
    FOREIGN KEY ("member_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_meeting_member UNIQUE ("meeting_id", "member_id")
);

CREATE INDEX "meeting_member_member_id" ON "meeting_member" ("member_id");

CREATE TRIGGER meeting_member_no_update BEFORE UPDATE ON "meeting_member" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER meeting_member_no_delete BEFORE DELETE ON "meeting_member" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER meeting_member_no_truncate BEFORE TRUNCATE ON "meeting_member" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "lapsed_step" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "step_id" BIGINT NOT NULL,
    "lapsed_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("step_id") REFERENCES "step" ("id"),
    CONSTRAINT uq_lapsed_step UNIQUE ("step_id")
);

CREATE TRIGGER lapsed_step_no_update BEFORE UPDATE ON "lapsed_step" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER lapsed_step_no_delete BEFORE DELETE ON "lapsed_step" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER lapsed_step_no_truncate BEFORE TRUNCATE ON "lapsed_step" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "meeting_item" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "meeting_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "submission_id" BIGINT NOT NULL,
    "decision_id" BIGINT,
    FOREIGN KEY ("meeting_id") REFERENCES "meeting" ("id"),
    FOREIGN KEY ("submission_id") REFERENCES "submission" ("id"),
    FOREIGN KEY ("decision_id") REFERENCES "decision" ("id"),
    CONSTRAINT uq_meeting_item_submission UNIQUE ("meeting_id", "submission_id"),
    CONSTRAINT uq_meeting_item_position UNIQUE ("meeting_id", "position"),
    CONSTRAINT ck_meeting_item_position CHECK (position >= 1)
);

CREATE INDEX "meeting_item_submission_id" ON "meeting_item" ("submission_id");

CREATE INDEX "meeting_item_decision_id" ON "meeting_item" ("decision_id");

CREATE TRIGGER meeting_item_no_update BEFORE UPDATE ON "meeting_item" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."meeting_id" IS DISTINCT FROM NEW."meeting_id" OR OLD."position" IS DISTINCT FROM NEW."position" OR OLD."submission_id" IS DISTINCT FROM NEW."submission_id") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER meeting_item_no_delete BEFORE DELETE ON "meeting_item" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER meeting_item_no_truncate BEFORE TRUNCATE ON "meeting_item" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
