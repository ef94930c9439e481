-- Customers and those with more than one case: the section customers. A number means a customer in one casebook only.
SELECT sum(cases) AS known, count(*) AS customers, count(CASE WHEN cases > 1 THEN 1 END) AS repeat_customers
FROM (
  SELECT casebook, customer_no, count(*) AS cases
  FROM part
  WHERE customer_no IS NOT NULL
  GROUP BY casebook, customer_no
) customers
