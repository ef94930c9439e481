-- The backlog by age at the end of the period: the section ageing. `standing` has the cases that may be open then, with
-- that moment, and the bound before which something has come by then. Ages are microseconds.
SELECT class, count(*) AS cases
FROM (
  SELECT
    CASE
      WHEN age < 86401000000 THEN '1d'
      WHEN age < 259201000000 THEN '3d'
      WHEN age < 604801000000 THEN '7d'
      WHEN age < 1209601000000 THEN '14d'
      WHEN age < 2592001000000 THEN '30d'
      WHEN age < 7776001000000 THEN '90d'
      ELSE 'more'
    END AS class
  FROM (
    SELECT epoch_us(moment) - epoch_us(received) AS age
    FROM standing
    WHERE NOT was_reopened
    UNION ALL
    SELECT epoch_us(moment) - epoch_us(received) - closed_time AS age
    FROM (
      SELECT
        s.casebook,
        s.case_no,
        s.moment,
        s.received,
        count(CASE WHEN k.closed < s.bound THEN 1 END) - count(CASE WHEN k.reopened < s.bound THEN 1 END) AS closed_now,
        sum(
          CASE
            WHEN k.closed >= s.moment THEN 0
            WHEN k.reopened < s.moment THEN epoch_us(k.reopened) - epoch_us(k.closed)
            ELSE epoch_us(s.moment) - epoch_us(k.closed)
          END
        ) AS closed_time
      FROM standing s
      JOIN closures k ON s.casebook = k.casebook AND s.case_no = k.case_no
      WHERE s.was_reopened AND k.is_of_reopened
      GROUP BY s.casebook, s.case_no, s.moment, s.received
    ) reopened
    WHERE closed_now = 0
  ) ages
) classed
GROUP BY class
