-- counts
SELECT
  COUNT(*) AS `rows`,
  COUNTIF(`t1`.`key` IS NULL) AS `without_key`,
  COUNTIF(
    (
      `t1`.`key` IS NOT NULL
    )
    AND NOT (
      NOT (
        COALESCE(
          (
            `t1`.`at` IS NULL
          )
          OR (
            `t1`.`at` < 1000000000
          )
          OR (
            `t1`.`at` >= 3147483648
          ),
          TRUE
        )
      )
    )
  ) AS `without_time`,
  COUNTIF(
    (
      `t1`.`key` IS NOT NULL
    )
    AND NOT (
      COALESCE(
        (
          `t1`.`at` IS NULL
        )
        OR (
          `t1`.`at` < 1000000000
        )
        OR (
          `t1`.`at` >= 3147483648
        ),
        TRUE
      )
    )
    AND NOT (
      `t1`.`allowed`
    )
  ) AS `without_consent`,
  COUNTIF(
    (
      `t1`.`key` IS NOT NULL
    )
    AND NOT (
      COALESCE(
        (
          `t1`.`at` IS NULL
        )
        OR (
          `t1`.`at` < 1000000000
        )
        OR (
          `t1`.`at` >= 3147483648
        ),
        TRUE
      )
    )
    AND `t1`.`allowed`
    AND TRUE
  ) AS `used`,
  MIN(
    IF(
      (
        `t1`.`key` IS NOT NULL
      )
      AND NOT (
        COALESCE(
          (
            `t1`.`at` IS NULL
          )
          OR (
            `t1`.`at` < 1000000000
          )
          OR (
            `t1`.`at` >= 3147483648
          ),
          TRUE
        )
      )
      AND `t1`.`allowed`
      AND TRUE,
      `t1`.`at`,
      NULL
    )
  ) AS `first`,
  MAX(
    IF(
      (
        `t1`.`key` IS NOT NULL
      )
      AND NOT (
        COALESCE(
          (
            `t1`.`at` IS NULL
          )
          OR (
            `t1`.`at` < 1000000000
          )
          OR (
            `t1`.`at` >= 3147483648
          ),
          TRUE
        )
      )
      AND `t1`.`allowed`
      AND TRUE,
      `t1`.`at`,
      NULL
    )
  ) AS `last`,
  SUM(
    IF(
      (
        `t1`.`key` IS NOT NULL
      )
      AND NOT (
        COALESCE(
          (
            `t1`.`at` IS NULL
          )
          OR (
            `t1`.`at` < 1000000000
          )
          OR (
            `t1`.`at` >= 3147483648
          ),
          TRUE
        )
      )
      AND `t1`.`allowed`
      AND TRUE,
      `t1`.`at`,
      NULL
    )
  ) AS `seconds`,
  MAX(
    IF(
      (
        `t1`.`key` IS NOT NULL
      )
      AND NOT (
        COALESCE(
          (
            `t1`.`at` IS NULL
          )
          OR (
            `t1`.`at` < 1000000000
          )
          OR (
            `t1`.`at` >= 3147483648
          ),
          TRUE
        )
      )
      AND `t1`.`allowed`
      AND TRUE,
      `t1`.`millis`,
      NULL
    )
  ) AS `latest_milli`,
  0 AS `serials`
FROM (
  SELECT
    NULLIF(`t0`.`person`, '') AS `key`,
    CAST(UNIX_SECONDS(TIMESTAMP_TRUNC(`t0`.`at`, SECOND)) AS INT64) AS `at`,
    CAST(EXTRACT(millisecond FROM `t0`.`at`) AS INT64) AS `millis`,
    NOT (
      COALESCE(NOT (
        `t0`.`consent`
      ), FALSE)
    ) AS `allowed`
  FROM `touches` AS `t0`
) AS `t1`;

-- origins
SELECT DISTINCT
  `t4`.`source`,
  `t4`.`referrer`,
  `t4`.`url_source`,
  `t4`.`url_medium`,
  `t4`.`url_campaign`,
  `t4`.`url_click_id_kind`
