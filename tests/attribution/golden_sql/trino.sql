-- counts
SELECT
  COUNT(*) AS "rows",
  COUNT(*) FILTER(WHERE
    "t1"."key" IS NULL) AS "without_key",
  COUNT(*) FILTER(WHERE
    (
      "t1"."key" IS NOT NULL
    )
    AND NOT (
      NOT (
        COALESCE(
          (
            "t1"."at" IS NULL
          )
          OR (
            "t1"."at" < 1000000000
          )
          OR (
            "t1"."at" >= 3147483648
          ),
          TRUE
        )
      )
    )) AS "without_time",
  COUNT(*) FILTER(WHERE
    (
      "t1"."key" IS NOT NULL
    )
    AND NOT (
      COALESCE(
        (
          "t1"."at" IS NULL
        )
        OR (
          "t1"."at" < 1000000000
        )
        OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
    AND NOT (
      "t1"."allowed"
    )) AS "without_consent",
  COUNT(*) FILTER(WHERE
    (
      "t1"."key" IS NOT NULL
    )
    AND NOT (
      COALESCE(
        (
          "t1"."at" IS NULL
        )
        OR (
          "t1"."at" < 1000000000
        )
        OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
    AND "t1"."allowed"
    AND TRUE) AS "used",
  MIN("t1"."at") FILTER(WHERE
    (
      "t1"."key" IS NOT NULL
    )
    AND NOT (
      COALESCE(
        (
          "t1"."at" IS NULL
        )
        OR (
          "t1"."at" < 1000000000
        )
        OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
    AND "t1"."allowed"
    AND TRUE) AS "first",
  MAX("t1"."at") FILTER(WHERE
    (
      "t1"."key" IS NOT NULL
    )
    AND NOT (
      COALESCE(
        (
          "t1"."at" IS NULL
        )
        OR (
          "t1"."at" < 1000000000
        )
        OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
    AND "t1"."allowed"
    AND TRUE) AS "last",
  SUM("t1"."at") FILTER(WHERE
    (
      "t1"."key" IS NOT NULL
    )
    AND NOT (
      COALESCE(
        (
          "t1"."at" IS NULL
        )
        OR (
          "t1"."at" < 1000000000
        )
        OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
    AND "t1"."allowed"
    AND TRUE) AS "seconds",
  MAX("t1"."millis") FILTER(WHERE
    (
      "t1"."key" IS NOT NULL
    )
    AND NOT (
      COALESCE(
        (
          "t1"."at" IS NULL
        )
        OR (
          "t1"."at" < 1000000000
        )
        OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )
    AND "t1"."allowed"
    AND TRUE) AS "latest_milli",
  0 AS "serials"
FROM (
  SELECT
    NULLIF("t0"."person", '') AS "key",
    CAST(TO_UNIXTIME(DATE_TRUNC('SECOND', "t0"."at")) AS BIGINT) AS "at",
    CAST(MILLISECOND("t0"."at") AS BIGINT) AS "millis",
    NOT (
      COALESCE(NOT (
        "t0"."consent"
      ), FALSE)
    ) AS "allowed"
  FROM "touches" AS "t0"
) AS "t1";

-- origins
SELECT DISTINCT
  "t4"."source",
  "t4"."referrer",
  "t4"."url_source",
  "t4"."url_medium",
  "t4"."url_campaign",
  "t4"."url_click_id_kind"
FROM (
  SELECT
    "t3"."key",
    "t3"."at",
    "t3"."millis",
    "t3"."source",
    "t3"."referrer",
    "t3"."url_source",
    "t3"."url_medium",
    "t3"."url_campaign",
    "t3"."url_click_id_kind"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        NULLIF("t1"."person", '') AS "key",
        CAST(TO_UNIXTIME(DATE_TRUNC('SECOND', "t1"."at")) AS BIGINT) AS "at",
        CAST(MILLISECOND("t1"."at") AS BIGINT) AS "millis",
        NOT (
          COALESCE(NOT (
            "t1"."consent"
          ), FALSE)
        ) AS "allowed",
        COALESCE(COALESCE("t1"."utm_source", ''), '') AS "source",
        COALESCE(
          ELEMENT_AT(
            SPLIT(
              CASE
                WHEN (
                  (
                    STRPOS(TRIM(' 	
' FROM COALESCE("t1"."referrer", '')), '://') - 1
                  ) > 0
                )
                AND (
                  (
                    STRPOS(TRIM(' 	
' FROM COALESCE("t1"."referrer", '')), '/') - 1
                  ) = (
                    (
                      STRPOS(TRIM(' 	
' FROM COALESCE("t1"."referrer", '')), '://') - 1
                    ) + 1
                  )
                )
                THEN SUBSTR(
                  TRIM(' 	
' FROM COALESCE("t1"."referrer", '')),
                  IF(
                    (
                      (
                        STRPOS(TRIM(' 	
' FROM COALESCE("t1"."referrer", '')), '://') - 1
                      ) + 3 + 1
                    ) >= 1,
                    (
                      STRPOS(TRIM(' 	
' FROM COALESCE("t1"."referrer", '')), '://') - 1
                    ) + 3 + 1,
                    (
                      STRPOS(TRIM(' 	
' FROM COALESCE("t1"."referrer", '')), '://') - 1
                    ) + 3 + 1 + LENGTH(TRIM(' 	
' FROM COALESCE("t1"."referrer", '')))
                  )
                )
                WHEN STARTS_WITH(TRIM(' 	
' FROM COALESCE("t1"."referrer", '')), '//')
                THEN SUBSTR(
                  TRIM(' 	
' FROM COALESCE("t1"."referrer", '')),
                  IF(
                    (
                      2 + 1
                    ) >= 1,
                    2 + 1,
                    2 + 1 + LENGTH(TRIM(' 	
' FROM COALESCE("t1"."referrer", '')))
                  )
                )
                ELSE TRIM(' 	
' FROM COALESCE("t1"."referrer", ''))
              END,
              '/'
            ),
            0 + 1
          ),
          ''
        ) AS "referrer",
        COALESCE(
          IF(
            "t1"."smarketing_asks"
            AND (
              STRPOS(LOWER("t1"."smarketing_query"), '&utm_') > 0
            ),
            IF(
              (
                STRPOS(LOWER("t1"."smarketing_query"), '&utm_source=') - 1
              ) >= 0,
              ELEMENT_AT(
                SPLIT(
                  SUBSTR(
                    "t1"."smarketing_query",
                    IF(
                      (
                        (
                          STRPOS(LOWER("t1"."smarketing_query"), '&utm_source=') - 1
                        ) + 12 + 1
                      ) >= 1,
                      (
                        STRPOS(LOWER("t1"."smarketing_query"), '&utm_source=') - 1
                      ) + 12 + 1,
                      (
                        STRPOS(LOWER("t1"."smarketing_query"), '&utm_source=') - 1
                      ) + 12 + 1 + LENGTH("t1"."smarketing_query")
                    )
                  ),
                  '&'
                ),
                0 + 1
              ),
              ''
            ),
            ''
          ),
          ''
        ) AS "url_source",
        COALESCE(
          IF(
            "t1"."smarketing_asks"
            AND (
              STRPOS(LOWER("t1"."smarketing_query"), '&utm_') > 0
            ),
            IF(
              (
                STRPOS(LOWER("t1"."smarketing_query"), '&utm_medium=') - 1
              ) >= 0,
              ELEMENT_AT(
                SPLIT(
                  SUBSTR(
                    "t1"."smarketing_query",
                    IF(
                      (
                        (
                          STRPOS(LOWER("t1"."smarketing_query"), '&utm_medium=') - 1
                        ) + 12 + 1
                      ) >= 1,
                      (
                        STRPOS(LOWER("t1"."smarketing_query"), '&utm_medium=') - 1
                      ) + 12 + 1,
                      (
                        STRPOS(LOWER("t1"."smarketing_query"), '&utm_medium=') - 1
                      ) + 12 + 1 + LENGTH("t1"."smarketing_query")
                    )
                  ),
                  '&'
                ),
                0 + 1
              ),
              ''
            ),
            ''
          ),
          ''
        ) AS "url_medium",
        COALESCE(
          IF(
            "t1"."smarketing_asks"
            AND (
              STRPOS(LOWER("t1"."smarketing_query"), '&utm_') > 0
            ),
            IF(
              (
                STRPOS(LOWER("t1"."smarketing_query"), '&utm_campaign=') - 1
              ) >= 0,
              ELEMENT_AT(
                SPLIT(
                  SUBSTR(
                    "t1"."smarketing_query",
                    IF(
                      (
                        (
                          STRPOS(LOWER("t1"."smarketing_query"), '&utm_campaign=') - 1
                        ) + 14 + 1
                      ) >= 1,
                      (
                        STRPOS(LOWER("t1"."smarketing_query"), '&utm_campaign=') - 1
                      ) + 14 + 1,
                      (
                        STRPOS(LOWER("t1"."smarketing_query"), '&utm_campaign=') - 1
                      ) + 14 + 1 + LENGTH("t1"."smarketing_query")
                    )
                  ),
                  '&'
                ),
                0 + 1
              ),
              ''
            ),
            ''
          ),
          ''
        ) AS "url_campaign",
        COALESCE(
          IF(
            "t1"."smarketing_asks"
            AND (
              (
                STRPOS(LOWER("t1"."smarketing_query"), 'id=') > 0
              )
              OR (
                STRPOS(LOWER("t1"."smarketing_query"), 'ik=') > 0
              )
            ),
            CASE
              WHEN STRPOS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&gclid=&', ''),
                '&gclid='
              ) > 0
              THEN 'gclid'
              WHEN STRPOS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&gbraid=&', ''),
                '&gbraid='
              ) > 0
              THEN 'gbraid'
              WHEN STRPOS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&wbraid=&', ''),
                '&wbraid='
              ) > 0
              THEN 'wbraid'
              WHEN STRPOS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&dclid=&', ''),
                '&dclid='
              ) > 0
              THEN 'dclid'
              WHEN STRPOS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&msclkid=&', ''),
                '&msclkid='
              ) > 0
              THEN 'msclkid'
              WHEN STRPOS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&li_fat_id=&', ''),
                '&li_fat_id='
              ) > 0
              THEN 'li_fat_id'
              WHEN STRPOS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&ttclid=&', ''),
                '&ttclid='
              ) > 0
              THEN 'ttclid'
              WHEN STRPOS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&twclid=&', ''),
                '&twclid='
              ) > 0
              THEN 'twclid'
              WHEN STRPOS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&rdt_cid=&', ''),
                '&rdt_cid='
              ) > 0
              THEN 'rdt_cid'
              WHEN STRPOS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&epik=&', ''),
                '&epik='
              ) > 0
              THEN 'epik'
              WHEN STRPOS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&sccid=&', ''),
                '&sccid='
              ) > 0
              THEN 'sccid'
              WHEN STRPOS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&fbclid=&', ''),
                '&fbclid='
              ) > 0
              THEN 'fbclid'
              ELSE ''
            END,
            ''
          ),
          ''
        ) AS "url_click_id_kind"
      FROM (
        SELECT
          "t0"."person",
          "t0"."at",
          "t0"."utm_source",
          "t0"."referrer",
          "t0"."page_url",
          "t0"."consent",
          ELEMENT_AT(
            SPLIT(
              CONCAT(
                '&',
                SUBSTR(
                  COALESCE("t0"."page_url", ''),
                  IF(
                    (
                      (
                        STRPOS(COALESCE("t0"."page_url", ''), '?') - 1
                      ) + 1 + 1
                    ) >= 1,
                    (
                      STRPOS(COALESCE("t0"."page_url", ''), '?') - 1
                    ) + 1 + 1,
                    (
                      STRPOS(COALESCE("t0"."page_url", ''), '?') - 1
                    ) + 1 + 1 + LENGTH(COALESCE("t0"."page_url", ''))
                  )
                )
              ),
              '#'
            ),
            0 + 1
          ) AS "smarketing_query",
          STRPOS(COALESCE("t0"."page_url", ''), '?') > 0 AS "smarketing_asks"
        FROM "touches" AS "t0"
      ) AS "t1"
    ) AS "t2"
    WHERE
      "t2"."key" IS NOT NULL
      AND NOT (
        COALESCE(
          (
            "t2"."at" IS NULL
          )
          OR (
            "t2"."at" < 1000000000
          )
          OR (
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
  "t1"."goal",
  "t1"."currency",
  COUNT(*) AS "rows",
  COUNT(*) FILTER(WHERE
    NOT (
      NOT (
        COALESCE(
          (
            "t1"."at" IS NULL
          )
          OR (
            "t1"."at" < 1000000000
          )
          OR (
            "t1"."at" >= 3147483648
          ),
          TRUE
        )
      )
    )) AS "without_time",
  COUNT("t1"."value") FILTER(WHERE
    NOT (
      COALESCE(
        (
          "t1"."at" IS NULL
        )
        OR (
          "t1"."at" < 1000000000
        )
        OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )) AS "valued",
  COUNT(*) FILTER(WHERE
    NOT (
      COALESCE(
        (
          "t1"."at" IS NULL
        )
        OR (
          "t1"."at" < 1000000000
        )
        OR (
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
      "t1"."key" IS NULL
    )) AS "keyless",
  COUNT(*) FILTER(WHERE
    NOT (
      COALESCE(
        (
          "t1"."at" IS NULL
        )
        OR (
          "t1"."at" < 1000000000
        )
        OR (
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
    )) AS "zeros",
  COUNT(*) FILTER(WHERE
    NOT (
      COALESCE(
        (
          "t1"."at" IS NULL
        )
        OR (
          "t1"."at" < 1000000000
        )
        OR (
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
    )) AS "refunds",
  MAX("t1"."value") FILTER(WHERE
    NOT (
      COALESCE(
        (
          "t1"."at" IS NULL
        )
        OR (
          "t1"."at" < 1000000000
        )
        OR (
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
    )) AS "largest",
  MAX("t1"."at") FILTER(WHERE
    NOT (
      COALESCE(
        (
          "t1"."at" IS NULL
        )
        OR (
          "t1"."at" < 1000000000
        )
        OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )) AS "last",
  SUM("t1"."at") FILTER(WHERE
    NOT (
      COALESCE(
        (
          "t1"."at" IS NULL
        )
        OR (
          "t1"."at" < 1000000000
        )
        OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )) AS "seconds",
  SUM(
    CAST(FLOOR((
      "t1"."value" * CAST(100.0 AS DOUBLE)
    ) + CAST(0.5 AS DOUBLE)) AS BIGINT)
  ) FILTER(WHERE
    NOT (
      COALESCE(
        (
          "t1"."at" IS NULL
        )
        OR (
          "t1"."at" < 1000000000
        )
        OR (
          "t1"."at" >= 3147483648
        ),
        TRUE
      )
    )) AS "cents"
FROM (
  SELECT
    NULLIF("t0"."person", '') AS "key",
    CAST(TO_UNIXTIME(DATE_TRUNC('SECOND', "t0"."at")) AS BIGINT) AS "at",
    COALESCE(NULLIF("t0"."goal", ''), 'conversion') AS "goal",
    IF(IS_NAN("t0"."value"), CAST(NULL AS DOUBLE), "t0"."value") AS "value",
    UPPER(NULLIF("t0"."currency", '')) AS "currency"
  FROM "deals" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- aside_1
SELECT
  "t9"."key",
  "t9"."at",
  "t9"."packed",
  "t9"."claim_at",
  "t9"."conversions",
  "t9"."value",
  "t9"."valued"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t5"."key",
      "t5"."at",
      "t5"."packed",
      "t7"."claim_at",
      "t7"."conversions",
      "t7"."value",
      "t7"."valued",
      COALESCE(
        (
          "t7"."claim_at" IS NOT NULL
        )
        AND (
          "t5"."at" >= (
            "t7"."claim_at" - 7776000
          )
        ),
        FALSE
      ) AS "claimed"
    FROM (
      SELECT
        "t0"."key",
        "t0"."at",
        "t0"."code",
        "t0"."tie",
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
        "t4"."claim_key",
        "t4"."claim_at",
        "t4"."conversions",
        "t4"."value",
        "t4"."valued",
        LAG("t4"."claim_at") OVER (PARTITION BY "t4"."claim_key" ORDER BY "t4"."claim_at" ASC) AS "before"
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
            "t1"."key" IS NOT NULL
        ) AS "t2"
        GROUP BY
          1,
          2
      ) AS "t4"
    ) AS "t7"
      ON "t5"."key" = "t7"."claim_key"
      AND "t5"."at" <= "t7"."claim_at"
      AND (
        (
          "t7"."before" IS NULL
        ) OR (
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
  "t11"."path",
  COUNT(*) AS "journeys"
FROM (
  SELECT
    "t10"."key",
    "t10"."parted",
    TRANSFORM(
      IF(
        NULLIF(1, 0) IS NOT NULL AND SIGN(1) = SIGN(CARDINALITY("t10"."packed") - 0),
        ARRAY_REMOVE(SEQUENCE(0, CARDINALITY("t10"."packed"), 1), CARDINALITY("t10"."packed")),
        ARRAY[]
      ),
      __ibis_param_place__ -> CAST((
        BITWISE_AND(ELEMENT_AT("t10"."packed", __ibis_param_place__ + 1), 4095)
      ) + IF(
        (
          (
            BITWISE_RIGHT_SHIFT(ELEMENT_AT("t10"."packed", __ibis_param_place__ + 1), 32)
          ) - (
            BITWISE_RIGHT_SHIFT(ELEMENT_AT("t10"."packed", GREATEST(__ibis_param_place__ - 1, 0) + 1), 32)
          )
        ) > 7776000,
        4096,
        0
      ) + IF(
        TRUE
        AND (
          (
            (
              BITWISE_RIGHT_SHIFT(ELEMENT_AT("t10"."packed", __ibis_param_place__ + 1), 32)
            ) + 1000000000
          ) >= 1767222000
        )
        AND (
          (
            (
              BITWISE_RIGHT_SHIFT(ELEMENT_AT("t10"."packed", __ibis_param_place__ + 1), 32)
            ) + 1000000000
          ) < 1774994400
        ),
        8192,
        0
      ) + IF(
        (
          (
            BITWISE_RIGHT_SHIFT(ELEMENT_AT("t10"."packed", __ibis_param_place__ + 1), 32)
          ) + 1000000000
        ) >= 1774000000,
        16384,
        0
      ) AS SMALLINT)
    ) AS "path"
  FROM (
    SELECT
      "t9"."key",
      "t9"."claim_at",
      ARRAY_SORT(ARRAY_AGG("t9"."packed") FILTER(WHERE
        "t9"."packed" IS NOT NULL)) AS "packed",
      (
        MAX("t9"."at") - MIN("t9"."at")
      ) > 7776000 AS "parted"
    FROM (
      SELECT
        *
      FROM (
        SELECT
          "t5"."key",
          "t5"."at",
          "t5"."packed",
          "t7"."claim_at",
          "t7"."conversions",
          "t7"."value",
          "t7"."valued",
          COALESCE(
            (
              "t7"."claim_at" IS NOT NULL
            )
            AND (
              "t5"."at" >= (
                "t7"."claim_at" - 7776000
              )
            ),
            FALSE
          ) AS "claimed"
        FROM (
          SELECT
            "t0"."key",
            "t0"."at",
            "t0"."code",
            "t0"."tie",
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
            "t4"."claim_key",
            "t4"."claim_at",
            "t4"."conversions",
            "t4"."value",
            "t4"."valued",
            LAG("t4"."claim_at") OVER (PARTITION BY "t4"."claim_key" ORDER BY "t4"."claim_at" ASC) AS "before"
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
                "t1"."key" IS NOT NULL
            ) AS "t2"
            GROUP BY
              1,
              2
          ) AS "t4"
        ) AS "t7"
          ON "t5"."key" = "t7"."claim_key"
          AND "t5"."at" <= "t7"."claim_at"
          AND (
            (
              "t7"."before" IS NULL
            ) OR (
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
      1,
      2
  ) AS "t10"
) AS "t11"
GROUP BY
  1;

-- converting
SELECT
  "t2"."path",
  "t2"."conversions",
  "t2"."value",
  "t2"."valued",
  "t2"."conversions_squared",
  "t2"."cross",
  "t2"."value_squared",
  ROW_NUMBER() OVER (ORDER BY "t2"."path" ASC) - 1 AS "number"
FROM (
  SELECT
    "t1"."path",
    SUM("t1"."conversions") AS "conversions",
    SUM("t1"."value") AS "value",
    SUM("t1"."valued") AS "valued",
    SUM(CAST("t1"."conversions" AS DOUBLE) * CAST("t1"."conversions" AS DOUBLE)) AS "conversions_squared",
    SUM(CAST("t1"."conversions" AS DOUBLE) * COALESCE("t1"."value", CAST(0.0 AS DOUBLE))) AS "cross",
    SUM(
      COALESCE("t1"."value", CAST(0.0 AS DOUBLE)) * COALESCE("t1"."value", CAST(0.0 AS DOUBLE))
    ) AS "value_squared"
  FROM (
    SELECT
      "t0"."key",
      "t0"."claim_at",
      ARRAY_JOIN(
        NULLIF(
          TRANSFORM(
            ARRAY_SORT(ARRAY_AGG("t0"."packed") FILTER(WHERE
              "t0"."packed" IS NOT NULL)),
            __ibis_param_x__ -> CAST(BITWISE_AND(__ibis_param_x__, 4095) AS VARCHAR)
          ),
          ARRAY[]
        ),
        ','
      ) AS "path",
      MAX("t0"."conversions") AS "conversions",
      MAX("t0"."value") AS "value",
      MAX("t0"."valued") AS "valued",
      CAST(FLOOR(CAST((
        MAX("t0"."claim_at") - MIN("t0"."at")
      ) AS DOUBLE) / (
        86400
      )) AS BIGINT) AS "days",
      COUNT(*) AS "length"
    FROM "aside_1" AS "t0"
    GROUP BY
      1,
      2
  ) AS "t1"
  GROUP BY
    1
) AS "t2";

-- steps
WITH "t1" AS (
  SELECT
    "t0"."key",
    "t0"."claim_at",
    ARRAY_JOIN(
      NULLIF(
        TRANSFORM(
          ARRAY_SORT(ARRAY_AGG("t0"."packed") FILTER(WHERE
            "t0"."packed" IS NOT NULL)),
          __ibis_param_x__ -> CAST(BITWISE_AND(__ibis_param_x__, 4095) AS VARCHAR)
        ),
        ARRAY[]
      ),
      ','
    ) AS "path",
    MAX("t0"."conversions") AS "conversions",
    MAX("t0"."value") AS "value",
    MAX("t0"."valued") AS "valued",
    CAST(FLOOR(CAST((
      MAX("t0"."claim_at") - MIN("t0"."at")
    ) AS DOUBLE) / (
      86400
    )) AS BIGINT) AS "days",
    COUNT(*) AS "length"
  FROM "aside_1" AS "t0"
  GROUP BY
    1,
    2
)
SELECT
  "t14"."number",
  "t14"."step",
  SUM("t14"."weight" * "t14"."conversions") AS "weight",
  SUM("t14"."weight" * COALESCE("t14"."value", CAST(0.0 AS DOUBLE))) AS "value_weight"
FROM (
  SELECT
    "t8"."key",
    "t8"."claim_at",
    "t8"."step",
    "t8"."weight",
    "t8"."conversions",
    "t8"."value",
    "t13"."number"
  FROM (
    SELECT
      "t6"."key",
      "t6"."claim_at",
      "t6"."step",
      "t6"."weight",
      "t6"."conversions",
      "t6"."value"
    FROM (
      SELECT
        "t3"."key",
        "t3"."at",
        "t3"."packed",
        "t3"."claim_at",
        "t3"."conversions",
        "t3"."value",
        "t3"."valued",
        "t3"."raw",
        CAST("t3"."raw" AS DOUBLE) / SUM("t3"."raw") OVER (
          PARTITION BY "t3"."key", "t3"."claim_at"
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS "weight",
        ROW_NUMBER() OVER (PARTITION BY "t3"."key", "t3"."claim_at" ORDER BY "t3"."packed" ASC) - 1 AS "step"
      FROM (
        SELECT
          "t0"."key",
          "t0"."at",
          "t0"."packed",
          "t0"."claim_at",
          "t0"."conversions",
          "t0"."value",
          "t0"."valued",
          EXP(
            CAST("t0"."at" - MAX("t0"."at") OVER (
              PARTITION BY "t0"."key", "t0"."claim_at"
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS DOUBLE) * CAST(1.1460766874337719e-06 AS DOUBLE)
          ) AS "raw"
        FROM "aside_1" AS "t0"
      ) AS "t3"
    ) AS "t6"
  ) AS "t8"
  INNER JOIN (
    SELECT
      "t4"."key",
      "t4"."claim_at",
      "t11"."number"
    FROM "t1" AS "t4"
    INNER JOIN (
      SELECT
        "t9"."path",
        "t9"."number"
      FROM (
        SELECT
          "t5"."path",
          "t5"."conversions",
          "t5"."value",
          "t5"."valued",
          "t5"."conversions_squared",
          "t5"."cross",
          "t5"."value_squared",
          ROW_NUMBER() OVER (ORDER BY "t5"."path" ASC) - 1 AS "number"
        FROM (
          SELECT
            "t2"."path",
            SUM("t2"."conversions") AS "conversions",
            SUM("t2"."value") AS "value",
            SUM("t2"."valued") AS "valued",
            SUM(CAST("t2"."conversions" AS DOUBLE) * CAST("t2"."conversions" AS DOUBLE)) AS "conversions_squared",
            SUM(CAST("t2"."conversions" AS DOUBLE) * COALESCE("t2"."value", CAST(0.0 AS DOUBLE))) AS "cross",
            SUM(
              COALESCE("t2"."value", CAST(0.0 AS DOUBLE)) * COALESCE("t2"."value", CAST(0.0 AS DOUBLE))
            ) AS "value_squared"
          FROM "t1" AS "t2"
          GROUP BY
            1
        ) AS "t5"
      ) AS "t9"
    ) AS "t11"
      ON "t4"."path" = "t11"."path"
  ) AS "t13"
    ON "t8"."key" = "t13"."key" AND "t8"."claim_at" = "t13"."claim_at"
) AS "t14"
GROUP BY
  1,
  2;

-- lags
SELECT
  "t1"."days",
  "t1"."length",
  SUM("t1"."conversions") AS "conversions"
FROM (
  SELECT
    "t0"."key",
    "t0"."claim_at",
    ARRAY_JOIN(
      NULLIF(
        TRANSFORM(
          ARRAY_SORT(ARRAY_AGG("t0"."packed") FILTER(WHERE
            "t0"."packed" IS NOT NULL)),
          __ibis_param_x__ -> CAST(BITWISE_AND(__ibis_param_x__, 4095) AS VARCHAR)
        ),
        ARRAY[]
      ),
      ','
    ) AS "path",
    MAX("t0"."conversions") AS "conversions",
    MAX("t0"."value") AS "value",
    MAX("t0"."valued") AS "valued",
    CAST(FLOOR(CAST((
      MAX("t0"."claim_at") - MIN("t0"."at")
    ) AS DOUBLE) / (
      86400
    )) AS BIGINT) AS "days",
    COUNT(*) AS "length"
  FROM "aside_1" AS "t0"
  GROUP BY
    1,
    2
) AS "t1"
GROUP BY
  1,
  2;

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
