CREATE TABLE "following" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "user_id" INTEGER NOT NULL,
    "project_id" INTEGER NOT NULL,
    "since" TEXT NOT NULL,
    FOREIGN KEY ("user_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    CONSTRAINT uq_following UNIQUE ("user_id", "project_id")
) STRICT;

CREATE INDEX "following_project_id" ON "following" ("project_id");
