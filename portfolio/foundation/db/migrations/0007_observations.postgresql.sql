CREATE TABLE "observation" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "indicator_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "year" INTEGER NOT NULL,
    "figure" BIGINT NOT NULL,
    "mark" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "recorded_by_id" BIGINT NOT NULL,
    "recorded_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("indicator_id") REFERENCES "indicator" ("id"),
    FOREIGN KEY ("recorded_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_observation_position UNIQUE ("indicator_id", "position"),
    CONSTRAINT ck_observation_position CHECK (position >= 1),
    CONSTRAINT ck_observation_year CHECK (year BETWEEN 1990 AND 2100),
    CONSTRAINT ck_observation_figure CHECK (figure >= 0),
    CONSTRAINT ck_observation_revision CHECK (mark <> 'revision' OR note <> ''),
    CONSTRAINT ck_observation_mark CHECK ("mark" IN ('flash', 'annual', 'revision'))
);

CREATE UNIQUE INDEX "uq_observation_annual" ON "observation" ("indicator_id", "year") WHERE "mark" = 'annual';

CREATE TRIGGER observation_no_update BEFORE UPDATE ON "observation" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER observation_no_delete BEFORE DELETE ON "observation" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER observation_no_truncate BEFORE TRUNCATE ON "observation" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
