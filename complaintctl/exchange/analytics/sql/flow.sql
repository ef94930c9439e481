-- What came and went, and before the period: the section flow. `flows` has a row for each receipt, closing, reopening.
SELECT g1, g2, is_before, bucket, kind, count(*) AS number
FROM flows
GROUP BY g1, g2, is_before, bucket, kind
