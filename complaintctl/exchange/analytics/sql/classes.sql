-- How many first answers and resolutions lie in each class: the sections first-answer and resolution.
SELECT
  count(CASE WHEN answer_seconds <= 3600 THEN 1 END) AS answer_1h,
  count(CASE WHEN answer_seconds > 3600 AND answer_seconds <= 14400 THEN 1 END) AS answer_4h,
  count(CASE WHEN answer_seconds > 14400 AND answer_seconds <= 86400 THEN 1 END) AS answer_1d,
  count(CASE WHEN answer_seconds > 86400 AND answer_seconds <= 259200 THEN 1 END) AS answer_3d,
  count(CASE WHEN answer_seconds > 259200 AND answer_seconds <= 604800 THEN 1 END) AS answer_7d,
  count(CASE WHEN answer_seconds > 604800 AND answer_seconds <= 2592000 THEN 1 END) AS answer_30d,
  count(CASE WHEN answer_seconds > 2592000 AND answer_seconds <= 7776000 THEN 1 END) AS answer_90d,
  count(CASE WHEN answer_seconds > 7776000 THEN 1 END) AS answer_more,
  count(CASE WHEN resolution_seconds <= 3600 THEN 1 END) AS resolution_1h,
  count(CASE WHEN resolution_seconds > 3600 AND resolution_seconds <= 14400 THEN 1 END) AS resolution_4h,
  count(CASE WHEN resolution_seconds > 14400 AND resolution_seconds <= 86400 THEN 1 END) AS resolution_1d,
  count(CASE WHEN resolution_seconds > 86400 AND resolution_seconds <= 259200 THEN 1 END) AS resolution_3d,
  count(CASE WHEN resolution_seconds > 259200 AND resolution_seconds <= 604800 THEN 1 END) AS resolution_7d,
  count(CASE WHEN resolution_seconds > 604800 AND resolution_seconds <= 2592000 THEN 1 END) AS resolution_30d,
  count(CASE WHEN resolution_seconds > 2592000 AND resolution_seconds <= 7776000 THEN 1 END) AS resolution_90d,
  count(CASE WHEN resolution_seconds > 7776000 THEN 1 END) AS resolution_more
FROM part
