-- Cases by each value of several columns, in one pass: outcomes, remedies, marks of surveys, the fields of cases.
-- Of each row, the column with `not_… = 0` is the one that it counts.
SELECT
  casebook, status, level, category, owner, channel, department, outcome, remedy_kind, survey_mark,
  grouping(casebook) AS not_casebook,
  grouping(status) AS not_status,
  grouping(level) AS not_level,
  grouping(category) AS not_category,
  grouping(owner) AS not_owner,
  grouping(channel) AS not_channel,
  grouping(department) AS not_department,
  grouping(outcome) AS not_outcome,
  grouping(remedy_kind) AS not_remedy_kind,
  grouping(survey_mark) AS not_survey_mark,
  count(*) AS cases,
  count(CASE WHEN is_open THEN 1 END) AS open
FROM valued
GROUP BY GROUPING SETS (
  (casebook), (status), (level), (category), (owner), (channel), (department), (outcome), (remedy_kind), (survey_mark)
)
