-- Clocks by step and state: the section steps. `firsts` are the cases that have the step.
SELECT step, state, is_open, count(*) AS clocks, count(CASE WHEN is_first THEN 1 END) AS firsts
FROM clock_part
GROUP BY step, state, is_open