FROM (
  SELECT
    `t3`.*
    EXCEPT (`allowed`)
  FROM (
    SELECT
      *
    FROM (
      SELECT
        NULLIF(`t1`.`person`, '') AS `key`,
        CAST(UNIX_SECONDS(TIMESTAMP_TRUNC(`t1`.`at`, SECOND)) AS INT64) AS `at`,
        CAST(EXTRACT(millisecond FROM `t1`.`at`) AS INT64) AS `millis`,
        NOT (
          COALESCE(NOT (
            `t1`.`consent`
          ), FALSE)
        ) AS `allowed`,
        COALESCE(COALESCE(`t1`.`utm_source`, ''), '') AS `source`,
        COALESCE(
          SPLIT(
            CASE
              WHEN (
                (
                  INSTR(TRIM(COALESCE(`t1`.`referrer`, ''), ' \t\n\r\v\f'), '://') - 1
                ) > 0
              )
              AND (
                (
                  INSTR(TRIM(COALESCE(`t1`.`referrer`, ''), ' \t\n\r\v\f'), '/') - 1
                ) = (
                  (
                    INSTR(TRIM(COALESCE(`t1`.`referrer`, ''), ' \t\n\r\v\f'), '://') - 1
                  ) + 1
                )
              )
              THEN SUBSTRING(
                TRIM(COALESCE(`t1`.`referrer`, ''), ' \t\n\r\v\f'),
                IF(
                  (
                    (
                      INSTR(TRIM(COALESCE(`t1`.`referrer`, ''), ' \t\n\r\v\f'), '://') - 1
                    ) + 3 + 1
                  ) >= 1,
                  (
                    INSTR(TRIM(COALESCE(`t1`.`referrer`, ''), ' \t\n\r\v\f'), '://') - 1
                  ) + 3 + 1,
                  (
                    INSTR(TRIM(COALESCE(`t1`.`referrer`, ''), ' \t\n\r\v\f'), '://') - 1
                  ) + 3 + 1 + LENGTH(TRIM(COALESCE(`t1`.`referrer`, ''), ' \t\n\r\v\f'))
                )
              )
              WHEN STARTS_WITH(TRIM(COALESCE(`t1`.`referrer`, ''), ' \t\n\r\v\f'), '//')
              THEN SUBSTRING(
                TRIM(COALESCE(`t1`.`referrer`, ''), ' \t\n\r\v\f'),
                IF(
                  (
                    2 + 1
                  ) >= 1,
                  2 + 1,
                  2 + 1 + LENGTH(TRIM(COALESCE(`t1`.`referrer`, ''), ' \t\n\r\v\f'))
                )
              )
              ELSE TRIM(COALESCE(`t1`.`referrer`, ''), ' \t\n\r\v\f')
            END,
            '/'
          )[safe_offset(0)],
          ''
        ) AS `referrer`,
        COALESCE(
          IF(
            `t1`.`smarketing_asks`
            AND (
              INSTR(LOWER(`t1`.`smarketing_query`), '&utm_') > 0
            ),
            IF(
              (
                INSTR(LOWER(`t1`.`smarketing_query`), '&utm_source=') - 1
              ) >= 0,
              SPLIT(
                SUBSTRING(
                  `t1`.`smarketing_query`,
                  IF(
                    (
                      (
                        INSTR(LOWER(`t1`.`smarketing_query`), '&utm_source=') - 1
                      ) + 12 + 1
                    ) >= 1,
                    (
                      INSTR(LOWER(`t1`.`smarketing_query`), '&utm_source=') - 1
                    ) + 12 + 1,
                    (
                      INSTR(LOWER(`t1`.`smarketing_query`), '&utm_source=') - 1
                    ) + 12 + 1 + LENGTH(`t1`.`smarketing_query`)
                  )
                ),
                '&'
              )[safe_offset(0)],
              ''
            ),
            ''
          ),
          ''
        ) AS `url_source`,
        COALESCE(
          IF(
            `t1`.`smarketing_asks`
            AND (
              INSTR(LOWER(`t1`.`smarketing_query`), '&utm_') > 0
            ),
            IF(
              (
                INSTR(LOWER(`t1`.`smarketing_query`), '&utm_medium=') - 1
              ) >= 0,
              SPLIT(
                SUBSTRING(
                  `t1`.`smarketing_query`,
                  IF(
                    (
                      (
                        INSTR(LOWER(`t1`.`smarketing_query`), '&utm_medium=') - 1
                      ) + 12 + 1
                    ) >= 1,
                    (
                      INSTR(LOWER(`t1`.`smarketing_query`), '&utm_medium=') - 1
                    ) + 12 + 1,
                    (
                      INSTR(LOWER(`t1`.`smarketing_query`), '&utm_medium=') - 1
                    ) + 12 + 1 + LENGTH(`t1`.`smarketing_query`)
                  )
                ),
                '&'
              )[safe_offset(0)],
              ''
            ),
            ''
          ),
          ''
        ) AS `url_medium`,
        COALESCE(
          IF(
            `t1`.`smarketing_asks`
            AND (
              INSTR(LOWER(`t1`.`smarketing_query`), '&utm_') > 0
            ),
            IF(
              (
                INSTR(LOWER(`t1`.`smarketing_query`), '&utm_campaign=') - 1
              ) >= 0,
              SPLIT(
                SUBSTRING(
                  `t1`.`smarketing_query`,
                  IF(
                    (
                      (
                        INSTR(LOWER(`t1`.`smarketing_query`), '&utm_campaign=') - 1
                      ) + 14 + 1
                    ) >= 1,
                    (
                      INSTR(LOWER(`t1`.`smarketing_query`), '&utm_campaign=') - 1
                    ) + 14 + 1,
                    (
                      INSTR(LOWER(`t1`.`smarketing_query`), '&utm_campaign=') - 1
                    ) + 14 + 1 + LENGTH(`t1`.`smarketing_query`)
                  )
                ),
                '&'
              )[safe_offset(0)],
              ''
            ),
            ''
          ),
          ''
        ) AS `url_campaign`,
        COALESCE(
          IF(
            `t1`.`smarketing_asks`
            AND (
              (
                INSTR(LOWER(`t1`.`smarketing_query`), 'id=') > 0
              )
              OR (
                INSTR(LOWER(`t1`.`smarketing_query`), 'ik=') > 0
              )
            ),
            CASE
              WHEN INSTR(
                REPLACE(REPLACE(CONCAT(LOWER(`t1`.`smarketing_query`), '&'), '&', '&&'), '&gclid=&', ''),
                '&gclid='
              ) > 0
              THEN 'gclid'
              WHEN INSTR(
                REPLACE(REPLACE(CONCAT(LOWER(`t1`.`smarketing_query`), '&'), '&', '&&'), '&gbraid=&', ''),
                '&gbraid='
              ) > 0
              THEN 'gbraid'
              WHEN INSTR(
                REPLACE(REPLACE(CONCAT(LOWER(`t1`.`smarketing_query`), '&'), '&', '&&'), '&wbraid=&', ''),
                '&wbraid='
              ) > 0
              THEN 'wbraid'
              WHEN INSTR(
                REPLACE(REPLACE(CONCAT(LOWER(`t1`.`smarketing_query`), '&'), '&', '&&'), '&dclid=&', ''),
                '&dclid='
              ) > 0
              THEN 'dclid'
              WHEN INSTR(
                REPLACE(REPLACE(CONCAT(LOWER(`t1`.`smarketing_query`), '&'), '&', '&&'), '&msclkid=&', ''),
                '&msclkid='
              ) > 0
              THEN 'msclkid'
              WHEN INSTR(
                REPLACE(REPLACE(CONCAT(LOWER(`t1`.`smarketing_query`), '&'), '&', '&&'), '&li_fat_id=&', ''),
                '&li_fat_id='
              ) > 0
              THEN 'li_fat_id'
              WHEN INSTR(
                REPLACE(REPLACE(CONCAT(LOWER(`t1`.`smarketing_query`), '&'), '&', '&&'), '&ttclid=&', ''),
                '&ttclid='
              ) > 0
              THEN 'ttclid'
              WHEN INSTR(
                REPLACE(REPLACE(CONCAT(LOWER(`t1`.`smarketing_query`), '&'), '&', '&&'), '&twclid=&', ''),
                '&twclid='
              ) > 0
              THEN 'twclid'
              WHEN INSTR(
                REPLACE(REPLACE(CONCAT(LOWER(`t1`.`smarketing_query`), '&'), '&', '&&'), '&rdt_cid=&', ''),
                '&rdt_cid='
              ) > 0
              THEN 'rdt_cid'
              WHEN INSTR(
                REPLACE(REPLACE(CONCAT(LOWER(`t1`.`smarketing_query`), '&'), '&', '&&'), '&epik=&', ''),
                '&epik='
              ) > 0
              THEN 'epik'
              WHEN INSTR(
                REPLACE(REPLACE(CONCAT(LOWER(`t1`.`smarketing_query`), '&'), '&', '&&'), '&sccid=&', ''),
                '&sccid='
              ) > 0
              THEN 'sccid'
              WHEN INSTR(
                REPLACE(REPLACE(CONCAT(LOWER(`t1`.`smarketing_query`), '&'), '&', '&&'), '&fbclid=&', ''),
                '&fbclid='
              ) > 0
              THEN 'fbclid'
              ELSE ''
            END,
            ''
          ),
          ''
        ) AS `url_click_id_kind`
      FROM (
        SELECT
          `t0`.`person`,
          `t0`.`at`,
          `t0`.`utm_source`,
          `t0`.`referrer`,
          `t0`.`page_url`,
          `t0`.`consent`,
          SPLIT(
            CONCAT(
              '&',
              SUBSTRING(
                COALESCE(`t0`.`page_url`, ''),
                IF(
                  (
                    (
                      INSTR(COALESCE(`t0`.`page_url`, ''), '?') - 1
                    ) + 1 + 1
                  ) >= 1,
                  (
                    INSTR(COALESCE(`t0`.`page_url`, ''), '?') - 1
                  ) + 1 + 1,
                  (
                    INSTR(COALESCE(`t0`.`page_url`, ''), '?') - 1
                  ) + 1 + 1 + LENGTH(COALESCE(`t0`.`page_url`, ''))
                )
              )
            ),
            '#'
          )[safe_offset(0)] AS `smarketing_query`,
          INSTR(COALESCE(`t0`.`page_url`, ''), '?') > 0 AS `smarketing_asks`
        FROM `touches` AS `t0`
      ) AS `t1`
    ) AS `t2`
    WHERE
      `t2`.`key` IS NOT NULL
      AND NOT (
        COALESCE(
          (
            `t2`.`at` IS NULL
          )
          OR (
            `t2`.`at` < 1000000000
          )
          OR (
            `t2`.`at` >= 3147483648
          ),
          TRUE
        )
      )
      AND `t2`.`allowed`
      AND TRUE
  ) AS `t3`
) AS `t4`;

