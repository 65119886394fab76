-- Tables that the flow northwind-orders-out fills (PostgreSQL).
CREATE TABLE IF NOT EXISTS northwind_orders (
  external_id text PRIMARY KEY,
  order_id    bigint NOT NULL,
  ordered_on  date NOT NULL,
  customer    text NOT NULL,
  freight     numeric(15, 2) NOT NULL,
  total       numeric(15, 2) NOT NULL,
  line_count  integer NOT NULL
);

CREATE TABLE IF NOT EXISTS northwind_order_lines (
  external_id text NOT NULL REFERENCES northwind_orders,
  line        integer NOT NULL,
  item        text NOT NULL,
  quantity    numeric NOT NULL,
  rate        numeric NOT NULL,
  amount      numeric(15, 2) NOT NULL,
  PRIMARY KEY (external_id, line)
);
