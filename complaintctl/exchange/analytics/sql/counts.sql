-- Cases of each group, and how many of them are open: `grouped` has the groups of a table.
SELECT g1, g2, count(*) AS cases, count(CASE WHEN is_open THEN 1 END) AS open
FROM grouped
GROUP BY g1, g2
