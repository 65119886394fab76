CREATE TABLE orders (id INTEGER PRIMARY KEY, total REAL);
CREATE TABLE order_lines (order_id INTEGER, sku TEXT);
INSERT INTO orders VALUES (1, 5);
INSERT INTO order_lines VALUES (1, 'old');