-- deals
SELECT
  `t1`.`goal`,
  `t1`.`currency`,
  COUNT(*) AS `rows`,
  COUNTIF(
    NOT (
      NOT (
        COALESCE(
          (
            `t1`.`at` IS NULL
          )
          OR (
            `t1`.`at` < 1000000000
          )
          OR (
            `t1`.`at` >= 3147483648
          ),
          TRUE
        )
      )
    )
  ) AS `without_time`,
  COUNT(
    IF(
      NOT (
        COALESCE(
          (
            `t1`.`at` IS NULL
          )
          OR (
            `t1`.`at` < 1000000000
          )
          OR (
            `t1`.`at` >= 3147483648
          ),
          TRUE
        )
      ),
      `t1`.`value`,
      NULL
    )
  ) AS `valued`,
  COUNTIF(
    NOT (
      COALESCE(
        (
          `t1`.`at` IS NULL
        )
        OR (
          `t1`.`at` < 1000000000
        )
        OR (
          `t1`.`at` >= 3147483648
        ),
        TRUE
      )
    )
    AND (
      `t1`.`at` >= 1767222000
    )
    AND (
      `t1`.`at` < 1774994400
    )
    AND (
      `t1`.`key` IS NULL
    )
  ) AS `keyless`,
  COUNTIF(
    NOT (
      COALESCE(
        (
          `t1`.`at` IS NULL
        )
        OR (
          `t1`.`at` < 1000000000
        )
        OR (
          `t1`.`at` >= 3147483648
        ),
        TRUE
      )
    )
    AND (
      `t1`.`at` >= 1767222000
    )
    AND (
      `t1`.`at` < 1774994400
    )
    AND (
      `t1`.`value` = 0
    )
  ) AS `zeros`,
  COUNTIF(
    NOT (
      COALESCE(
        (
          `t1`.`at` IS NULL
        )
        OR (
          `t1`.`at` < 1000000000
        )
        OR (
          `t1`.`at` >= 3147483648
        ),
        TRUE
      )
    )
    AND (
      `t1`.`at` >= 1767222000
    )
    AND (
      `t1`.`at` < 1774994400
    )
    AND (
      `t1`.`value` < 0
    )
  ) AS `refunds`,
  MAX(
    IF(
      NOT (
        COALESCE(
          (
            `t1`.`at` IS NULL
          )
          OR (
            `t1`.`at` < 1000000000
          )
          OR (
            `t1`.`at` >= 3147483648
          ),
          TRUE
        )
      )
      AND (
        `t1`.`at` >= 1767222000
      )
      AND (
        `t1`.`at` < 1774994400
      ),
      `t1`.`value`,
      NULL
    )
  ) AS `largest`,
  MAX(
    IF(
      NOT (
        COALESCE(
          (
            `t1`.`at` IS NULL
          )
          OR (
            `t1`.`at` < 1000000000
          )
          OR (
            `t1`.`at` >= 3147483648
          ),
          TRUE
        )
      ),
      `t1`.`at`,
      NULL
    )
  ) AS `last`,
  SUM(
    IF(
      NOT (
        COALESCE(
          (
            `t1`.`at` IS NULL
          )
          OR (
            `t1`.`at` < 1000000000
          )
          OR (
            `t1`.`at` >= 3147483648
          ),
          TRUE
        )
      ),
      `t1`.`at`,
      NULL
    )
  ) AS `seconds`,
  SUM(
    IF(
      NOT (
        COALESCE(
          (
            `t1`.`at` IS NULL
          )
          OR (
            `t1`.`at` < 1000000000
          )
          OR (
            `t1`.`at` >= 3147483648
          ),
          TRUE
        )
      ),
      CAST(FLOOR((
        `t1`.`value` * 100.0
      ) + 0.5) AS INT64),
      NULL
    )
  ) AS `cents`
