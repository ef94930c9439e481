-- The sections people and departments: in `grouped`, g1 is the owner and g2 the department.
SELECT
  g1,
  g2,
  grouping(g1) AS is_department,
  count(*) AS cases,
  count(CASE WHEN is_open THEN 1 END) AS open,
  count(CASE WHEN is_overdue THEN 1 END) AS overdue,
  sum(clocks_met) AS clocks_met,
  sum(clocks_late) AS clocks_late,
  sum(clocks_overdue) AS clocks_overdue,
  count(answer_seconds) AS answers,
  quantile_disc(answer_seconds, [0.5, 0.9]) AS answer,
  count(resolution_seconds) AS resolutions,
  quantile_disc(resolution_seconds, [0.5, 0.9]) AS resolution,
  count(mark_overall) AS marks_overall,
  sum(mark_overall) AS sum_overall
FROM grouped
GROUP BY GROUPING SETS ((g1), (g2))
