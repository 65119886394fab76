CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, price REAL, exported INTEGER DEFAULT 0);
CREATE INDEX by_name ON products (price, name, id);
INSERT INTO products (id, name, price) VALUES (3, 'Syrup', 2), (2, 'Chang', 9), (1, 'Chai', 0.5);
CREATE TABLE bins (id INTEGER PRIMARY KEY, sku TEXT, bin TEXT);
INSERT INTO bins VALUES (1, 'A', 'second'), (2, 'A', 'first'), (3, 'B', 'third');
