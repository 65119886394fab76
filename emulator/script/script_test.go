package script_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/company"
	"github.com/sluicehq/sluice/emulator/restlet"
	"github.com/sluicehq/sluice/emulator/script"
	"github.com/sluicehq/sluice/emulator/session"
)

// world is an account with scripts, and who calls them.
type world struct {
	t   testing.TB
	emu *emulator.Emulator
	ses *session.Session
}

func newWorld(t testing.TB, set ...func(*emulator.Options)) *world {
	t.Helper()
	o := emulator.Options{Company: company.Size{Customers: 12, Items: 8, Orders: 10, Invoices: 4}}
	for _, f := range set {
		f(&o)
	}
	emu, err := emulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := emu.Close(); err != nil {
			t.Error(err)
		}
	})
	return &world{t, emu, &session.Session{
		AccountID: "1234567_SB1", EmployeeID: "1", EmployeeName: "Ada Admin", RoleID: "3", Administrator: true,
		Features: map[string]bool{"SUBSIDIARIES": true}, TimeZone: time.UTC, DateFormat: "M/D/YYYY", TimeFormat: "h:mm a", Now: emu.Clock().Now,
	}}
}

// empty leaves the sample company out, which most tests do not look at.
func empty(o *emulator.Options) { o.Empty = true }

// deploy deploys a RESTlet whose entry points for GET and POST are the body of a
// function of input, with the modules record, search, query, log, runtime,
// error and format.
func (w *world) deploy(body string) *restlet.Script {
	w.t.Helper()
	source := `/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/record', 'N/search', 'N/query', 'N/log', 'N/runtime', 'N/error', 'N/format'],
  (record, search, query, log, runtime, error, format) => {
    const main = (input) => {` + body + `
    };
    return { get: main, post: main };
  });`
	err := w.emu.DeployScript(script.Deployment{ScriptID: "customscript_test", DeployID: "customdeploy_test", Parameters: map[string]string{"custscript_Limit": "7"}}, source)
	if err != nil {
		w.t.Fatal(err)
	}
	list := w.emu.RESTlets()
	return &list[len(list)-1]
}

func (w *world) call(s *restlet.Script, input any) (string, error) {
	w.t.Helper()
	text, err := json.Marshal(input)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx := session.With(context.Background(), w.ses)
	v, err := s.Post(ctx, &restlet.Request{Session: w.ses, Method: "POST", ContentType: "application/json", Body: text})
	return fmt.Sprintf("%s", v), err
}

