-- counts
SELECT
  COUNT(*) AS "rows",
  COUNT_IF("t1"."key" IS NULL) AS "without_key",
  COUNT_IF(
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
    )
  ) AS "without_time",
  COUNT_IF(
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
    )
  ) AS "without_consent",
  COUNT_IF(
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
    AND TRUE
  ) AS "used",
  MIN(
    IFF(
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
      AND TRUE,
      "t1"."at",
      NULL
    )
  ) AS "first",
  MAX(
    IFF(
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
      AND TRUE,
      "t1"."at",
      NULL
    )
  ) AS "last",
  SUM(
    IFF(
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
      AND TRUE,
      "t1"."at",
      NULL
    )
  ) AS "seconds",
  MAX(
    IFF(
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
      AND TRUE,
      "t1"."millis",
      NULL
    )
  ) AS "latest_milli",
  0 AS "serials"
FROM (
  SELECT
    NULLIF("t0"."person", '') AS "key",
    CAST(DATE_PART('epoch', DATE_TRUNC('SECOND', "t0"."at")) AS BIGINT) AS "at",
    CAST(DATE_PART('epoch_millisecond', "t0"."at") % 1000 AS BIGINT) AS "millis",
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
    "t3".*
    EXCLUDE ("allowed")
  FROM (
    SELECT
      *
    FROM (
      SELECT
        NULLIF("t1"."person", '') AS "key",
        CAST(DATE_PART('epoch', DATE_TRUNC('SECOND', "t1"."at")) AS BIGINT) AS "at",
        CAST(DATE_PART('epoch_millisecond', "t1"."at") % 1000 AS BIGINT) AS "millis",
        NOT (
          COALESCE(NOT (
            "t1"."consent"
          ), FALSE)
        ) AS "allowed",
        COALESCE(COALESCE("t1"."utm_source", ''), '') AS "source",
        COALESCE(
          GET(
            SPLIT(
              CASE
                WHEN (
                  (
                    POSITION('://', TRIM(COALESCE("t1"."referrer", ''), ' \t\n\r\f')) - 1
                  ) > 0
                )
                AND (
                  (
                    POSITION('/', TRIM(COALESCE("t1"."referrer", ''), ' \t\n\r\f')) - 1
                  ) = (
                    (
                      POSITION('://', TRIM(COALESCE("t1"."referrer", ''), ' \t\n\r\f')) - 1
                    ) + 1
                  )
                )
                THEN SUBSTRING(
                  TRIM(COALESCE("t1"."referrer", ''), ' \t\n\r\f'),
                  IFF(
                    (
                      (
                        POSITION('://', TRIM(COALESCE("t1"."referrer", ''), ' \t\n\r\f')) - 1
                      ) + 3 + 1
                    ) >= 1,
                    (
                      POSITION('://', TRIM(COALESCE("t1"."referrer", ''), ' \t\n\r\f')) - 1
                    ) + 3 + 1,
                    (
                      POSITION('://', TRIM(COALESCE("t1"."referrer", ''), ' \t\n\r\f')) - 1
                    ) + 3 + 1 + LENGTH(TRIM(COALESCE("t1"."referrer", ''), ' \t\n\r\f'))
                  )
                )
                WHEN STARTSWITH(TRIM(COALESCE("t1"."referrer", ''), ' \t\n\r\f'), '//')
                THEN SUBSTRING(
                  TRIM(COALESCE("t1"."referrer", ''), ' \t\n\r\f'),
                  IFF(
                    (
                      2 + 1
                    ) >= 1,
                    2 + 1,
                    2 + 1 + LENGTH(TRIM(COALESCE("t1"."referrer", ''), ' \t\n\r\f'))
                  )
                )
                ELSE TRIM(COALESCE("t1"."referrer", ''), ' \t\n\r\f')
              END,
              '/'
            ),
            0
          ),
          ''
        ) AS "referrer",
        COALESCE(
          IFF(
            "t1"."smarketing_asks" AND CONTAINS(LOWER("t1"."smarketing_query"), '&utm_'),
            IFF(
              (
                POSITION('&utm_source=', LOWER("t1"."smarketing_query")) - 1
              ) >= 0,
              GET(
                SPLIT(
                  SUBSTRING(
                    "t1"."smarketing_query",
                    IFF(
                      (
                        (
                          POSITION('&utm_source=', LOWER("t1"."smarketing_query")) - 1
                        ) + 12 + 1
                      ) >= 1,
                      (
                        POSITION('&utm_source=', LOWER("t1"."smarketing_query")) - 1
                      ) + 12 + 1,
                      (
                        POSITION('&utm_source=', LOWER("t1"."smarketing_query")) - 1
                      ) + 12 + 1 + LENGTH("t1"."smarketing_query")
                    )
                  ),
                  '&'
                ),
                0
              ),
              ''
            ),
            ''
          ),
          ''
        ) AS "url_source",
        COALESCE(
          IFF(
            "t1"."smarketing_asks" AND CONTAINS(LOWER("t1"."smarketing_query"), '&utm_'),
            IFF(
              (
                POSITION('&utm_medium=', LOWER("t1"."smarketing_query")) - 1
              ) >= 0,
              GET(
                SPLIT(
                  SUBSTRING(
                    "t1"."smarketing_query",
                    IFF(
                      (
                        (
                          POSITION('&utm_medium=', LOWER("t1"."smarketing_query")) - 1
                        ) + 12 + 1
                      ) >= 1,
                      (
                        POSITION('&utm_medium=', LOWER("t1"."smarketing_query")) - 1
                      ) + 12 + 1,
                      (
                        POSITION('&utm_medium=', LOWER("t1"."smarketing_query")) - 1
                      ) + 12 + 1 + LENGTH("t1"."smarketing_query")
                    )
                  ),
                  '&'
                ),
                0
              ),
              ''
            ),
            ''
          ),
          ''
        ) AS "url_medium",
        COALESCE(
          IFF(
            "t1"."smarketing_asks" AND CONTAINS(LOWER("t1"."smarketing_query"), '&utm_'),
            IFF(
              (
                POSITION('&utm_campaign=', LOWER("t1"."smarketing_query")) - 1
              ) >= 0,
              GET(
                SPLIT(
                  SUBSTRING(
                    "t1"."smarketing_query",
                    IFF(
                      (
                        (
                          POSITION('&utm_campaign=', LOWER("t1"."smarketing_query")) - 1
                        ) + 14 + 1
                      ) >= 1,
                      (
                        POSITION('&utm_campaign=', LOWER("t1"."smarketing_query")) - 1
                      ) + 14 + 1,
                      (
                        POSITION('&utm_campaign=', LOWER("t1"."smarketing_query")) - 1
                      ) + 14 + 1 + LENGTH("t1"."smarketing_query")
                    )
                  ),
                  '&'
                ),
                0
              ),
              ''
            ),
            ''
          ),
          ''
        ) AS "url_campaign",
        COALESCE(
          IFF(
            "t1"."smarketing_asks"
            AND (
              CONTAINS(LOWER("t1"."smarketing_query"), 'id=')
              OR CONTAINS(LOWER("t1"."smarketing_query"), 'ik=')
            ),
            CASE
              WHEN CONTAINS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&gclid=&', ''),
                '&gclid='
              )
              THEN 'gclid'
              WHEN CONTAINS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&gbraid=&', ''),
                '&gbraid='
              )
              THEN 'gbraid'
              WHEN CONTAINS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&wbraid=&', ''),
                '&wbraid='
              )
              THEN 'wbraid'
              WHEN CONTAINS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&dclid=&', ''),
                '&dclid='
              )
              THEN 'dclid'
              WHEN CONTAINS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&msclkid=&', ''),
                '&msclkid='
              )
              THEN 'msclkid'
              WHEN CONTAINS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&li_fat_id=&', ''),
                '&li_fat_id='
              )
              THEN 'li_fat_id'
              WHEN CONTAINS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&ttclid=&', ''),
                '&ttclid='
              )
              THEN 'ttclid'
              WHEN CONTAINS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&twclid=&', ''),
                '&twclid='
              )
              THEN 'twclid'
              WHEN CONTAINS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&rdt_cid=&', ''),
                '&rdt_cid='
              )
              THEN 'rdt_cid'
              WHEN CONTAINS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&epik=&', ''),
                '&epik='
              )
              THEN 'epik'
              WHEN CONTAINS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&sccid=&', ''),
                '&sccid='
              )
              THEN 'sccid'
              WHEN CONTAINS(
                REPLACE(REPLACE(CONCAT(LOWER("t1"."smarketing_query"), '&'), '&', '&&'), '&fbclid=&', ''),
                '&fbclid='
              )
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
          GET(
            SPLIT(
              CONCAT(
                '&',
                SUBSTRING(
                  COALESCE("t0"."page_url", ''),
                  IFF(
                    (
                      (
                        POSITION('?', COALESCE("t0"."page_url", '')) - 1
                      ) + 1 + 1
                    ) >= 1,
                    (
                      POSITION('?', COALESCE("t0"."page_url", '')) - 1
                    ) + 1 + 1,
                    (
                      POSITION('?', COALESCE("t0"."page_url", '')) - 1
                    ) + 1 + 1 + LENGTH(COALESCE("t0"."page_url", ''))
                  )
                )
              ),
              '#'
            ),
            0
          ) AS "smarketing_query",
          CONTAINS(COALESCE("t0"."page_url", ''), '?') AS "smarketing_asks"
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
  COUNT_IF(
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
    )
  ) AS "without_time",
  COUNT(
    IFF(
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
      ),
      "t1"."value",
      NULL
    )
  ) AS "valued",
  COUNT_IF(
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
    )
  ) AS "keyless",
  COUNT_IF(
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
    )
  ) AS "zeros",
  COUNT_IF(
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
    )
  ) AS "refunds",
  MAX(
    IFF(
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
      ),
      "t1"."value",
      NULL
    )
  ) AS "largest",
  MAX(
    IFF(
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
      ),
      "t1"."at",
      NULL
    )
  ) AS "last",
  SUM(
    IFF(
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
      ),
      "t1"."at",
      NULL
    )
  ) AS "seconds",
  SUM(
    IFF(
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
      ),
      CAST(FLOOR((
        "t1"."value" * 100.0
      ) + 0.5) AS BIGINT),
      NULL
    )
  ) AS "cents"