FROM (
  SELECT
    NULLIF(`t0`.`person`, '') AS `key`,
    CAST(UNIX_SECONDS(TIMESTAMP_TRUNC(`t0`.`at`, SECOND)) AS INT64) AS `at`,
    COALESCE(NULLIF(`t0`.`goal`, ''), 'conversion') AS `goal`,
    IF(IS_NAN(`t0`.`value`), CAST(NULL AS FLOAT64), `t0`.`value`) AS `value`,
    UPPER(NULLIF(`t0`.`currency`, '')) AS `currency`
  FROM `deals` AS `t0`
) AS `t1`
GROUP BY
  1,
  2;

-- aside_1
SELECT
  `t9`.*
  EXCEPT (`claimed`)
FROM (
  SELECT
    *
  FROM (
    SELECT
      `t5`.`key`,
      `t5`.`at`,
      `t5`.`packed`,
      `t7`.`claim_at`,
      `t7`.`conversions`,
      `t7`.`value`,
      `t7`.`valued`,
      COALESCE(
        (
          `t7`.`claim_at` IS NOT NULL
        )
        AND (
          `t5`.`at` >= (
            `t7`.`claim_at` - 7776000
          )
        ),
        FALSE
      ) AS `claimed`
    FROM (
      SELECT
        `t0`.`key`,
        `t0`.`at`,
        `t0`.`code`,
        `t0`.`tie`,
        (
          (
            `t0`.`at` - 1000000000
          ) * 4294967296
        ) + (
          `t0`.`tie` * 4096
        ) + `t0`.`code` AS `packed`
      FROM `coded` AS `t0`
    ) AS `t5`
    LEFT OUTER JOIN (
      SELECT
        `t4`.`claim_key`,
        `t4`.`claim_at`,
        `t4`.`conversions`,
        `t4`.`value`,
        `t4`.`valued`,
        LAG(`t4`.`claim_at`) OVER (PARTITION BY `t4`.`claim_key` ORDER BY `t4`.`claim_at` ASC) AS `before`
      FROM (
        SELECT
          `t2`.`key` AS `claim_key`,
          `t2`.`at` AS `claim_at`,
          SUM(`t2`.`counted`) AS `conversions`,
          SUM(`t2`.`value`) AS `value`,
          COUNT(`t2`.`value`) AS `valued`
        FROM (
          SELECT
            *
          FROM `conversions` AS `t1`
          WHERE
            `t1`.`key` IS NOT NULL
        ) AS `t2`
        GROUP BY
          1,
          2
      ) AS `t4`
    ) AS `t7`
      ON `t5`.`key` = `t7`.`claim_key`
      AND `t5`.`at` <= `t7`.`claim_at`
      AND (
        (
          `t7`.`before` IS NULL
        ) OR (
          `t5`.`at` > `t7`.`before`
        )
      )
  ) AS `t8`
  WHERE
    `t8`.`claimed`
    AND TRUE
    AND `t8`.`claim_at` >= 1767222000
    AND `t8`.`claim_at` < 1774994400
    AND `t8`.`conversions` > 0
) AS `t9`;