// run is what a function's body returns, as JSON.
func (w *world) run(body string, input ...any) string {
	w.t.Helper()
	got, err := w.call(w.deploy(body), input)
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

// fails is the error that a function's body ends with.
func (w *world) fails(body string) *restlet.Error {
	w.t.Helper()
	got, err := w.call(w.deploy(body), nil)
	e, ok := errors.AsType[*restlet.Error](err)
	if !ok {
		w.t.Fatalf("%s, %v: want an error", got, err)
	}
	return e
}

func TestScripts(t *testing.T) {
	w := newWorld(t)
	for _, row := range []struct{ name, body, want string }{
		{"input", `return input[0].a + 1`, `3`},
		{"text", `return 'hello'`, `hello`},
		{"promise", `return new Promise((done) => done({ a: 1 }))`, `{"a":1}`},
		{"parameter", `return runtime.getCurrentScript().getParameter({ name: 'custscript_limit' })`, `7`},
		{"user", `const u = runtime.getCurrentUser(); return [u.id, u.name, u.role, u.roleId, runtime.accountId, runtime.envType]`,
			`[1,"Ada Admin",3,"administrator","1234567_SB1","SANDBOX"]`},
		{"suiteql", `return query.runSuiteQL({ query: 'SELECT COUNT(*) AS n, MAX(isinactive) AS f, NULL AS none FROM customer WHERE id > ?', params: [0] }).asMappedResults()`, `[{"n":12,"f":"F","none":null}]`},
		{"units", `query.runSuiteQL({ query: 'SELECT 1 AS one FROM DUAL' }); return runtime.getCurrentScript().getRemainingUsage()`, `4990`},
		{"format", `return [format.format({ value: new Date(2026, 0, 31), type: format.Type.DATE }), format.parse({ value: '2/28/2026', type: format.Type.DATE }).getMonth()]`,
			`["1/31/2026",1]`},
		{"moments", `const at = new Date(Date.UTC(2026, 0, 31, 17, 32, 28)), zone = format.Timezone.AMERICA_NEW_YORK;
			const text = format.format({ value: at, type: format.Type.DATETIME, timezone: zone });
			return [text, format.format({ value: at, type: 'datetime' }), format.parse({ value: text, type: 'datetime', timezone: zone }).getTime() === at.getTime(),
				format.parse({ value: '1/31/2026 5:32 pm', type: 'datetime' }).toISOString(), format.parse({ value: 'soon', type: 'date' })]`,
			`["1/31/2026 12:32:28 pm","1/31/2026 5:32:28 pm",true,"2026-01-31T17:32:00.000Z","soon"]`},
		{"numbers", `const f = (value, type) => format.format({ value, type }), p = (value, type) => format.parse({ value, type });
			return [f(1234.5, 'currency'), f(true, 'checkbox'), f(12, 'percent'), f('x', 'integer'), p('1,234.50', 'currency'), p('T', 'checkbox'), p('12%', 'percent')]`,
			`["1234.50","T","12%","x",1234.5,true,12]`},
		{"pages", `const pages = query.runSuiteQLPaged({ query: 'SELECT id FROM customer ORDER BY id', pageSize: 5 });
			let seen = 0;
			pages.iterator().each((page) => { seen += page.value.data.results.length; return true });
			const last = pages.fetch({ index: 2 });
			return [pages.count, pages.pageRanges.length, seen, last.isLast, last.data.results[0].values.length, runtime.getCurrentScript().getRemainingUsage()]`,
			`[12,3,12,true,1,4990]`},
		{"permissions", `const u = runtime.getCurrentUser();
			return [u.getPermission('LIST_CUSTJOB'), u.getPreference('DATEFORMAT'), runtime.isFeatureInEffect({ feature: 'SUBSIDIARIES' }), runtime.isFeatureInEffect({ feature: 'NOTHING' })]`,
			`[4,"M/D/YYYY",true,false]`},
		{"session", `const s = runtime.getCurrentSession(); s.set({ name: 'a', value: 'b' }); return [s.get({ name: 'a' }), runtime.getCurrentSession().get('none')]`, `["b",null]`},
		{"util", `const out = []; util.each([1, 2], (v, k) => { out.push(v + k) }); return [out, util.isArray([]), util.isObject({}), util.extend({ a: 1 }, { b: 2 })]`,
			`[[1,3],true,true,{"a":1,"b":2}]`},
		{"nothing is left of a call", `const before = globalThis.kept; globalThis.kept = 1; Array.prototype.map = null; return String(before)`, `undefined`},
		{"nothing is left of another call", `const before = globalThis.kept; return [String(before), [1].map((x) => x)]`, `["undefined",[1]]`},
		{"async", `return (async () => { const c = await query.runSuiteQL.promise({ query: 'SELECT COUNT(*) AS n FROM customer' }); return c.asMappedResults()[0].n })()`, `12`},
		{"language", `class A { #x = 1; get x() { return this.#x } static y = 2 }
			const { a = 3, ...rest } = { b: 4 }; return [new A().x, A.y, a, rest, [..."ab"], 2 ** 3, null ?? 5, ({}).z?.q === undefined, 10n.toString(), [3, 1].toSorted === undefined ? 'old' : 'new']`,
			`[1,2,3,{"b":4},["a","b"],8,5,true,"10","new"]`},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := &world{t, w.emu, w.ses}
			if got := w.run(row.body, map[string]int{"a": 2}); got != row.want {
				t.Errorf("%s\nwant %s", got, row.want)
			}
		})
	}
}