FROM (
  SELECT
    NULLIF("t0"."person", '') AS "key",
    CAST(DATE_PART('epoch', DATE_TRUNC('SECOND', "t0"."at")) AS BIGINT) AS "at",
    COALESCE(NULLIF("t0"."goal", ''), 'conversion') AS "goal",
    IFF("t0"."value" = CAST('NaN' AS DOUBLE), CAST(NULL AS DOUBLE), "t0"."value") AS "value",
    UPPER(NULLIF("t0"."currency", '')) AS "currency"
  FROM "deals" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- aside_1
SELECT
  "t9".*
  EXCLUDE ("claimed")
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
      IFF(1 <> 0, ARRAY_GENERATE_RANGE(0, ARRAY_SIZE("t10"."packed"), 1), []),
      __ibis_param_place__ -> CAST((
        BITAND(GET("t10"."packed", CAST(__ibis_param_place__ AS BIGINT)), 4095)
      ) + IFF(
        (
          (
            BITSHIFTRIGHT(GET("t10"."packed", CAST(__ibis_param_place__ AS BIGINT)), 32)
          ) - (
            BITSHIFTRIGHT(GET("t10"."packed", GREATEST(CAST(__ibis_param_place__ AS BIGINT) - 1, 0)), 32)
          )
        ) > 7776000,
        4096,
        0
      ) + IFF(
        TRUE
        AND (
          (
            (
              BITSHIFTRIGHT(GET("t10"."packed", CAST(__ibis_param_place__ AS BIGINT)), 32)
            ) + 1000000000
          ) >= 1767222000
        )
        AND (
          (
            (
              BITSHIFTRIGHT(GET("t10"."packed", CAST(__ibis_param_place__ AS BIGINT)), 32)
            ) + 1000000000
          ) < 1774994400
        ),
        8192,
        0
      ) + IFF(
        (
          (
            BITSHIFTRIGHT(GET("t10"."packed", CAST(__ibis_param_place__ AS BIGINT)), 32)
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
      ARRAY_SORT(ARRAY_AGG("t9"."packed")) AS "packed",
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
    SUM(CAST("t1"."conversions" AS DOUBLE) * COALESCE("t1"."value", 0.0)) AS "cross",
    SUM(COALESCE("t1"."value", 0.0) * COALESCE("t1"."value", 0.0)) AS "value_squared"
  FROM (
    SELECT
      "t0"."key",
      "t0"."claim_at",
      ARRAY_TO_STRING(
        NULLIF(
          TRANSFORM(
            ARRAY_SORT(ARRAY_AGG("t0"."packed")),
            __ibis_param_x__ -> CAST(BITAND(CAST(__ibis_param_x__ AS BIGINT), 4095) AS VARCHAR)
          ),
          []
        ),
        ','
      ) AS "path",
      MAX("t0"."conversions") AS "conversions",
      MAX("t0"."value") AS "value",
      MAX("t0"."valued") AS "valued",
      CAST(FLOOR((
        MAX("t0"."claim_at") - MIN("t0"."at")
      ) / (
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
    ARRAY_TO_STRING(
      NULLIF(
        TRANSFORM(
          ARRAY_SORT(ARRAY_AGG("t0"."packed")),
          __ibis_param_x__ -> CAST(BITAND(CAST(__ibis_param_x__ AS BIGINT), 4095) AS VARCHAR)
        ),
        []
      ),
      ','
    ) AS "path",
    MAX("t0"."conversions") AS "conversions",
    MAX("t0"."value") AS "value",
    MAX("t0"."valued") AS "valued",
    CAST(FLOOR((
      MAX("t0"."claim_at") - MIN("t0"."at")
    ) / (
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
  SUM("t14"."weight" * COALESCE("t14"."value", 0.0)) AS "value_weight"
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
        "t3"."raw" / SUM("t3"."raw") OVER (
          PARTITION BY "t3"."key", "t3"."claim_at"
          ORDER BY NULL ASC
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
              ORDER BY NULL ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS DOUBLE) * 1.1460766874337719e-06
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
            SUM(CAST("t2"."conversions" AS DOUBLE) * COALESCE("t2"."value", 0.0)) AS "cross",
            SUM(COALESCE("t2"."value", 0.0) * COALESCE("t2"."value", 0.0)) AS "value_squared"
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
    ARRAY_TO_STRING(
      NULLIF(
        TRANSFORM(
          ARRAY_SORT(ARRAY_AGG("t0"."packed")),
          __ibis_param_x__ -> CAST(BITAND(CAST(__ibis_param_x__ AS BIGINT), 4095) AS VARCHAR)
        ),
        []
      ),
      ','
    ) AS "path",
    MAX("t0"."conversions") AS "conversions",
    MAX("t0"."value") AS "value",
    MAX("t0"."valued") AS "valued",
    CAST(FLOOR((
      MAX("t0"."claim_at") - MIN("t0"."at")
    ) / (
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