-- nulls
SELECT
  `t11`.`path`,
  COUNT(*) AS `journeys`
FROM (
  SELECT
    `t10`.`key`,
    `t10`.`parted`,
    ARRAY(
      SELECT
        CAST((
          `t10`.`packed`[safe_offset(__ibis_param_place__)] & 4095
        ) + IF(
          (
            (
              `t10`.`packed`[safe_offset(__ibis_param_place__)] >> 32
            ) - (
              `t10`.`packed`[safe_offset(GREATEST(__ibis_param_place__ - 1, 0))] >> 32
            )
          ) > 7776000,
          4096,
          0
        ) + IF(
          TRUE
          AND (
            (
              (
                `t10`.`packed`[safe_offset(__ibis_param_place__)] >> 32
              ) + 1000000000
            ) >= 1767222000
          )
          AND (
            (
              (
                `t10`.`packed`[safe_offset(__ibis_param_place__)] >> 32
              ) + 1000000000
            ) < 1774994400
          ),
          8192,
          0
        ) + IF(
          (
            (
              `t10`.`packed`[safe_offset(__ibis_param_place__)] >> 32
            ) + 1000000000
          ) >= 1774000000,
          16384,
          0
        ) AS INT64)
      FROM UNNEST(IF(
        NOT NULLIF(1, 0) IS NULL AND SIGN(1) = SIGN(ARRAY_LENGTH(`t10`.`packed`) - 0),
        ARRAY(
          SELECT
            ibis_bq_arr_range_1
          FROM UNNEST(GENERATE_ARRAY(0, ARRAY_LENGTH(`t10`.`packed`), 1)) AS ibis_bq_arr_range_1
          WHERE
            ibis_bq_arr_range_1 <> ARRAY_LENGTH(`t10`.`packed`)
        ),
        []
      )) AS __ibis_param_place__
    ) AS `path`
  FROM (
    SELECT
      `t9`.`key`,
      `t9`.`claim_at`,
      ARRAY(
        SELECT
          ibis_bq_arr_2
        FROM UNNEST(ARRAY_AGG(`t9`.`packed` IGNORE NULLS)) AS ibis_bq_arr_2
        ORDER BY
          ibis_bq_arr_2
      ) AS `packed`,
      (
        MAX(`t9`.`at`) - MIN(`t9`.`at`)
      ) > 7776000 AS `parted`
    FROM (
      SELECT
        *
      FROM (
        SELECT
          `t5`.`key`,
          `t5`.`at`,
          `t5`.`packed`,
          `t7`.`claim_at`,
          `t7`.`conversions`,
          `t7`.`value`,
          `t7`.`valued`,
          COALESCE(
            (
              `t7`.`claim_at` IS NOT NULL
            )
            AND (
              `t5`.`at` >= (
                `t7`.`claim_at` - 7776000
              )
            ),
            FALSE
          ) AS `claimed`
        FROM (
          SELECT
            `t0`.`key`,
            `t0`.`at`,
            `t0`.`code`,
            `t0`.`tie`,
            (
              (
                `t0`.`at` - 1000000000
              ) * 4294967296
            ) + (
              `t0`.`tie` * 4096
            ) + `t0`.`code` AS `packed`
          FROM `coded` AS `t0`
        ) AS `t5`
        LEFT OUTER JOIN (
          SELECT
            `t4`.`claim_key`,
            `t4`.`claim_at`,
            `t4`.`conversions`,
            `t4`.`value`,
            `t4`.`valued`,
            LAG(`t4`.`claim_at`) OVER (PARTITION BY `t4`.`claim_key` ORDER BY `t4`.`claim_at` ASC) AS `before`
          FROM (
            SELECT
              `t2`.`key` AS `claim_key`,
              `t2`.`at` AS `claim_at`,
              SUM(`t2`.`counted`) AS `conversions`,
              SUM(`t2`.`value`) AS `value`,
              COUNT(`t2`.`value`) AS `valued`
            FROM (
              SELECT
                *
              FROM `conversions` AS `t1`
              WHERE
                `t1`.`key` IS NOT NULL
            ) AS `t2`
            GROUP BY
              1,
              2
          ) AS `t4`
        ) AS `t7`
          ON `t5`.`key` = `t7`.`claim_key`
          AND `t5`.`at` <= `t7`.`claim_at`
          AND (
            (
              `t7`.`before` IS NULL
            ) OR (
              `t5`.`at` > `t7`.`before`
            )
          )
      ) AS `t8`
      WHERE
        NOT (
          `t8`.`claimed`
        )
    ) AS `t9`
    GROUP BY
      1,
      2
  ) AS `t10`
) AS `t11`
GROUP BY
  1;