func TestRecords(t *testing.T) {
	w := newWorld(t)
	got := w.run(`
		const c = record.create({ type: record.Type.CUSTOMER, isDynamic: true });
		c.setValue({ fieldId: 'companyname', value: 'Ring & Söhne' }).setValue('subsidiary', 1);
		c.setValue({ fieldId: 'externalid', value: 'ring-1' });
		c.selectNewLine({ sublistId: 'addressbook' });
		c.setCurrentSublistValue({ sublistId: 'addressbook', fieldId: 'label', value: 'Office' });
		const a = c.getCurrentSublistSubrecord({ sublistId: 'addressbook', fieldId: 'addressbookaddress' });
		a.setValue({ fieldId: 'city', value: 'Graz' });
		c.commitLine({ sublistId: 'addressbook' });
		const id = c.save();
		const back = record.load({ type: 'customer', id });
		const item = query.runSuiteQL({ query: "SELECT MIN(id) AS id FROM item WHERE itemtype = 'InvtPart'" }).asMappedResults()[0].id;
		const so = record.create({ type: record.Type.SALES_ORDER });
		so.setValue({ fieldId: 'entity', value: id });
		so.setSublistValue({ sublistId: 'item', fieldId: 'item', line: 0, value: item });
		so.setSublistValue({ sublistId: 'item', fieldId: 'quantity', line: 0, value: 3 });
		so.setSublistValue({ sublistId: 'item', fieldId: 'rate', line: 0, value: 19.99 });
		const soid = so.save();
		record.submitFields({ type: 'salesorder', id: soid, values: { memo: 'from a script' } });
		const order = record.load({ type: 'salesorder', id: soid });
		order.insertLine({ sublistId: 'item', line: 1 });
		order.setSublistValue({ sublistId: 'item', fieldId: 'item', line: 1, value: item });
		order.setSublistValue({ sublistId: 'item', fieldId: 'quantity', line: 1, value: 1 });
		order.setSublistValue({ sublistId: 'item', fieldId: 'rate', line: 1, value: 0.1 });
		order.save();
		const total = record.load({ type: 'salesorder', id: soid });
		total.removeLine({ sublistId: 'item', line: 0 });
		total.save();
		const last = record.load({ type: 'salesorder', id: soid });
		return {
			name: back.getValue('companyname'), text: back.getText({ fieldId: 'subsidiary' }) !== '', lines: back.getLineCount({ sublistId: 'addressbook' }),
			city: back.getSublistSubrecord({ sublistId: 'addressbook', fieldId: 'addressbookaddress', line: 0 }).getValue({ fieldId: 'city' }),
			id: id === back.id, memo: order.getValue('memo'), before: total.getValue('total'), after: last.getValue('total'), n: last.getLineCount({ sublistId: 'item' }),
		};`)
	want := `{"name":"Ring & Söhne","text":true,"lines":1,"city":"Graz","id":true,"memo":"from a script","before":60.07,"after":0.1,"n":1}`
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestErrors(t *testing.T) {
	w := newWorld(t, empty)
	for _, row := range []struct{ name, body, code, message string }{
		{"thrown", `throw error.create({ name: 'NO_STOCK', message: 'None left' })`, "NO_STOCK", `{"type":"error.SuiteScriptError","name":"NO_STOCK","message":"None left","id":"","stack":[`},
		{"absent", `record.load({ type: 'customer', id: 999999 })`, "RCRD_DSNT_EXIST", `"message":"That record does not exist."`},
		{"argument", `record.load({ type: 'customer' })`, "SSS_MISSING_REQD_ARGUMENT", "load: Missing a required argument: id"},
		{"type", `record.create({ type: 'nothing' })`, "INVALID_RCRD_TYPE", "The record type [NOTHING] is invalid."},
		{"member", `record.nothing()`, "UNEXPECTED_ERROR", "TypeError: Object has no member 'nothing'"},
		{"rejected", `return Promise.reject(new Error('later'))`, "UNEXPECTED_ERROR", "Error: later"},
		{"usage", `for (;;) query.runSuiteQL({ query: 'SELECT 1 AS one FROM DUAL' })`, "SSS_USAGE_LIMIT_EXCEEDED", "Script Execution Usage Limit Exceeded"},
		{"module", `require(['N/nothing'], () => 1)`, "MODULE_DOES_NOT_EXIST", "Module does not exist: N/nothing"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := &world{t, w.emu, w.ses}
			if e := w.fails(row.body); e.Code != row.code || !strings.Contains(e.Message, row.message) {
				t.Errorf("%s: %s\nwant %s: %s", e.Code, e.Message, row.code, row.message)
			}
		})
	}
}

