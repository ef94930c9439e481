-- How long the takings of each step took.
SELECT step, count(seconds) AS taken, quantile_disc(seconds, [0.5, 0.9]) AS took
FROM clock_part
WHERE seconds IS NOT NULL
GROUP BY step
