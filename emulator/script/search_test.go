package script_test

import (
	"strings"
	"testing"
)

// stock is a function's beginning that makes three customers and an order.
const stock = `
	const ids = ['Alpha 100%', 'Beta', 'Gamma'].map((companyname, i) => {
		const c = record.create({ type: 'customer' });
		c.setValue('companyname', companyname).setValue('subsidiary', 1).setValue('externalid', 'search-' + i);
		c.setValue('email', i === 1 ? '' : companyname[0] + '@search.example').setValue('isinactive', i === 2);
		return c.save();
	});
	const item = query.runSuiteQL({ query: "SELECT MIN(id) AS id FROM item WHERE itemtype = 'InvtPart'" }).asMappedResults()[0].id;
	const so = record.create({ type: 'salesorder', isDynamic: true });
	so.setValue('entity', ids[0]).setValue({ fieldId: 'trandate', value: new Date(2026, 1, 3) });
	for (const [quantity, rate] of [[3, 19.99], [1, 0.1]]) {
		so.selectNewLine({ sublistId: 'item' });
		so.setCurrentSublistValue({ sublistId: 'item', fieldId: 'item', value: item });
		so.setCurrentSublistValue({ sublistId: 'item', fieldId: 'quantity', value: quantity });
		so.setCurrentSublistValue({ sublistId: 'item', fieldId: 'rate', value: rate });
		so.commitLine({ sublistId: 'item' });
	}
	const order = so.save();
	const names = (type, filters, column = 'companyname') => {
		const out = [];
		search.create({ type, filters, columns: [column] }).run().each((r) => out.push(r.getValue(column)));
		return out;
	};
`

