-- counts
SELECT
  COUNT(*) AS "rows",
  countIf(isNull("t1"."key")) AS "without_key",
  countIf(
    isNotNull("t1"."key")
    AND NOT (
      NOT (
        COALESCE(
          isNull("t1"."at") OR (
            "t1"."at" < 1000000000
          ) OR (
            "t1"."at" >= 3147483648
          ),
          TRUE
        )
      )
    )
  ) AS "without_time",
  countIf(
    isNotNull("t1"."key")
    AND NOT (
      COALESCE(
        isNull("t1"."at") OR (
          "t1"."at" < 1000000000
        ) OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
    AND NOT (
      "t1"."allowed"
    )
  ) AS "without_consent",
  countIf(
    isNotNull("t1"."key")
    AND NOT (
      COALESCE(
        isNull("t1"."at") OR (
          "t1"."at" < 1000000000
        ) OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
    AND "t1"."allowed"
    AND TRUE
  ) AS "used",
  minIf(
    "t1"."at",
    isNotNull("t1"."key")
    AND NOT (
      COALESCE(
        isNull("t1"."at") OR (
          "t1"."at" < 1000000000
        ) OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
    AND "t1"."allowed"
    AND TRUE
  ) AS "first",
  maxIf(
    "t1"."at",
    isNotNull("t1"."key")
    AND NOT (
      COALESCE(
        isNull("t1"."at") OR (
          "t1"."at" < 1000000000
        ) OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
    AND "t1"."allowed"
    AND TRUE
  ) AS "last",
  sumIf(
    "t1"."at",
    isNotNull("t1"."key")
    AND NOT (
      COALESCE(
        isNull("t1"."at") OR (
          "t1"."at" < 1000000000
        ) OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
    AND "t1"."allowed"
    AND TRUE
  ) AS "seconds",
  maxIf(
    "t1"."millis",
    isNotNull("t1"."key")
    AND NOT (
      COALESCE(
        isNull("t1"."at") OR (
          "t1"."at" < 1000000000
        ) OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
    AND "t1"."allowed"
    AND TRUE
  ) AS "latest_milli",
  0 AS "serials"
FROM (
  SELECT
    nullIf("t0"."person", '') AS "key",
    CAST(toRelativeSecondNum(dateTrunc('SECOND', toDateTime64("t0"."at", 6))) AS Nullable(Int64)) AS "at",
    CAST(CAST(toUnixTimestamp64Milli(CAST("t0"."at" AS Nullable(DateTime64(3, 'UTC')))) % 1000 AS Nullable(Int32)) AS Nullable(Int64)) AS "millis",
    NOT (
      COALESCE(NOT (
        "t0"."consent"
      ), FALSE)
    ) AS "allowed"
  FROM "touches" AS "t0"
) AS "t1";

-- origins
SELECT DISTINCT
  "t4"."source" AS "source",
  "t4"."referrer" AS "referrer",
  "t4"."url_source" AS "url_source",
  "t4"."url_medium" AS "url_medium",
  "t4"."url_campaign" AS "url_campaign",
  "t4"."url_click_id_kind" AS "url_click_id_kind"
FROM (
  SELECT
    "t3".*
    EXCEPT ("allowed")
  FROM (
    SELECT
      *
    FROM (
      SELECT
        nullIf("t1"."person", '') AS "key",
        CAST(toRelativeSecondNum(dateTrunc('SECOND', toDateTime64("t1"."at", 6))) AS Nullable(Int64)) AS "at",
        CAST(CAST(toUnixTimestamp64Milli(CAST("t1"."at" AS Nullable(DateTime64(3, 'UTC')))) % 1000 AS Nullable(Int32)) AS Nullable(Int64)) AS "millis",
        NOT (
          COALESCE(NOT (
            "t1"."consent"
          ), FALSE)
        ) AS "allowed",
        COALESCE(COALESCE("t1"."utm_source", ''), '') AS "source",
        COALESCE(
          arrayElement(
            splitByString(
              '/',
              CAST(CASE
                WHEN (
                  (
                    position(TRIM(BOTH ' \t\n\r\v\f' FROM COALESCE("t1"."referrer", '')), '://') - 1
                  ) > 0
                )
                AND (
                  (
                    position(TRIM(BOTH ' \t\n\r\v\f' FROM COALESCE("t1"."referrer", '')), '/') - 1
                  ) = (
                    (
                      position(TRIM(BOTH ' \t\n\r\v\f' FROM COALESCE("t1"."referrer", '')), '://') - 1
                    ) + 1
                  )
                )
                THEN SUBSTRING(
                  TRIM(BOTH ' \t\n\r\v\f' FROM COALESCE("t1"."referrer", '')),
                  CASE
                    WHEN (
                      (
                        position(TRIM(BOTH ' \t\n\r\v\f' FROM COALESCE("t1"."referrer", '')), '://') - 1
                      ) + 3 + 1
                    ) >= 1
                    THEN (
                      position(TRIM(BOTH ' \t\n\r\v\f' FROM COALESCE("t1"."referrer", '')), '://') - 1
                    ) + 3 + 1
                    ELSE (
                      position(TRIM(BOTH ' \t\n\r\v\f' FROM COALESCE("t1"."referrer", '')), '://') - 1
                    ) + 3 + 1 + LENGTH(TRIM(BOTH ' \t\n\r\v\f' FROM COALESCE("t1"."referrer", '')))
                  END
                )
                WHEN startsWith(TRIM(BOTH ' \t\n\r\v\f' FROM COALESCE("t1"."referrer", '')), '//')
                THEN SUBSTRING(
                  TRIM(BOTH ' \t\n\r\v\f' FROM COALESCE("t1"."referrer", '')),
                  CASE
                    WHEN (
                      2 + 1
                    ) >= 1
                    THEN 2 + 1
                    ELSE 2 + 1 + LENGTH(TRIM(BOTH ' \t\n\r\v\f' FROM COALESCE("t1"."referrer", '')))
                  END
                )
                ELSE TRIM(BOTH ' \t\n\r\v\f' FROM COALESCE("t1"."referrer", ''))
              END AS String)
            ),
            CASE WHEN 0 >= 0 THEN 0 + 1 ELSE 0 END
          ),
          ''
        ) AS "referrer",
        COALESCE(
          CASE
            WHEN "t1"."smarketing_asks"
            AND (
              position(LOWER("t1"."smarketing_query"), '&utm_') > 0
            )
            THEN CASE
              WHEN (
                position(LOWER("t1"."smarketing_query"), '&utm_source=') - 1
              ) >= 0
              THEN arrayElement(
                splitByString(
                  '&',
                  CAST(SUBSTRING(
                    "t1"."smarketing_query",
                    CASE
                      WHEN (
                        (
                          position(LOWER("t1"."smarketing_query"), '&utm_source=') - 1
                        ) + 12 + 1
                      ) >= 1
                      THEN (
                        position(LOWER("t1"."smarketing_query"), '&utm_source=') - 1
                      ) + 12 + 1
                      ELSE (
                        position(LOWER("t1"."smarketing_query"), '&utm_source=') - 1
                      ) + 12 + 1 + LENGTH("t1"."smarketing_query")
                    END
                  ) AS String)
                ),
                CASE WHEN 0 >= 0 THEN 0 + 1 ELSE 0 END
              )
              ELSE ''
            END
            ELSE ''
          END,
          ''
        ) AS "url_source",
        COALESCE(
          CASE
            WHEN "t1"."smarketing_asks"
            AND (
              position(LOWER("t1"."smarketing_query"), '&utm_') > 0
            )
            THEN CASE
              WHEN (
                position(LOWER("t1"."smarketing_query"), '&utm_medium=') - 1
              ) >= 0
              THEN arrayElement(
                splitByString(
                  '&',
                  CAST(SUBSTRING(
                    "t1"."smarketing_query",
                    CASE
                      WHEN (
                        (
                          position(LOWER("t1"."smarketing_query"), '&utm_medium=') - 1
                        ) + 12 + 1
                      ) >= 1
                      THEN (
                        position(LOWER("t1"."smarketing_query"), '&utm_medium=') - 1
                      ) + 12 + 1
                      ELSE (
                        position(LOWER("t1"."smarketing_query"), '&utm_medium=') - 1
                      ) + 12 + 1 + LENGTH("t1"."smarketing_query")
                    END
                  ) AS String)
                ),
                CASE WHEN 0 >= 0 THEN 0 + 1 ELSE 0 END
              )
              ELSE ''
            END
            ELSE ''
          END,
          ''
        ) AS "url_medium",
        COALESCE(
          CASE
            WHEN "t1"."smarketing_asks"
            AND (
              position(LOWER("t1"."smarketing_query"), '&utm_') > 0
            )
            THEN CASE
              WHEN (
                position(LOWER("t1"."smarketing_query"), '&utm_campaign=') - 1
              ) >= 0
              THEN arrayElement(
                splitByString(
                  '&',
                  CAST(SUBSTRING(
                    "t1"."smarketing_query",
                    CASE
                      WHEN (
                        (
                          position(LOWER("t1"."smarketing_query"), '&utm_campaign=') - 1
                        ) + 14 + 1
                      ) >= 1
                      THEN (
                        position(LOWER("t1"."smarketing_query"), '&utm_campaign=') - 1
                      ) + 14 + 1
                      ELSE (
                        position(LOWER("t1"."smarketing_query"), '&utm_campaign=') - 1
                      ) + 14 + 1 + LENGTH("t1"."smarketing_query")
                    END
                  ) AS String)
                ),
                CASE WHEN 0 >= 0 THEN 0 + 1 ELSE 0 END
              )
              ELSE ''
            END
            ELSE ''
          END,
          ''
        ) AS "url_campaign",
        COALESCE(
          CASE
            WHEN "t1"."smarketing_asks"
            AND (
              (
                position(LOWER("t1"."smarketing_query"), 'id=') > 0
              )
              OR (
                position(LOWER("t1"."smarketing_query"), 'ik=') > 0
              )
            )
            THEN CASE
              WHEN position(
                replaceAll(replaceAll(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&gclid=&', ''),
                '&gclid='
              ) > 0
              THEN 'gclid'
              WHEN position(
                replaceAll(replaceAll(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&gbraid=&', ''),
                '&gbraid='
              ) > 0
              THEN 'gbraid'
              WHEN position(
                replaceAll(replaceAll(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&wbraid=&', ''),
                '&wbraid='
              ) > 0
              THEN 'wbraid'
              WHEN position(
                replaceAll(replaceAll(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&dclid=&', ''),
                '&dclid='
              ) > 0
              THEN 'dclid'
              WHEN position(
                replaceAll(replaceAll(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&msclkid=&', ''),
                '&msclkid='
              ) > 0
              THEN 'msclkid'
              WHEN position(
                replaceAll(
                  replaceAll(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'),
                  '&li_fat_id=&',
                  ''
                ),
                '&li_fat_id='
              ) > 0
              THEN 'li_fat_id'
              WHEN position(
                replaceAll(replaceAll(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&ttclid=&', ''),
                '&ttclid='
              ) > 0
              THEN 'ttclid'
              WHEN position(
                replaceAll(replaceAll(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&twclid=&', ''),
                '&twclid='
              ) > 0
              THEN 'twclid'
              WHEN position(
                replaceAll(replaceAll(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&rdt_cid=&', ''),
                '&rdt_cid='
              ) > 0
              THEN 'rdt_cid'
              WHEN position(
                replaceAll(replaceAll(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&epik=&', ''),
                '&epik='
              ) > 0
              THEN 'epik'
              WHEN position(
                replaceAll(replaceAll(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&sccid=&', ''),
                '&sccid='
              ) > 0
              THEN 'sccid'
              WHEN position(
                replaceAll(replaceAll(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&fbclid=&', ''),
                '&fbclid='
              ) > 0
              THEN 'fbclid'
              ELSE ''
            END
            ELSE ''
          END,
          ''
        ) AS "url_click_id_kind"
      FROM (
        SELECT
          "t0"."person" AS "person",
          "t0"."at" AS "at",
          "t0"."utm_source" AS "utm_source",
          "t0"."referrer" AS "referrer",
          "t0"."page_url" AS "page_url",
          "t0"."consent" AS "consent",
          arrayElement(
            splitByString(
              '#',
              CAST(CONCAT(
                '&',
                SUBSTRING(
                  COALESCE("t0"."page_url", ''),
                  CASE
                    WHEN (
                      (
                        position(COALESCE("t0"."page_url", ''), '?') - 1
                      ) + 1 + 1
                    ) >= 1
                    THEN (
                      position(COALESCE("t0"."page_url", ''), '?') - 1
                    ) + 1 + 1
                    ELSE (
                      position(COALESCE("t0"."page_url", ''), '?') - 1
                    ) + 1 + 1 + LENGTH(COALESCE("t0"."page_url", ''))
                  END
                )
              ) AS String)
            ),
            CASE WHEN 0 >= 0 THEN 0 + 1 ELSE 0 END
          ) AS "smarketing_query",
          position(COALESCE("t0"."page_url", ''), '?') > 0 AS "smarketing_asks"
        FROM "touches" AS "t0"
      ) AS "t1"
    ) AS "t2"
    WHERE
      isNotNull("t2"."key")
      AND NOT (
        COALESCE(
          isNull("t2"."at") OR (
            "t2"."at" < 1000000000
          ) OR (
            "t2"."at" >= 3147483648
          ),
          TRUE
        )
      )
      AND "t2"."allowed"
      AND TRUE
  ) AS "t3"
) AS "t4";

-- deals
SELECT
  "t1"."goal" AS "goal",
  "t1"."currency" AS "currency",
  COUNT(*) AS "rows",
  countIf(
    NOT (
      NOT (
        COALESCE(
          isNull("t1"."at") OR (
            "t1"."at" < 1000000000
          ) OR (
            "t1"."at" >= 3147483648
          ),
          TRUE
        )
      )
    )
  ) AS "without_time",
  countIf(
    "t1"."value",
    NOT (
      COALESCE(
        isNull("t1"."at") OR (
          "t1"."at" < 1000000000
        ) OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
  ) AS "valued",
  countIf(
    NOT (
      COALESCE(
        isNull("t1"."at") OR (
          "t1"."at" < 1000000000
        ) OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
    AND (
      "t1"."at" >= 1767222000
    )
    AND (
      "t1"."at" < 1774994400
    )
    AND isNull("t1"."key")
  ) AS "keyless",
  countIf(
    NOT (
      COALESCE(
        isNull("t1"."at") OR (
          "t1"."at" < 1000000000
        ) OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
    AND (
      "t1"."at" >= 1767222000
    )
    AND (
      "t1"."at" < 1774994400
    )
    AND (
      "t1"."value" = 0
    )
  ) AS "zeros",
  countIf(
    NOT (
      COALESCE(
        isNull("t1"."at") OR (
          "t1"."at" < 1000000000
        ) OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
    AND (
      "t1"."at" >= 1767222000
    )
    AND (
      "t1"."at" < 1774994400
    )
    AND (
      "t1"."value" < 0
    )
  ) AS "refunds",
  maxIf(
    "t1"."value",
    NOT (
      COALESCE(
        isNull("t1"."at") OR (
          "t1"."at" < 1000000000
        ) OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
    AND (
      "t1"."at" >= 1767222000
    )
    AND (
      "t1"."at" < 1774994400
    )
  ) AS "largest",
  maxIf(
    "t1"."at",
    NOT (
      COALESCE(
        isNull("t1"."at") OR (
          "t1"."at" < 1000000000
        ) OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
  ) AS "last",
  sumIf(
    "t1"."at",
    NOT (
      COALESCE(
        isNull("t1"."at") OR (
          "t1"."at" < 1000000000
        ) OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
  ) AS "seconds",
  sumIf(
    CAST(FLOOR((
      "t1"."value" * 100.0
    ) + 0.5) AS Nullable(Int64)),
    NOT (
      COALESCE(
        isNull("t1"."at") OR (
          "t1"."at" < 1000000000
        ) OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
  ) AS "cents"
FROM (
  SELECT
    nullIf("t0"."person", '') AS "key",
    CAST(toRelativeSecondNum(dateTrunc('SECOND', toDateTime64("t0"."at", 6))) AS Nullable(Int64)) AS "at",
    COALESCE(nullIf("t0"."goal", ''), 'conversion') AS "goal",
    CASE
      WHEN isNaN("t0"."value")
      THEN CAST(NULL AS Nullable(Float64))
      ELSE "t0"."value"
    END AS "value",
    UPPER(nullIf("t0"."currency", '')) AS "currency"
  FROM "deals" AS "t0"
) AS "t1"
GROUP BY
  "t1"."goal",
  "t1"."currency";

-- aside_1
SELECT
  "t9".*
  EXCEPT ("claimed")
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t5"."key" AS "key",
      "t5"."at" AS "at",
      "t5"."packed" AS "packed",
      "t7"."claim_at" AS "claim_at",
      "t7"."conversions" AS "conversions",
      "t7"."value" AS "value",
      "t7"."valued" AS "valued",
      COALESCE(
        isNotNull("t7"."claim_at")
        AND (
          "t5"."at" >= (
            "t7"."claim_at" - 7776000
          )
        ),
        FALSE
      ) AS "claimed"
    FROM (
      SELECT
        "t0"."key" AS "key",
        "t0"."at" AS "at",
        "t0"."code" AS "code",
        "t0"."tie" AS "tie",
        (
          (
            "t0"."at" - 1000000000
          ) * 4294967296
        ) + (
          "t0"."tie" * 4096
        ) + "t0"."code" AS "packed"
      FROM "coded" AS "t0"
    ) AS "t5"
    LEFT OUTER JOIN (
      SELECT
        "t4"."claim_key" AS "claim_key",
        "t4"."claim_at" AS "claim_at",
        "t4"."conversions" AS "conversions",
        "t4"."value" AS "value",
        "t4"."valued" AS "valued",
        lagInFrame("t4"."claim_at") OVER (
          PARTITION BY "t4"."claim_key"
          ORDER BY "t4"."claim_at" ASC
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS "before"
      FROM (
        SELECT
          "t2"."key" AS "claim_key",
          "t2"."at" AS "claim_at",
          SUM("t2"."counted") AS "conversions",
          SUM("t2"."value") AS "value",
          COUNT("t2"."value") AS "valued"
        FROM (
          SELECT
            *
          FROM "conversions" AS "t1"
          WHERE
            isNotNull("t1"."key")
        ) AS "t2"
        GROUP BY
          "t2"."key",
          "t2"."at"
      ) AS "t4"
    ) AS "t7"
      ON "t5"."key" = "t7"."claim_key"
      AND "t5"."at" <= "t7"."claim_at"
      AND (
        isNull("t7"."before") OR (
          "t5"."at" > "t7"."before"
        )
      )
  ) AS "t8"
  WHERE
    "t8"."claimed"
    AND TRUE
    AND "t8"."claim_at" >= 1767222000
    AND "t8"."claim_at" < 1774994400
    AND "t8"."conversions" > 0
) AS "t9";

-- nulls
SELECT
  "t11"."path" AS "path",
  COUNT(*) AS "journeys"
FROM (
  SELECT
    "t10"."key" AS "key",
    "t10"."parted" AS "parted",
    arrayMap(
      __ibis_param_place__ -> CAST(bitAnd(
        arrayElement(
          "t10"."packed",
          CASE
            WHEN __ibis_param_place__ >= 0
            THEN __ibis_param_place__ + 1
            ELSE __ibis_param_place__
          END
        ),
        4095
      ) + CASE
        WHEN (
          bitShiftRight(
            CAST(arrayElement(
              "t10"."packed",
              CASE
                WHEN __ibis_param_place__ >= 0
                THEN __ibis_param_place__ + 1
                ELSE __ibis_param_place__
              END
            ) AS Nullable(Int64)),
            CAST(32 AS Nullable(Int64))
          ) - bitShiftRight(
            CAST(arrayElement(
              "t10"."packed",
              CASE
                WHEN GREATEST(__ibis_param_place__ - 1, 0) >= 0
                THEN GREATEST(__ibis_param_place__ - 1, 0) + 1
                ELSE GREATEST(__ibis_param_place__ - 1, 0)
              END
            ) AS Nullable(Int64)),
            CAST(32 AS Nullable(Int64))
          )
        ) > 7776000
        THEN 4096
        ELSE 0
      END + CASE
        WHEN TRUE
        AND (
          (
            bitShiftRight(
              CAST(arrayElement(
                "t10"."packed",
                CASE
                  WHEN __ibis_param_place__ >= 0
                  THEN __ibis_param_place__ + 1
                  ELSE __ibis_param_place__
                END
              ) AS Nullable(Int64)),
              CAST(32 AS Nullable(Int64))
            ) + 1000000000
          ) >= 1767222000
        )
        AND (
          (
            bitShiftRight(
              CAST(arrayElement(
                "t10"."packed",
                CASE
                  WHEN __ibis_param_place__ >= 0
                  THEN __ibis_param_place__ + 1
                  ELSE __ibis_param_place__
                END
              ) AS Nullable(Int64)),
              CAST(32 AS Nullable(Int64))
            ) + 1000000000
          ) < 1774994400
        )
        THEN 8192
        ELSE 0
      END + CASE
        WHEN (
          bitShiftRight(
            CAST(arrayElement(
              "t10"."packed",
              CASE
                WHEN __ibis_param_place__ >= 0
                THEN __ibis_param_place__ + 1
                ELSE __ibis_param_place__
              END
            ) AS Nullable(Int64)),
            CAST(32 AS Nullable(Int64))
          ) + 1000000000
        ) >= 1774000000
        THEN 16384
        ELSE 0
      END AS Nullable(Int16)),
      range(0, length("t10"."packed"), 1)
    ) AS "path"
  FROM (
    SELECT
      "t9"."key" AS "key",
      "t9"."claim_at" AS "claim_at",
      arraySort(groupArray("t9"."packed")) AS "packed",
      (
        MAX("t9"."at") - MIN("t9"."at")
      ) > 7776000 AS "parted"
    FROM (
      SELECT
        *
      FROM (
        SELECT
          "t5"."key" AS "key",
          "t5"."at" AS "at",
          "t5"."packed" AS "packed",
          "t7"."claim_at" AS "claim_at",
          "t7"."conversions" AS "conversions",
          "t7"."value" AS "value",
          "t7"."valued" AS "valued",
          COALESCE(
            isNotNull("t7"."claim_at")
            AND (
              "t5"."at" >= (
                "t7"."claim_at" - 7776000
              )
            ),
            FALSE
          ) AS "claimed"
        FROM (
          SELECT
            "t0"."key" AS "key",
            "t0"."at" AS "at",
            "t0"."code" AS "code",
            "t0"."tie" AS "tie",
            (
              (
                "t0"."at" - 1000000000
              ) * 4294967296
            ) + (
              "t0"."tie" * 4096
            ) + "t0"."code" AS "packed"
          FROM "coded" AS "t0"
        ) AS "t5"
        LEFT OUTER JOIN (
          SELECT
            "t4"."claim_key" AS "claim_key",
            "t4"."claim_at" AS "claim_at",
            "t4"."conversions" AS "conversions",
            "t4"."value" AS "value",
            "t4"."valued" AS "valued",
            lagInFrame("t4"."claim_at") OVER (
              PARTITION BY "t4"."claim_key"
              ORDER BY "t4"."claim_at" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS "before"
          FROM (
            SELECT
              "t2"."key" AS "claim_key",
              "t2"."at" AS "claim_at",
              SUM("t2"."counted") AS "conversions",
              SUM("t2"."value") AS "value",
              COUNT("t2"."value") AS "valued"
            FROM (
              SELECT
                *
              FROM "conversions" AS "t1"
              WHERE
                isNotNull("t1"."key")
            ) AS "t2"
            GROUP BY
              "t2"."key",
              "t2"."at"
          ) AS "t4"
        ) AS "t7"
          ON "t5"."key" = "t7"."claim_key"
          AND "t5"."at" <= "t7"."claim_at"
          AND (
            isNull("t7"."before") OR (
              "t5"."at" > "t7"."before"
            )
          )
      ) AS "t8"
      WHERE
        NOT (
          "t8"."claimed"
        )
    ) AS "t9"
    GROUP BY
      "t9"."key",
      "t9"."claim_at"
  ) AS "t10"
) AS "t11"
GROUP BY
  "t11"."path";

-- converting
SELECT
  "t2"."path" AS "path",
  "t2"."conversions" AS "conversions",
  "t2"."value" AS "value",
  "t2"."valued" AS "valued",
  "t2"."conversions_squared" AS "conversions_squared",
  "t2"."cross" AS "cross",
  "t2"."value_squared" AS "value_squared",
  ROW_NUMBER() OVER (ORDER BY "t2"."path" ASC ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) - 1 AS "number"
FROM (
  SELECT
    "t1"."path" AS "path",
    SUM("t1"."conversions") AS "conversions",
    SUM("t1"."value") AS "value",
    SUM("t1"."valued") AS "valued",
    SUM(
      CAST("t1"."conversions" AS Nullable(Float64)) * CAST("t1"."conversions" AS Nullable(Float64))
    ) AS "conversions_squared",
    SUM(CAST("t1"."conversions" AS Nullable(Float64)) * COALESCE("t1"."value", 0.0)) AS "cross",
    SUM(COALESCE("t1"."value", 0.0) * COALESCE("t1"."value", 0.0)) AS "value_squared"
  FROM (
    SELECT
      "t0"."key" AS "key",
      "t0"."claim_at" AS "claim_at",
      CASE
        WHEN length(
          arrayMap(
            __ibis_param_x__ -> CAST(bitAnd(__ibis_param_x__, 4095) AS Nullable(String)),
            arraySort(groupArray("t0"."packed"))
          )
        ) > 0
        THEN arrayStringConcat(
          arrayMap(
            __ibis_param_x__ -> CAST(bitAnd(__ibis_param_x__, 4095) AS Nullable(String)),
            arraySort(groupArray("t0"."packed"))
          ),
          ','
        )
        ELSE NULL
      END AS "path",
      MAX("t0"."conversions") AS "conversions",
      MAX("t0"."value") AS "value",
      MAX("t0"."valued") AS "valued",
      CAST(FLOOR((
        MAX("t0"."claim_at") - MIN("t0"."at")
      ) / (
        86400
      )) AS Nullable(Int64)) AS "days",
      COUNT(*) AS "length"
    FROM "aside_1" AS "t0"
    GROUP BY
      "t0"."key",
      "t0"."claim_at"
  ) AS "t1"
  GROUP BY
    "t1"."path"
) AS "t2";

-- steps
WITH "t1" AS (
  SELECT
    "t0"."key" AS "key",
    "t0"."claim_at" AS "claim_at",
    CASE
      WHEN length(
        arrayMap(
          __ibis_param_x__ -> CAST(bitAnd(__ibis_param_x__, 4095) AS Nullable(String)),
          arraySort(groupArray("t0"."packed"))
        )
      ) > 0
      THEN arrayStringConcat(
        arrayMap(
          __ibis_param_x__ -> CAST(bitAnd(__ibis_param_x__, 4095) AS Nullable(String)),
          arraySort(groupArray("t0"."packed"))
        ),
        ','
      )
      ELSE NULL
    END AS "path",
    MAX("t0"."conversions") AS "conversions",
    MAX("t0"."value") AS "value",
    MAX("t0"."valued") AS "valued",
    CAST(FLOOR((
      MAX("t0"."claim_at") - MIN("t0"."at")
    ) / (
      86400
    )) AS Nullable(Int64)) AS "days",
    COUNT(*) AS "length"
  FROM "aside_1" AS "t0"
  GROUP BY
    "t0"."key",
    "t0"."claim_at"
)
SELECT
  "t14"."number" AS "number",
  "t14"."step" AS "step",
  SUM("t14"."weight" * "t14"."conversions") AS "weight",
  SUM("t14"."weight" * COALESCE("t14"."value", 0.0)) AS "value_weight"
FROM (
  SELECT
    "t8"."key" AS "key",
    "t8"."claim_at" AS "claim_at",
    "t8"."step" AS "step",
    "t8"."weight" AS "weight",
    "t8"."conversions" AS "conversions",
    "t8"."value" AS "value",
    "t13"."number" AS "number"
  FROM (
    SELECT
      "t6"."key" AS "key",
      "t6"."claim_at" AS "claim_at",
      "t6"."step" AS "step",
      "t6"."weight" AS "weight",
      "t6"."conversions" AS "conversions",
      "t6"."value" AS "value"
    FROM (
      SELECT
        "t3"."key" AS "key",
        "t3"."at" AS "at",
        "t3"."packed" AS "packed",
        "t3"."claim_at" AS "claim_at",
        "t3"."conversions" AS "conversions",
        "t3"."value" AS "value",
        "t3"."valued" AS "valued",
        "t3"."raw" AS "raw",
        "t3"."raw" / SUM("t3"."raw") OVER (
          PARTITION BY "t3"."key", "t3"."claim_at"
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS "weight",
        ROW_NUMBER() OVER (
          PARTITION BY "t3"."key", "t3"."claim_at"
          ORDER BY "t3"."packed" ASC
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) - 1 AS "step"
      FROM (
        SELECT
          "t0"."key" AS "key",
          "t0"."at" AS "at",
          "t0"."packed" AS "packed",
          "t0"."claim_at" AS "claim_at",
          "t0"."conversions" AS "conversions",
          "t0"."value" AS "value",
          "t0"."valued" AS "valued",
          EXP(
            CAST("t0"."at" - MAX("t0"."at") OVER (
              PARTITION BY "t0"."key", "t0"."claim_at"
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS Nullable(Float64)) * 1.1460766874337719e-06
          ) AS "raw"
        FROM "aside_1" AS "t0"
      ) AS "t3"
    ) AS "t6"
  ) AS "t8"
  INNER JOIN (
    SELECT
      "t4"."key" AS "key",
      "t4"."claim_at" AS "claim_at",
      "t11"."number" AS "number"
    FROM "t1" AS "t4"
    INNER JOIN (
      SELECT
        "t9"."path" AS "path",
        "t9"."number" AS "number"
      FROM (
        SELECT
          "t5"."path" AS "path",
          "t5"."conversions" AS "conversions",
          "t5"."value" AS "value",
          "t5"."valued" AS "valued",
          "t5"."conversions_squared" AS "conversions_squared",
          "t5"."cross" AS "cross",
          "t5"."value_squared" AS "value_squared",
          ROW_NUMBER() OVER (ORDER BY "t5"."path" ASC ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) - 1 AS "number"
        FROM (
          SELECT
            "t2"."path" AS "path",
            SUM("t2"."conversions") AS "conversions",
            SUM("t2"."value") AS "value",
            SUM("t2"."valued") AS "valued",
            SUM(
              CAST("t2"."conversions" AS Nullable(Float64)) * CAST("t2"."conversions" AS Nullable(Float64))
            ) AS "conversions_squared",
            SUM(CAST("t2"."conversions" AS Nullable(Float64)) * COALESCE("t2"."value", 0.0)) AS "cross",
            SUM(COALESCE("t2"."value", 0.0) * COALESCE("t2"."value", 0.0)) AS "value_squared"
          FROM "t1" AS "t2"
          GROUP BY
            "t2"."path"
        ) AS "t5"
      ) AS "t9"
    ) AS "t11"
      ON "t4"."path" = "t11"."path"
  ) AS "t13"
    ON "t8"."key" = "t13"."key" AND "t8"."claim_at" = "t13"."claim_at"
) AS "t14"
GROUP BY
  "t14"."number",
  "t14"."step";

-- lags
SELECT
  "t1"."days" AS "days",
  "t1"."length" AS "length",
  SUM("t1"."conversions") AS "conversions"
FROM (
  SELECT
    "t0"."key" AS "key",
    "t0"."claim_at" AS "claim_at",
    CASE
      WHEN length(
        arrayMap(
          __ibis_param_x__ -> CAST(bitAnd(__ibis_param_x__, 4095) AS Nullable(String)),
          arraySort(groupArray("t0"."packed"))
        )
      ) > 0
      THEN arrayStringConcat(
        arrayMap(
          __ibis_param_x__ -> CAST(bitAnd(__ibis_param_x__, 4095) AS Nullable(String)),
          arraySort(groupArray("t0"."packed"))
        ),
        ','
      )
      ELSE NULL
    END AS "path",
    MAX("t0"."conversions") AS "conversions",
    MAX("t0"."value") AS "value",
    MAX("t0"."valued") AS "valued",
    CAST(FLOOR((
      MAX("t0"."claim_at") - MIN("t0"."at")
    ) / (
      86400
    )) AS Nullable(Int64)) AS "days",
    COUNT(*) AS "length"
  FROM "aside_1" AS "t0"
  GROUP BY
    "t0"."key",
    "t0"."claim_at"
) AS "t1"
GROUP BY
  "t1"."days",
  "t1"."length";

-- totals
SELECT
  COALESCE(SUM("t1"."counted"), 0) AS "conversions",
  SUM("t1"."value") AS "value",
  COUNT("t1"."value") AS "valued"
FROM (
  SELECT
    *
  FROM "conversions" AS "t0"
  WHERE
    TRUE AND "t0"."at" >= 1767222000 AND "t0"."at" < 1774994400
) AS "t1";