// What is written is read back the same by every way there is.
func TestRecordWays(t *testing.T) {
	w := newWorld(t)
	const order = `
		const customer = query.runSuiteQL({ query: "SELECT MIN(id) AS id FROM customer" }).asMappedResults()[0].id;
		const items = query.runSuiteQL({ query: "SELECT id, itemid FROM item WHERE itemtype = 'InvtPart' ORDER BY id" }).asMappedResults();
		const make = (isDynamic) => {
			const so = record.create({ type: 'salesorder', isDynamic, defaultValues: { entity: customer } });
			so.setValue({ fieldId: 'trandate', value: '2/3/2026' }).setText({ fieldId: 'orderstatus', text: 'Pending Fulfillment' });
			return so;
		};
		const standard = () => {
			const so = make(false);
			so.setSublistText({ sublistId: 'item', fieldId: 'item', line: 0, text: items[0].itemid });
			so.setSublistValue({ sublistId: 'item', fieldId: 'quantity', line: 0, value: 2 });
			so.setSublistValue({ sublistId: 'item', fieldId: 'rate', line: 0, value: 5 });
			return so;
		};`
	for _, row := range []struct{ name, body, want string }{
		{"types of values", order + `const r = record.load({ type: 'salesorder', id: standard().save() });
			const date = r.getValue({ fieldId: 'trandate' });
			return [typeof r.getValue('entity'), date instanceof Date, date.getMonth(), r.getText('trandate'), typeof r.getValue('total'), r.getValue('memo'),
				r.getValue('nothing') === undefined, r.getText('item'), r.getSublistText({ sublistId: 'item', fieldId: 'item', line: 0 }) === items[0].itemid, r.getLineCount('nothing')]`,
			`["string",true,1,"2/3/2026","number","",true,"",true,-1]`},
		{"dynamic lines", order + `const so = make(true);
			so.selectNewLine('item').setCurrentSublistValue('item', 'item', items[0].id).setCurrentSublistValue('item', 'quantity', 1).setCurrentSublistValue('item', 'rate', 7);
			so.commitLine('item');
			so.selectNewLine('item').setCurrentSublistValue('item', 'item', items[1].id);
			so.cancelLine('item');
			so.selectLine({ sublistId: 'item', line: 0 }).setCurrentSublistValue('item', 'quantity', 3);
			const before = so.getSublistValue({ sublistId: 'item', fieldId: 'quantity', line: 0 });
			so.commitLine('item');
			const id = so.save();
			const again = record.load({ type: 'salesorder', id, isDynamic: true });
			again.selectLine('item', 0).setCurrentSublistValue('item', 'rate', 8).commitLine('item');
			again.save();
			const r = record.load({ type: 'salesorder', id });
			return [before, again.getLineCount('item'), r.getValue('total'), r.findSublistLineWithValue({ sublistId: 'item', fieldId: 'rate', value: 8 })]`,
			`[1,1,24,0]`},
		{"copy", order + `const id = standard().save();
			const copy = record.copy({ type: 'salesorder', id });
			copy.setValue('memo', 'copied');
			const r = record.load({ type: 'salesorder', id: copy.save() });
			return [r.id > id, r.getValue('total'), r.getValue('memo'), r.getText('entity') !== '']`, `[true,10,"copied",true]`},
		{"transform", order + `const id = standard().save();
			const first = record.transform({ fromType: 'salesorder', fromId: id, toType: 'invoice' });
			const shown = [first.getValue('entity') === String(customer), first.getLineCount('item'), first.getSublistValue('item', 'quantity', 0)];
			first.setSublistValue({ sublistId: 'item', fieldId: 'quantity', line: 0, value: 1 });
			const half = record.load({ type: 'invoice', id: first.save() });
			const rest = record.transform({ fromType: 'salesorder', fromId: id, toType: 'invoice' });
			return [...shown, half.getValue('total'), rest.getSublistValue('item', 'quantity', 0), half.getValue('createdfrom') === String(id)]`,
			`[true,1,2,5,1,true]`},
		{"changed by somebody else", order + `const id = standard().save();
			const r = record.load({ type: 'salesorder', id });
			record.submitFields({ type: 'salesorder', id, values: { memo: 'other' } });
			try { r.setValue('memo', 'mine').save() } catch (e) { return [e.name, e instanceof Error, JSON.parse(String(e)).message] }`,
			`["RCRD_HAS_BEEN_CHANGED",true,"Record has been changed"]`},
		{"delete", order + `const id = standard().save();
			const gone = record.delete({ type: 'salesorder', id });
			try { record.load({ type: 'salesorder', id }) } catch (e) { return [gone === id, e.name] }`, `[true,"RCRD_DSNT_EXIST"]`},
		{"attach", order + `const c = record.create({ type: 'contact' });
			c.setValue('firstname', 'Ann').setValue('lastname', 'Other').setValue('entityid', 'Ann Other');
			const contact = c.save();
			record.attach({ record: { type: 'contact', id: contact }, to: { type: 'customer', id: customer }, attributes: { role: 1 } });
			const n = record.load({ type: 'customer', id: customer }).getLineCount('contactroles');
			record.detach({ record: { type: 'contact', id: contact }, from: { type: 'customer', id: customer } });
			return [n, record.load({ type: 'customer', id: customer }).getLineCount('contactroles')]`, `[1,0]`},
		{"promises", order + `return record.load.promise({ type: 'customer', id: customer }).then((c) => c.save.promise()).then((id) => id === customer)`, `true`},
		{"rejected", `return record.load.promise({ type: 'customer', id: 0 }).catch((e) => e.name)`, `RCRD_DSNT_EXIST`},
		{"renamed types", `const i = record.create({ type: record.Type.SERVICE_ITEM });
			i.setValue('itemid', 'Advice').setValue('subsidiary', [1]);
			const id = i.save();
			return [record.load({ type: 'serviceitem', id }).getValue('itemid'), search.create({ type: 'serviceitem', filters: ['internalid', 'anyof', id] }).run().getRange(0, 1)[0].recordType]`,
			`["Advice","serviceitem"]`},
		{"units", order + `const left = () => runtime.getCurrentScript().getRemainingUsage(), at = left();
			const so = standard(), made = left(), id = so.save(), saved = left();
			search.lookupFields({ type: 'salesorder', id, columns: 'memo' });
			const looked = left();
			record.delete({ type: 'salesorder', id });
			return [at - made, made - saved, saved - looked, looked - left()]`, `[10,20,1,20]`},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := &world{t, w.emu, w.ses}
			if got := w.run(row.body); got != row.want {
				t.Errorf("%s\nwant %s", got, row.want)
			}
		})
	}
}

