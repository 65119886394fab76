package suiteql

import (
	"strings"
	"testing"
)

// ask runs a query and returns its rows, or the detail of its refusal.
func ask(t *testing.T, e *Engine, q string, params ...string) string {
	t.Helper()
	p, f := e.Query(t.Context(), testSession(t), q, params, MaxLimit, 0)
	if f != nil {
		if f.Status != 400 || f.Code() != "INVALID_PARAMETER" || f.Details[0].QueryParam != "q" {
			t.Errorf("%s\nrefused as %v %+v", q, f, f.Details)
		}
		return "! " + strings.TrimPrefix(f.Details[0].Detail, "Invalid search query. Detailed unprocessed description follows. ")
	}
	return show(p)
}

const refused = "! Search error occurred: Invalid or unsupported search."

func TestQueries(t *testing.T) {
	e, _ := newTestEngine(t)
	tests := []struct {
		q      string
		params []string
		want   string
	}{
		{q: "SELECT id, entityid FROM customer ORDER BY id", want: "id=10 entityid=Big Computers | id=11 entityid=Fantastic Laptops | id=12 entityid=PennyPack Systems | id=13 entityid=Vision Corporation"},
		{q: "select Id AS MyID from Customer where ID = ?", params: []string{"12"}, want: "myid=12"},
		{q: "SELECT id, email FROM customer WHERE email IS NULL", want: "id=11"},
		{q: "SELECT COUNT(*) FROM customer", want: "expr1=4"},

		// names
		{q: "SELECT COUNT(*), COUNT(email), MAX(id) m, COUNT(DISTINCT subsidiary) FROM customer", want: "expr1=4 expr2=3 m=13 expr3=2"},
		{q: "SELECT c.id, e.id, e.id + 1, c.id AS id FROM customer c JOIN employee e ON c.salesrep = e.id WHERE c.id = 11", want: "id=11 expr1=3 expr2=4 expr3=11"},
		{q: "SELECT * FROM currency ORDER BY id", want: "id=1 name=US Dollar symbol=USD | id=2 name=Euro symbol=EUR"},
		{q: "SELECT e.*, c.entityid AS customer FROM customer c, employee e WHERE c.salesrep = e.id AND c.id = 10", want: "id=1 entityid=Allie Anderson hiredate=1/31/2020 customer=Big Computers"},
		{q: "SELECT 'x' AS \"Mixed Case\" FROM DUAL", want: "mixed case=x"},
		{q: "/* a */ SELECT id -- b\nFROM currency WHERE symbol = 'EUR'", want: "id=2"},
		{q: "SELECT class FROM (SELECT id class FROM currency) WHERE class = 1", want: "class=1"},

		// refusals
		{q: "SELECT subsidiaryx FROM transaction", want: "! Search error occurred: Unknown identifier 'subsidiaryx'. Available identifiers are: {transaction=transaction}."},
		{q: "SELECT t.nope FROM transaction t JOIN customer c ON t.entity = c.id", want: "! Search error occurred: Unknown identifier 't.nope'. Available identifiers are: {t=transaction, c=customer}."},
		{q: "SELECT id FROM Email", want: "! Invalid search type: Email."},
		{q: "SELECT id FROM", want: refused},
		{q: "UPDATE customer SET id = 1", want: refused},
		{q: "SELECT id FROM customer; DROP TABLE q_customer", want: refused},
		{q: "WITH a AS (SELECT 1 FROM DUAL) SELECT * FROM a", want: refused},
		{q: "SELECT [id] FROM customer", want: refused},
		{q: "SELECT entityid + email FROM customer", want: refused},
		{q: "SELECT id FROM transaction WHERE trandate > DATE '2026-01-01'", want: refused},
		{q: "SELECT 1", want: refused},
		{q: "SELECT id FROM customer WHERE 'F'", want: refused},
		{q: "SELECT id = 1 FROM customer", want: refused},
		{q: "SELECT id FROM customer, employee", want: refused},
		{q: "SELECT email FROM customer GROUP BY id", want: refused},
		{q: "SELECT id FROM customer WHERE COUNT(*) > 1", want: refused},
		{q: "SELECT SUM(MAX(id)) FROM customer", want: refused},
		{q: "SELECT c.id FROM customer c, transaction t JOIN employee e ON e.id = t.createdby WHERE t.entity = c.id", want: refused},
		{q: "SELECT c.id FROM customer c, employee e WHERE c.salesrep (+) = e.id", want: refused},
		{q: "SELECT * FROM (SELECT entityid \"Name\" FROM customer)", want: refused},
		{q: "SELECT id FROM customer WHERE id = ?", want: refused},
		{q: "SELECT id FROM customer WHERE id = 'abc'", want: refused},
		{q: "SELECT id FROM customer WHERE entityid = 5", want: refused},
		{q: "SELECT 1/0 FROM DUAL", want: refused},
		{q: "SELECT TO_DATE('2026-13-01','YYYY-MM-DD') FROM DUAL", want: refused},
		{q: "SELECT id FROM transaction WHERE trandate = '2026-01-31'", want: refused},

		// joins
		{q: "SELECT c.id, e.entityid FROM customer c LEFT OUTER JOIN employee e ON c.salesrep = e.id ORDER BY c.id", want: "id=10 entityid=Allie Anderson | id=11 entityid=Carol Connors | id=12 | id=13 entityid=Allie Anderson"},
		{q: "SELECT c.id, e.entityid FROM customer c, employee e WHERE c.salesrep = e.id(+) ORDER BY c.id", want: "id=10 entityid=Allie Anderson | id=11 entityid=Carol Connors | id=12 | id=13 entityid=Allie Anderson"},
		{q: "SELECT c.id, e.id FROM customer c, employee e WHERE c.salesrep = e.id(+) AND e.id(+) = 1 AND c.id < 12 ORDER BY c.id", want: "id=10 expr1=1 | id=11"},
		{q: "SELECT c.id, e.id FROM customer c RIGHT JOIN employee e ON c.salesrep = e.id ORDER BY e.id, c.id", want: "id=10 expr1=1 | id=13 expr1=1 | expr1=2 | id=11 expr1=3"},
		{q: "SELECT COUNT(*) FROM customer c FULL OUTER JOIN employee e ON c.salesrep = e.id", want: "expr1=5"},
		{q: "SELECT COUNT(*) FROM customer CROSS JOIN employee", want: "expr1=12"},
		{q: "SELECT * FROM (SELECT id FROM currency) a INNER JOIN ((SELECT id b FROM currency UNION SELECT id FROM currency) b INNER JOIN (SELECT id c FROM currency) c ON b.b=c.c) ON a.id=b.b ORDER BY 1", want: "id=1 b=1 c=1 | id=2 b=2 c=2"},

		// sub-selects and sets
		{q: "SELECT id FROM currency UNION SELECT id FROM employee ORDER BY id DESC", want: "id=3 | id=2 | id=1"},
		{q: "SELECT COUNT(*) n FROM (SELECT id FROM currency UNION ALL SELECT id FROM employee)", want: "n=5"},
		{q: "SELECT TOP 1 id FROM currency UNION SELECT TOP 1 id FROM currency", want: "id=1"},
		{q: "SELECT id FROM customer c WHERE id IN (SELECT entity FROM transaction WHERE entity = c.id UNION SELECT -1 FROM transaction) ORDER BY id", want: "id=10 | id=11 | id=13"},
		{q: "SELECT COUNT(*) FROM transaction WHERE 1 = (SELECT MAX(1) FROM transaction)", want: "expr1=4"},
		{q: "SELECT id FROM currency WHERE id IN ((SELECT MAX(1) FROM transaction), 2+1)", want: "id=1"},
		{q: "SELECT id FROM customer c WHERE NOT EXISTS (SELECT 1 FROM transaction WHERE entity = c.id)", want: "id=12"},
		{q: "SELECT id, (SELECT COUNT(*) FROM transaction t WHERE t.entity = c.id) n FROM customer c WHERE id < 12 ORDER BY id", want: "id=10 n=2 | id=11 n=1"},
		{q: "SELECT entity, COUNT(*) cnt FROM transaction GROUP BY entity HAVING COUNT(*) > 1", want: "entity=10 cnt=2"},
		{q: "SELECT * FROM (SELECT entity, COUNT(*) cnt FROM transaction GROUP BY entity) WHERE cnt > 1", want: "entity=10 cnt=2"},
		{q: "SELECT DISTINCT type FROM transaction ORDER BY type", want: "type=CustInvc | type=SalesOrd"},
		{q: "SELECT UPPER(type) k, SUM(foreigntotal) s FROM transaction GROUP BY UPPER(type) ORDER BY SUM(foreigntotal)", want: "k=SALESORD s=0.3 | k=CUSTINVC s=94.95"},
		{q: "SELECT id FROM currency WHERE (id, symbol) = 1", want: refused},
		{q: "SELECT * FROM (SELECT type FROM transaction) GROUP BY type ORDER BY type", want: "type=CustInvc | type=SalesOrd"},
		{q: "SELECT c.id, (SELECT COUNT(*) FROM transaction t WHERE t.entity = c.id) n FROM customer c WHERE c.id < 12 GROUP BY c.id ORDER BY c.id", want: "id=10 n=2 | id=11 n=1"},
		{q: "SELECT (SELECT COUNT(*) FROM transaction t WHERE t.entity = c.salesrep) n FROM customer c GROUP BY c.id", want: refused},
		{q: "SELECT id FROM customer WHERE id IN (10" + strings.Repeat(",0", 999) + ")", want: "id=10"},
		{q: "SELECT id FROM customer WHERE id IN (10" + strings.Repeat(",0", 1000) + ")", want: refused},
		{q: "SELECT id FROM account WHERE acctnumber IN (SELECT 3900 + 100 FROM dual)", want: "id=2"},
		{q: "SELECT id FROM account WHERE 4000 IN (SELECT acctnumber FROM account a WHERE a.id = account.id)", want: "id=2"},

		// how many rows
		{q: "SELECT TOP 2 id FROM customer ORDER BY id DESC", want: "id=13 | id=12"},
		{q: "SELECT id FROM customer ORDER BY id FETCH FIRST 2 ROWS ONLY", want: "id=10 | id=11"},
		{q: "SELECT id FROM customer WHERE ROWNUM <= 2 ORDER BY id DESC", want: "id=11 | id=10"},
		{q: "SELECT COUNT(*) FROM customer WHERE ROWNUM < 3", want: "expr1=2"},
		{q: "SELECT id FROM (SELECT id FROM customer ORDER BY id DESC) WHERE ROWNUM <= 2 ORDER BY id", want: "id=12 | id=13"},
		{q: "SELECT ROWNUM, id FROM customer WHERE id > 11 ORDER BY id", want: "rownum=1 id=12 | rownum=2 id=13"},
		{q: "SELECT id FROM customer WHERE ROWNUM = 2", want: ""},
		{q: "SELECT id FROM customer WHERE ROWNUM <= ? ORDER BY 1", params: []string{"1"}, want: "id=10"},
		{q: "SELECT id FROM customer WHERE ROWNUM = 1 OR id = 3", want: refused},
		{q: "SELECT id FROM customer WHERE ROWNUM BETWEEN 1 AND 2 ORDER BY id", want: "id=10 | id=11"},
		{q: "SELECT id FROM customer WHERE ROWNUM BETWEEN 2 AND 3", want: ""},
		{q: "SELECT id FROM customer WHERE 1 >= ROWNUM AND ROWNUM > 0 AND ROWNUM >= 1 AND ROWNUM <> -1", want: "id=10"},
		{q: "SELECT COUNT(*) n FROM customer WHERE ROWNUM <> 4", want: "n=3"},
		{q: "SELECT COUNT(*) n FROM customer WHERE ROWNUM > 1", want: "n=0"},
		{q: "SELECT id FROM customer WHERE ROWNUM = 1 AND ROWNUM <= 5", want: "id=10"},
		{q: "SELECT n, id FROM (SELECT ROWNUM n, id FROM (SELECT id FROM customer ORDER BY id DESC)) WHERE n BETWEEN 2 AND 3 ORDER BY n", want: "n=2 id=12 | n=3 id=11"},
		{q: "SELECT TOP ? id FROM customer ORDER BY id", params: []string{"1"}, want: "id=10"},
		{q: "SELECT TOP ? id FROM customer ORDER BY id", params: []string{"x"}, want: refused},

		// NULL, texts, conditions
		{q: "SELECT id FROM customer WHERE email = '' OR email <> ''", want: ""},
		{q: "SELECT entityid || '' || email x FROM customer WHERE id = 11", want: "x=Fantastic Laptops"},
		{q: "SELECT id FROM customer ORDER BY email", want: "id=10 | id=12 | id=13 | id=11"},
		{q: "SELECT id FROM customer ORDER BY email DESC", want: "id=11 | id=13 | id=12 | id=10"},
		{q: "SELECT id FROM customer ORDER BY email NULLS FIRST", want: "id=11 | id=10 | id=12 | id=13"},
		{q: "SELECT id FROM customer WHERE entityid LIKE 'big%'", want: ""},
		{q: "SELECT id FROM customer WHERE LOWER(entityid) LIKE 'big%' AND entityid NOT LIKE '%Z%'", want: "id=10"},
		{q: "SELECT id FROM customer WHERE id LIKE '1_' AND id NOT IN (10, '11') AND NOT id = 13", want: "id=12"},
		{q: "SELECT id FROM customer WHERE id BETWEEN ? AND ? ORDER BY id", params: []string{"11", "12"}, want: "id=11 | id=12"},
		{q: "SELECT id FROM account WHERE acctnumber = 4000", want: "id=2"},
		{q: "SELECT CASE WHEN id = 10 THEN 'ten' ELSE entityid END x, CASE id WHEN 10 THEN 1 END y FROM customer WHERE id IN (10,11) ORDER BY id", want: "x=ten y=1 | x=Fantastic Laptops"},
		{q: "SELECT id FROM transaction WHERE recordtype || '_x' LIKE 'sales%!_x' ESCAPE '!' ORDER BY id", want: "id=100 | id=101"},
		{q: "SELECT id FROM transaction WHERE memo LIKE 'a' ESCAPE 'too long'", want: refused},
		{q: "SELECT id FROM customer WHERE (SELECT MAX(id), 1 FROM employee) = 1", want: refused},
		{q: "SELECT memo FROM transaction WHERE memo = 'it''s'", want: "memo=it's"},
		{q: "SELECT isinactive FROM customer WHERE isinactive = 'T'", want: "isinactive=T"},

		// numbers
		{q: "SELECT 0.1+0.2 a, 5/2 b, 1/3 c, 7*1.1 d, -3-4 e, 2.50 f, 1e2 g, 0.1*3 h FROM DUAL", want: "a=0.3 b=2.5 c=0.3333333333333333 d=7.7 e=-7 f=2.5 g=100 h=0.3"},
		{q: "SELECT id FROM transaction WHERE foreigntotal + 0.2 = 0.3", want: "id=100"},
		{q: "SELECT SUM(foreigntotal) s, AVG(foreigntotal) a, MEDIAN(foreigntotal) m, MIN(foreigntotal) lo, APPROX_COUNT_DISTINCT(type) n FROM transaction", want: "s=95.25 a=23.8125 m=0.15 lo=-5 n=2"},
		{q: "SELECT SUM(DISTINCT approvalstatus) s FROM transaction", want: "s=3"},
		{q: "SELECT SUM(id) s FROM customer WHERE id < 0", want: ""},
		{q: "SELECT id, SUM(foreigntotal) OVER (ORDER BY id) s, COUNT(*) OVER () n FROM transaction WHERE id < 103 ORDER BY id", want: "id=100 s=0.1 n=3 | id=101 s=0.3 n=3 | id=102 s=100.25 n=3"},
		{q: "SELECT type, SUM(SUM(foreigntotal)) OVER () t, RANK() OVER (ORDER BY COUNT(*) DESC, type) r FROM transaction GROUP BY type ORDER BY type", want: "type=CustInvc t=95.25 r=1 | type=SalesOrd t=95.25 r=2"},
		{q: "SELECT MEDIAN(trandate) m, GREATEST(MAX(trandate), MAX(lastmodifieddate)) g FROM transaction", want: "m=2/14/2026 g=7/1/2026"},
		{q: "SELECT id, ROW_NUMBER() OVER (PARTITION BY type ORDER BY id) n, SUM(foreigntotal) OVER (PARTITION BY type) s, RANK() OVER (ORDER BY type) r, DENSE_RANK() OVER (ORDER BY type) d FROM transaction ORDER BY id", want: "id=100 n=1 s=0.3 r=3 d=2 | id=101 n=2 s=0.3 r=3 d=2 | id=102 n=1 s=94.95 r=1 d=1 | id=103 n=2 s=94.95 r=1 d=1"},

		// built-ins
		{q: "SELECT BUILTIN.DF(entity) e, BUILTIN.DF(t.status) s, BUILTIN.CF(status) c, BUILTIN.DF(trandate) d FROM transaction t WHERE id = 102", want: "e=Big Computers s=Invoice : Open c=CustInvc:A d=2/28/2026"},
		{q: "SELECT x FROM (SELECT BUILTIN.DF(subsidiary) x FROM customer) WHERE x LIKE 'C%'", want: "x=Child | x=Child"},
		{q: "SELECT BUILTIN.DF(entity) FROM (SELECT entity FROM transaction) WHERE entity = 13", want: "expr1=Vision Corporation"},
		{q: "SELECT BUILTIN.CF(status) c, COUNT(*) n FROM transaction GROUP BY BUILTIN.CF(status) ORDER BY 1", want: "c=CustInvc:A n=2 | c=SalesOrd:A n=2"},
		{q: "SELECT BUILTIN.CF(status) FROM (SELECT status FROM transaction)", want: refused},
		{q: "SELECT DISTINCT BUILTIN.DF(entity) FROM transaction", want: refused},
		{q: "SELECT BUILTIN.DF(entity), COUNT(*) FROM transaction GROUP BY entity", want: refused},
		{q: "SELECT BUILTIN.HIERARCHY(id, 'LEVEL') FROM account", want: refused},
		{q: "SELECT BUILTIN.RELATIVE_RANGES('LM','START') a, BUILTIN.RELATIVE_RANGES('LM','END','DATE') b, BUILTIN.RELATIVE_RANGES('LFYTD','END') c, BUILTIN.RELATIVE_RANGES('DAGO5','START') d, BUILTIN.RELATIVE_RANGES('FQBL','START') e, BUILTIN.RELATIVE_RANGES('TW','START') f FROM DUAL", want: "a=4/1/2026 b=4/30/2026 c=5/20/2025 d=5/15/2026 e=10/1/2025 f=5/17/2026"},
	}
	for _, tt := range tests {
		if got := ask(t, e, tt.q, tt.params...); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.q, got, tt.want)
		}
	}
}
