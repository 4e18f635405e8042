UPDATE "reconciliation" SET "settlement" = 'open', "reason" = '', "settled_by_id" = NULL, "settled_at" = NULL, "version" = "version" + 1
WHERE "settlement" = 'correcting' AND "order_id" IN (SELECT "id" FROM "funds_order" WHERE "state" = 'withdrawn');
