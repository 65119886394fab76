package script_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/restlet"
	"github.com/sluicehq/sluice/emulator/script"
	"github.com/sluicehq/sluice/emulator/session"
)

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

const tags = "/**\n * @NApiVersion 2.1\n * @NScriptType Restlet\n */\n"

// A folder is a plain one, or a project of the SuiteCloud Development Framework.
func TestFolder(t *testing.T) {
	w := newWorld(t, empty, func(o *emulator.Options) {
		o.Scripts = fstest.MapFS{
			"stock level.js": file(tags + `define(['./lib/sum', 'N/log'], (sum, log) => ({ get: (p) => { log.audit({ title: 'asked', details: p }); return String(sum(1, 2)) } }))`),
			"lib/sum.js":     file(`define([], () => (a, b) => a + b)`),
			"bulk.js":        file("/** @NApiVersion 2.1 @NScriptType ScheduledScript */ define([], () => ({ execute: () => 1 }))"),
			"src/FileCabinet/SuiteScripts/orders/orders.js": file(tags + `define(['/SuiteScripts/orders/names', 'N/runtime'], (names, runtime) => ({
				put: () => names.greeting + ' ' + runtime.getCurrentScript().getParameter('custscript_who') }))`),
			"src/FileCabinet/SuiteScripts/orders/names.js": file(`define({ greeting: 'hello' })`),
			"src/Objects/customscript_orders.xml": file(`<restlet scriptid="customscript_orders"><name>Orders</name>
				<scriptfile>[/SuiteScripts/orders/orders.js]</scriptfile>
				<scriptcustomfields><scriptcustomfield scriptid="custscript_who"><defaultvalue>world</defaultvalue></scriptcustomfield></scriptcustomfields>
				<scriptdeployments>
					<scriptdeployment scriptid="customdeploy_a"><status>RELEASED</status><isdeployed>T</isdeployed></scriptdeployment>
					<scriptdeployment scriptid="customdeploy_b"><status>TESTING</status><custscript_who>you</custscript_who></scriptdeployment>
				</scriptdeployments></restlet>`),
			"src/manifest.xml":          file(`<manifest projecttype="ACCOUNTCUSTOMIZATION"/>`),
			"src/Templates/a.xml":       file(`<#if a>`),
			"src/site/app.js":           file(`import x from 'x'`),
			"node_modules/x/index.js":   file(`import x from 'x'`),
			"src/Objects/customrec.xml": file(`<customrecordtype scriptid="customrecord_x"/>`),
		}
	})
	list := w.emu.RESTlets()
	var ids []string
	for _, s := range list {
		ids = append(ids, s.ScriptID+"/"+s.DeployID)
	}
	want := "customscript_orders/customdeploy_a customscript_orders/customdeploy_b customscript_stock_level/customdeploy_stock_level"
	if got := strings.Join(ids, " "); got != want {
		t.Fatalf("%s\nwant %s", got, want)
	}
	if list[0].Put == nil || list[0].Get != nil || list[0].Unreleased || !list[1].Unreleased {
		t.Errorf("%+v", list)
	}
	ctx := session.With(t.Context(), w.ses)
	for i, want := range []string{"hello world", "hello you"} {
		if got, err := list[i].Put(ctx, &restlet.Request{Method: "PUT"}); got != want {
			t.Errorf("%v, %v: want %s", got, err, want)
		}
	}
	if got, err := list[2].Get(ctx, &restlet.Request{Method: "GET", Params: map[string]string{"item": "7"}}); got != "3" {
		t.Errorf("%v, %v", got, err)
	}
	if log := w.emu.ScriptLog(); len(log) != 1 || log[0].Title != "asked" || log[0].Details != `{"item":"7"}` || log[0].Level != "AUDIT" {
		t.Errorf("%+v", log)
	}
}

// What NetSuite refuses when a script is saved is refused when it is deployed.
func TestScriptsThatAreNotDeployed(t *testing.T) {
	w := newWorld(t, empty)
	for _, row := range []struct{ name, source, want string }{
		{"no tags", `define([], () => ({ get: () => 1 }))`, "@NApiVersion is missing"},
		{"version", "/** @NApiVersion 1.0\n @NScriptType Restlet */ define([], () => ({ get: () => 1 }))", "runs SuiteScript 2.1"},
		{"type", "/** @NApiVersion 2.1\n @NScriptType Suitelet */ define([], () => ({ onRequest: () => 1 }))", "not Restlet"},
		{"syntax", tags + `define([], () => ({ get: () => }))`, "SyntaxError"},
		{"no entry point", tags + `define([], () => ({ get: 1 }))`, "MUST_IMPLEMENT_ONE_OF"},
		{"no define", tags + `const get = () => 1`, "MUST_IMPLEMENT_ONE_OF"},
		{"module", tags + `define(['N/sftp'], () => ({ get: () => 1 }))`, "Module does not exist: N/sftp"},
		{"file", tags + `define(['./lib'], () => ({ get: () => 1 }))`, "Module does not exist: /SuiteScripts/lib.js"},
		{"too early", tags + `define(['N/record'], (record) => { record.load({ type: 'customer', id: 1 }); return { get: () => 1 } })`, "SUITESCRIPT_API_UNAVAILABLE_IN_DEFINE"},
		{"throws", tags + `define([], () => { throw new Error('not today') })`, "not today"},
		{"too large", tags + strings.Repeat(" ", 1<<20), "at most 1 MB"},
	} {
		err := w.emu.DeployScript(script.Deployment{ScriptID: "customscript_x", DeployID: "customdeploy_x"}, row.source)
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %s", row.name, err, row.want)
		}
	}
	broken := fstest.MapFS{"a.js": file(tags + `define(['./b'], () => ({ get: () => 1 }))`), "b.js": file(`export default 1`)}
	if _, err := emulator.New(emulator.Options{Empty: true, Scripts: broken}); err == nil || !strings.Contains(err.Error(), "/SuiteScripts/b.js: SyntaxError") {
		t.Error(err)
	}
	undescribed := fstest.MapFS{"Objects/x.xml": file(`<restlet scriptid="customscript_x"><scriptfile>[/SuiteScripts/x.js]</scriptfile><scriptdeployments><scriptdeployment scriptid="customdeploy_x"/></scriptdeployments></restlet>`)}
	if _, err := emulator.New(emulator.Options{Empty: true, Scripts: undescribed}); err == nil || !strings.Contains(err.Error(), "/SuiteScripts/x.js does not exist") {
		t.Error(err)
	}
	circle := fstest.MapFS{
		"a.js": file(tags + `define(['./b'], () => ({ get: () => 1 }))`),
		"b.js": file(`define(['./a'], () => ({}))`),
	}
	if _, err := emulator.New(emulator.Options{Empty: true, Scripts: circle}); err == nil || !strings.Contains(err.Error(), "circle") {
		t.Error(err)
	}
}