func TestSearches(t *testing.T) {
	w := newWorld(t)
	got := w.run(stock + `
		const ours = ['externalid', 'startswith', 'SEARCH-'];
		const lines = search.create({ type: 'salesorder', filters: [['internalid', 'anyof', order], 'AND', ['mainline', 'is', 'F'], 'AND', ['taxline', 'is', 'F']],
			columns: ['item', 'quantity', 'rate', 'amount', 'customer.companyname', search.createColumn({ name: 'line', sort: search.Sort.ASC })] });
		const first = lines.run().getRange({ start: 0, end: 1 })[0];
		const sums = search.create({ type: 'transaction', filters: [['internalid', 'anyof', order], 'AND', ['mainline', 'is', 'F']],
			columns: [{ name: 'type', summary: 'GROUP' }, { name: 'amount', summary: 'SUM' }] }).run().getRange({ start: 0, end: 5 })[0];
		const paged = search.create({ type: 'customer', filters: [ours], columns: ['companyname'] }).runPaged({ pageSize: 5 });
		return {
			all: names('customer', [ours]),
			percent: names('customer', [['companyname', 'contains', '0%']]),
			or: names('customer', [ours, 'AND', [['companyname', 'is', 'beta'], 'OR', ['isinactive', 'is', 'T']]]),
			not: names('customer', [ours, 'AND', 'NOT', ['companyname', 'is', 'beta']]),
			empty: names('customer', [ours, 'AND', ['email', 'isempty', '']]),
			objects: names('customer', [search.createFilter({ name: 'externalid', operator: 'startswith', values: ['search-'] }), search.createFilter({ name: 'isinactive', operator: 'is', values: true })]),
			day: names('salesorder', [['internalid', 'anyof', [order]], 'AND', ['trandate', 'on', '2/3/2026'], 'AND', ['mainline', 'is', 'T']], 'trandate'),
			status: names('salesorder', [['status', 'anyof', 'SalesOrd:A', 'SalesOrd:B'], 'AND', ['internalid', 'anyof', order], 'AND', ['mainline', 'is', true]], 'statusref'),
			line: [first.getValue('quantity'), first.getValue('rate'), first.getValue('amount'), first.getValue({ name: 'companyname', join: 'customer' }), first.recordType, first.id === String(order)],
			item: first.getValue('item') === String(item) && first.getText('item') !== '',
			formula: search.create({ type: 'salesorder', filters: [['internalid', 'anyof', order], 'AND', ['formulanumeric: {quantity} * {rate}', 'greaterthan', 1], 'AND', ['mainline', 'is', 'F']],
				columns: [{ name: 'formulatext', formula: "{quantity} || ' x ' || {customer.companyname}" }, { name: 'formulatext', formula: '{entity.id}' }] })
				.run().getRange(0, 5).map((r) => [r.getValue('formulatext'), r.getValue(r.columns[1]) === String(ids[0])]),
			count: lines.runPaged().count, sum: sums.getValue({ name: 'amount', summary: 'SUM' }), type: sums.getText({ name: 'type', summary: 'GROUP' }),
			page: [paged.count, paged.fetch({ index: 0 }).data.length, paged.pageRanges.length],
			look: search.lookupFields({ type: 'customer', id: ids[0], columns: ['companyname', 'isinactive', 'subsidiary', 'email'] }).subsidiary[0].value,
			flag: search.lookupFields({ type: 'customer', id: ids[2], columns: 'isinactive' }),
			json: JSON.parse(JSON.stringify(search.create({ type: 'customer', filters: ['internalid', 'anyof', ids[1]], columns: ['companyname', 'isinactive'] }).run().getRange(0, 1)))[0].values,
		};`)
	want := `{"all":["Alpha 100%","Beta","Gamma"],"percent":["Alpha 100%"],"or":["Beta","Gamma"],"not":["Alpha 100%","Gamma"],"empty":["Beta"],` +
		`"objects":["Gamma"],"day":["2/3/2026"],"status":["pendingFulfillment"],"line":["3","19.99","59.97","Alpha 100%","salesorder",true],"item":true,"formula":[["3 x Alpha 100%",true]],` +
		`"count":2,"sum":"60.07","type":"Sales Order","page":[3,3,1],"look":"1","flag":{"isinactive":true},"json":{"companyname":"Beta","isinactive":false}}`
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestSearchErrors(t *testing.T) {
	w := newWorld(t, empty)
	for _, row := range []struct{ body, code string }{
		{`search.create({ type: 'customer', columns: ['nothing'] })`, "SSS_INVALID_SRCH_COL"},
		{`search.create({ type: 'customer', filters: [['nothing', 'is', 1]] })`, "SSS_INVALID_SRCH_FILTER"},
		{`search.create({ type: 'customer', filters: [['formulatext: {nothing}', 'is', 'x']] })`, "SSS_INVALID_SRCH_FILTER"},
		{`search.create({ type: 'customer', filters: [['email', 'near', 'x']] })`, "SSS_INVALID_SRCH_OPERATOR"},
		{`search.create({ type: 'customer', filters: [['email', 'is', 'x'], 'AND'] })`, "SSS_INVALID_SRCH_FILTER_EXPR"},
		{`search.create({ type: 'nothing' })`, "SSS_INVALID_SRCH_TYPE"},
		{`search.load({ id: 'customsearch_open' })`, "INVALID_SEARCH"},
		{`search.create({ type: 'customer' }).run().getRange({ start: 0, end: 1001 })`, "SSS_SEARCH_RESULT_LIMIT_EXCEEDED"},
	} {
		if e := w.fails(row.body); e.Code != row.code {
			t.Errorf("%s\n%s: %s\nwant %s", row.body, e.Code, e.Message, row.code)
		}
	}
}

// A script may do what the role of its caller may, and no more.
func TestScriptsHaveTheCallersPermissions(t *testing.T) {
	w := newWorld(t, empty)
	w.ses.Administrator = false
	for body, want := range map[string]string{
		`record.load({ type: 'customer', id: 1 })`:                        "INSUFFICIENT_PERMISSION",
		`record.create({ type: 'customer' })`:                             "INSUFFICIENT_PERMISSION",
		`search.create({ type: 'customer' })`:                             "INSUFFICIENT_PERMISSION",
		`query.runSuiteQL({ query: 'SELECT id FROM customer' })`:          "SSS_INVALID_SUITEQL_QUERY",
		`search.lookupFields({ type: 'customer', id: 1, columns: 'id' })`: "INSUFFICIENT_PERMISSION",
	} {
		if e := w.fails(body); e.Code != want {
			t.Errorf("%s: %s: %s, want %s", body, e.Code, e.Message, want)
		}
	}
	if e := w.fails(`record.load({ type: 'customer', id: 1 })`); !strings.Contains(e.Message, "Permission Violation") {
		t.Error(e.Message)
	}
}

// Search columns have names of their own beside those of SuiteQL.
func TestSearchColumns(t *testing.T) {
	w := newWorld(t, empty)
	s := w.deploy(`search.create({ type: input.type, columns: input.columns }).run().getRange(0, 1); return 'found'`)
	for typ, columns := range map[string]string{
		"customer": "entityid email salesrep datecreated lastmodifieddate category balance overduebalance currency terms subsidiary name",
		"transaction": "trandate type tranid entity name status statusref amount total fxamount currency subsidiary location createdfrom postingperiod salesrep " +
			"datecreated lastmodifieddate memo memomain otherrefnum customer.email customermain.internalid terms duedate account item item.itemid quantity rate " +
			"line lineuniquekey department class amountremaining amountpaid shipaddress billaddress taxline cogs mainline",
		"inventoryitem": "itemid displayname type isinactive internalid name",
		"employee":      "entityid email supervisor department location subsidiary isinactive",
		"vendor":        "entityid companyname email terms currency balance",
	} {
		if got, err := w.call(s, map[string]any{"type": typ, "columns": strings.Fields(columns)}); got != "found" {
			t.Errorf("%s: %v", typ, err)
		}
	}
}

// The saved searches of the account, which SOAP runs too, are searches of scripts.
func TestSavedSearches(t *testing.T) {
	w := newWorld(t)
	for id, want := range map[string]string{
		"customsearch_sluice_customers":   `["customer","customsearch_sluice_customers",["internalid","entityid","companyname","email","phone","salesrep","lastmodifieddate"],12,true]`,
		"customsearch_sluice_open_orders": `["transaction","customsearch_sluice_open_orders",["internalid","tranid","trandate","entity","status","total","email","entityid"],"some",true]`,
		"103":                             `["transaction","customsearch_sluice_order_lines",["internalid","tranid","line","item","quantity","rate","amount","itemid"],"some",true]`,
		"CUSTOMSEARCH_SLUICE_ITEMS":       `["item","customsearch_sluice_items",["internalid","itemid","displayname","type"],"some",true]`,
	} {
		got := w.run(`const s = search.load({ id: input[0] }), n = s.runPaged().count;
			const first = s.run().getRange(0, 1)[0];
			return [s.searchType, s.id, s.columns.map((c) => c.name), input[1] || n === 0 ? n : 'some', first.getValue(s.columns[0]) !== ''];`, id, strings.Contains(want, "12,"))
		if got != want {
			t.Errorf("%s: %s\nwant %s", id, got, want)
		}
	}
	open := w.run(`const out = new Set();
		search.load({ id: 'customsearch_sluice_open_orders' }).run().each((r) => out.add(r.recordType + ' ' + r.getText('status')));
		return [...out].filter((s) => !s.startsWith('salesorder ') || /Billed|Closed/.test(s))`)
	if open != "[]" {
		t.Errorf("orders that are not open: %s", open)
	}
}