-- converting
SELECT
  `t2`.`path`,
  `t2`.`conversions`,
  `t2`.`value`,
  `t2`.`valued`,
  `t2`.`conversions_squared`,
  `t2`.`cross`,
  `t2`.`value_squared`,
  ROW_NUMBER() OVER (ORDER BY `t2`.`path` ASC) - 1 AS `number`
FROM (
  SELECT
    `t1`.`path`,
    SUM(`t1`.`conversions`) AS `conversions`,
    SUM(`t1`.`value`) AS `value`,
    SUM(`t1`.`valued`) AS `valued`,
    SUM(CAST(`t1`.`conversions` AS FLOAT64) * CAST(`t1`.`conversions` AS FLOAT64)) AS `conversions_squared`,
    SUM(CAST(`t1`.`conversions` AS FLOAT64) * COALESCE(`t1`.`value`, 0.0)) AS `cross`,
    SUM(COALESCE(`t1`.`value`, 0.0) * COALESCE(`t1`.`value`, 0.0)) AS `value_squared`
  FROM (
    SELECT
      `t0`.`key`,
      `t0`.`claim_at`,
      IF(
        ARRAY_LENGTH(
          ARRAY(
            SELECT
              CAST(__ibis_param_x__ & 4095 AS STRING)
            FROM UNNEST(ARRAY(
              SELECT
                ibis_bq_arr_3
              FROM UNNEST(ARRAY_AGG(`t0`.`packed` IGNORE NULLS)) AS ibis_bq_arr_3
              ORDER BY
                ibis_bq_arr_3
            )) AS __ibis_param_x__
          )
        ) > 0,
        ARRAY_TO_STRING(
          ARRAY(
            SELECT
              CAST(__ibis_param_x__ & 4095 AS STRING)
            FROM UNNEST(ARRAY(
              SELECT
                ibis_bq_arr_3
              FROM UNNEST(ARRAY_AGG(`t0`.`packed` IGNORE NULLS)) AS ibis_bq_arr_3
              ORDER BY
                ibis_bq_arr_3
            )) AS __ibis_param_x__
          ),
          ','
        ),
        NULL
      ) AS `path`,
      MAX(`t0`.`conversions`) AS `conversions`,
      MAX(`t0`.`value`) AS `value`,
      MAX(`t0`.`valued`) AS `valued`,
      CAST(FLOOR(ieee_divide(MAX(`t0`.`claim_at`) - MIN(`t0`.`at`), 86400)) AS INT64) AS `days`,
      COUNT(*) AS `length`
    FROM `aside_1` AS `t0`
    GROUP BY
      1,
      2
  ) AS `t1`
  GROUP BY
    1
) AS `t2`;

