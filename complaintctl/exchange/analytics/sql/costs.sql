-- Costs of each group by currency: the section cost.
SELECT g1, g2, coalesce(cost_currency, '') AS currency, count(*) AS cases, sum(cost_amount) AS total
FROM grouped
WHERE cost_amount IS NOT NULL
GROUP BY g1, g2, coalesce(cost_currency, '')
