CREATE TABLE "working_day" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "day" DATE NOT NULL,
    "working" BOOLEAN NOT NULL,
    "note" TEXT NOT NULL,
    CONSTRAINT ck_working_day_note CHECK ("note" <> '')
);

CREATE UNIQUE INDEX "working_day_day" ON "working_day" ("day");