-- steps
WITH `t1` AS (
  SELECT
    `t0`.`key`,
    `t0`.`claim_at`,
    IF(
      ARRAY_LENGTH(
        ARRAY(
          SELECT
            CAST(__ibis_param_x__ & 4095 AS STRING)
          FROM UNNEST(ARRAY(
            SELECT
              ibis_bq_arr_4
            FROM UNNEST(ARRAY_AGG(`t0`.`packed` IGNORE NULLS)) AS ibis_bq_arr_4
            ORDER BY
              ibis_bq_arr_4
          )) AS __ibis_param_x__
        )
      ) > 0,
      ARRAY_TO_STRING(
        ARRAY(
          SELECT
            CAST(__ibis_param_x__ & 4095 AS STRING)
          FROM UNNEST(ARRAY(
            SELECT
              ibis_bq_arr_4
            FROM UNNEST(ARRAY_AGG(`t0`.`packed` IGNORE NULLS)) AS ibis_bq_arr_4
            ORDER BY
              ibis_bq_arr_4
          )) AS __ibis_param_x__
        ),
        ','
      ),
      NULL
    ) AS `path`,
    MAX(`t0`.`conversions`) AS `conversions`,
    MAX(`t0`.`value`) AS `value`,
    MAX(`t0`.`valued`) AS `valued`,
    CAST(FLOOR(ieee_divide(MAX(`t0`.`claim_at`) - MIN(`t0`.`at`), 86400)) AS INT64) AS `days`,
    COUNT(*) AS `length`
  FROM `aside_1` AS `t0`
  GROUP BY
    1,
    2
)
SELECT
  `t14`.`number`,
  `t14`.`step`,
  SUM(`t14`.`weight` * `t14`.`conversions`) AS `weight`,
  SUM(`t14`.`weight` * COALESCE(`t14`.`value`, 0.0)) AS `value_weight`
