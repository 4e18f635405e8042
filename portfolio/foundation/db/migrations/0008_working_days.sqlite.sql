CREATE TABLE "working_day" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "day" TEXT NOT NULL,
    "working" INTEGER NOT NULL,
    "note" TEXT NOT NULL,
    CONSTRAINT ck_working_day_note CHECK ("note" <> '')
) STRICT;

CREATE UNIQUE INDEX "working_day_day" ON "working_day" ("day");
