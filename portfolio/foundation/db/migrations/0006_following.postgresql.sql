CREATE TABLE "following" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "project_id" BIGINT NOT NULL,
    "since" TIMESTAMP NOT NULL,
    FOREIGN KEY ("user_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    CONSTRAINT uq_following UNIQUE ("user_id", "project_id")
);

CREATE INDEX "following_project_id" ON "following" ("project_id");