FROM (
  SELECT
    `t8`.`key`,
    `t8`.`claim_at`,
    `t8`.`step`,
    `t8`.`weight`,
    `t8`.`conversions`,
    `t8`.`value`,
    `t13`.`number`
  FROM (
    SELECT
      `t6`.`key`,
      `t6`.`claim_at`,
      `t6`.`step`,
      `t6`.`weight`,
      `t6`.`conversions`,
      `t6`.`value`
    FROM (
      SELECT
        `t3`.`key`,
        `t3`.`at`,
        `t3`.`packed`,
        `t3`.`claim_at`,
        `t3`.`conversions`,
        `t3`.`value`,
        `t3`.`valued`,
        `t3`.`raw`,
        ieee_divide(
          `t3`.`raw`,
          SUM(`t3`.`raw`) OVER (
            PARTITION BY `t3`.`key`, `t3`.`claim_at`
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
          )
        ) AS `weight`,
        ROW_NUMBER() OVER (PARTITION BY `t3`.`key`, `t3`.`claim_at` ORDER BY `t3`.`packed` ASC) - 1 AS `step`
      FROM (
        SELECT
          `t0`.`key`,
          `t0`.`at`,
          `t0`.`packed`,
          `t0`.`claim_at`,
          `t0`.`conversions`,
          `t0`.`value`,
          `t0`.`valued`,
          EXP(
            CAST(`t0`.`at` - MAX(`t0`.`at`) OVER (
              PARTITION BY `t0`.`key`, `t0`.`claim_at`
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS FLOAT64) * 1.1460766874337719e-06
          ) AS `raw`
        FROM `aside_1` AS `t0`
      ) AS `t3`
    ) AS `t6`
  ) AS `t8`
  INNER JOIN (
    SELECT
      `t4`.`key`,
      `t4`.`claim_at`,
      `t11`.`number`
    FROM `t1` AS `t4`
    INNER JOIN (
      SELECT
        `t9`.`path`,
        `t9`.`number`
      FROM (
        SELECT
          `t5`.`path`,
          `t5`.`conversions`,
          `t5`.`value`,
          `t5`.`valued`,
          `t5`.`conversions_squared`,
          `t5`.`cross`,
          `t5`.`value_squared`,
          ROW_NUMBER() OVER (ORDER BY `t5`.`path` ASC) - 1 AS `number`
        FROM (
          SELECT
            `t2`.`path`,
            SUM(`t2`.`conversions`) AS `conversions`,
            SUM(`t2`.`value`) AS `value`,
            SUM(`t2`.`valued`) AS `valued`,
            SUM(CAST(`t2`.`conversions` AS FLOAT64) * CAST(`t2`.`conversions` AS FLOAT64)) AS `conversions_squared`,
            SUM(CAST(`t2`.`conversions` AS FLOAT64) * COALESCE(`t2`.`value`, 0.0)) AS `cross`,
            SUM(COALESCE(`t2`.`value`, 0.0) * COALESCE(`t2`.`value`, 0.0)) AS `value_squared`
          FROM `t1` AS `t2`
          GROUP BY
            1
        ) AS `t5`
      ) AS `t9`
    ) AS `t11`
      ON `t4`.`path` = `t11`.`path`
  ) AS `t13`
    ON `t8`.`key` = `t13`.`key` AND `t8`.`claim_at` = `t13`.`claim_at`
) AS `t14`
GROUP BY
  1,
  2;

-- lags
SELECT
  `t1`.`days`,
  `t1`.`length`,
  SUM(`t1`.`conversions`) AS `conversions`
FROM (
  SELECT
    `t0`.`key`,
    `t0`.`claim_at`,
    IF(
      ARRAY_LENGTH(
        ARRAY(
          SELECT
            CAST(__ibis_param_x__ & 4095 AS STRING)
          FROM UNNEST(ARRAY(
            SELECT
              ibis_bq_arr_5
            FROM UNNEST(ARRAY_AGG(`t0`.`packed` IGNORE NULLS)) AS ibis_bq_arr_5
            ORDER BY
              ibis_bq_arr_5
          )) AS __ibis_param_x__
        )
      ) > 0,
      ARRAY_TO_STRING(
        ARRAY(
          SELECT
            CAST(__ibis_param_x__ & 4095 AS STRING)
          FROM UNNEST(ARRAY(
            SELECT
              ibis_bq_arr_5
            FROM UNNEST(ARRAY_AGG(`t0`.`packed` IGNORE NULLS)) AS ibis_bq_arr_5
            ORDER BY
              ibis_bq_arr_5
          )) AS __ibis_param_x__
        ),
        ','
      ),
      NULL
    ) AS `path`,
    MAX(`t0`.`conversions`) AS `conversions`,
    MAX(`t0`.`value`) AS `value`,
    MAX(`t0`.`valued`) AS `valued`,
    CAST(FLOOR(ieee_divide(MAX(`t0`.`claim_at`) - MIN(`t0`.`at`), 86400)) AS INT64) AS `days`,
    COUNT(*) AS `length`
  FROM `aside_1` AS `t0`
  GROUP BY
    1,
    2
) AS `t1`
GROUP BY
  1,
  2;

-- totals
SELECT
  COALESCE(SUM(`t1`.`counted`), 0) AS `conversions`,
  SUM(`t1`.`value`) AS `value`,
  COUNT(`t1`.`value`) AS `valued`
FROM (
  SELECT
    *
  FROM `conversions` AS `t0`
  WHERE
    TRUE AND `t0`.`at` >= 1767222000 AND `t0`.`at` < 1774994400
) AS `t1`;