func TestRecordErrors(t *testing.T) {
	w := newWorld(t, empty)
	for _, row := range []struct{ body, code string }{
		{`record.create({ type: 'customer' }).selectNewLine({ sublistId: 'addressbook' })`, "SSS_INVALID_API_USAGE"},
		{`record.create({ type: 'salesorder', isDynamic: true }).setSublistValue({ sublistId: 'item', fieldId: 'item', line: 0, value: 1 })`, "SSS_INVALID_API_USAGE"},
		{`record.create({ type: 'customer' }).setValue('subsidiary', 1).getText('subsidiary')`, "SSS_INVALID_API_USAGE"},
		{`record.create({ type: 'salesorder' }).setSublistValue({ sublistId: 'item', fieldId: 'item', line: 1, value: 1 })`, "SSS_INVALID_SUBLIST_OPERATION"},
		{`record.create({ type: 'salesorder' }).getSublistValue({ sublistId: 'nothing', fieldId: 'item', line: 0 })`, "SSS_INVALID_SUBLIST_OPERATION"},
		{`record.create({ type: 'customer' }).setValue({ fieldId: 'isinactive', value: 'maybe' })`, "INVALID_FLD_VALUE"},
		{`record.create({ type: 'salesorder' }).setValue({ fieldId: 'trandate', value: 'soon' })`, "INVALID_FLD_VALUE"},
		{`record.create({ type: 'salesorder' }).setText({ fieldId: 'entity', text: 'Nobody at all' })`, "INVALID_FLD_VALUE"},
		{`record.create({ type: 'customer' }).setValue('subsidiary', 99).setValue('companyname', 'x').save()`, "INVALID_FLD_VALUE"},
		{`record.create({ type: 'customer' }).setValue({ fieldId: 'companyname' })`, "SSS_MISSING_REQD_ARGUMENT"},
		{`record.create({ type: 'salesorder' }).save()`, "USER_ERROR"},
		{`record.submitFields({ type: 'customer', id: 1, values: 'x' })`, "SSS_INVALID_TYPE_ARG"},
		{`record.attach({ record: { type: 'contact' }, to: { type: 'customer', id: 1 } })`, "SSS_MISSING_REQD_ARGUMENT"},
	} {
		if e := w.fails(row.body); e.Code != row.code {
			t.Errorf("%s\n%s: %.300s\nwant %s", row.body, e.Code, e.Message, row.code)
		}
	}
}
