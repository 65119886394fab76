package soapform

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/netsuite/metadata"
	"github.com/sluicehq/sluice/netsuite/soap/record"
	"github.com/sluicehq/sluice/netsuite/soap/schema"
)

// sent is a record as SOAP has it, without namespaces.
func sent(t *testing.T, f *Form, recordType, body string, lines Lines) (string, error) {
	t.Helper()
	var fields map[string]any
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&fields); err != nil {
		t.Fatal(body, err)
	}
	tree, err := f.Record(recordType, fields, lines)
	if err != nil {
		return "", err
	}
	text, err := record.Encoder{Version: f.Version, Zone: f.Zone}.Append(nil, "platformMsgs", "platformCore:Record", named(tree))
	if err != nil {
		t.Fatal(err)
	}
	out := string(text)
	for _, area := range schema.Areas() {
		out = strings.ReplaceAll(out, area+":", "")
	}
	return out, nil
}

func TestForm(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := metadata.Parse("customer", []byte(`{"type":"object","properties":{
		"custentity_flag":{"type":"boolean","nullable":true},"custentity_day":{"type":"string","format":"date","nullable":true},"custentity_count":{"type":"integer","format":"int64"},
		"custentity_list":{"type":"object","properties":{"id":{"type":"string"},"refName":{"type":"string"}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	f := &Form{Version: schema.Latest, Zone: berlin, Schema: &catalogue}
	old := &Form{Version: schema.V2023_1, Zone: berlin}
	for _, tt := range []struct {
		form       *Form
		recordType string
		body       string
		lines      Lines
		want       []string // in order
	}{
		{f, "customer", `{"companyName": "A & B", "email": null, "subsidiary": {"id": "1", "refName": "x"}}`, Lines{},
			[]string{"<nullFieldList><name>email</name></nullFieldList>", "<companyName>A &amp; B</companyName>", `<subsidiary internalId="1"/>`}},
		{f, "customer", `{"companyName": "New", "email": null}`, Lines{New: true}, []string{`Customer"><companyName>New</companyName></record>`}},
		{f, "customer", `{"custentity_flag": true, "custentity_day": "2026-03-01", "custentity_count": 7, "custentity_list": {"id": "3"}}`, Lines{},
			[]string{`"LongCustomFieldRef" scriptId="custentity_count"><value>7<`, `"DateCustomFieldRef" scriptId="custentity_day"><value>2026-03-01T00:00:00.000+01:00<`,
				`"BooleanCustomFieldRef" scriptId="custentity_flag"><value>true<`, `"SelectCustomFieldRef" scriptId="custentity_list"><value internalId="3"/>`}},
		{f, "salesOrder", `{"item": {"items": [{"item": {"id": "11"}, "quantity": 2, "rate": 1.50}]}, "tranDate": "2026-03-01"}`, Lines{New: true},
			[]string{"<tranDate>2026-03-01T00:00:00.000+01:00</tranDate>", `<itemList replaceAll="true"><item><item internalId="11"/><quantity>2</quantity><rate>1.50</rate></item></itemList>`}},
		{f, "salesOrder", `{"item": {"items": []}}`, Lines{Replace: []string{"item"}}, []string{`<itemList replaceAll="true"`}},
		{f, "customer", `{"addressBook": {"items": [{"addressBookAddress": {"addr1": "1 Made Up Street", "country": {"id": "GB"}}}]}}`, Lines{New: true},
			[]string{`<addressbookList replaceAll="true"><addressbook><addressbookAddress><country>_unitedKingdom</country><addr1>`}},
		{old, "customer", `{"addressBook": {"items": [{"addressBookAddress": {"country": {"id": "BO"}}}]}}`, Lines{New: true}, []string{"<country>_bolivia</country>"}},
	} {
		got, err := sent(t, tt.form, tt.recordType, tt.body, tt.lines)
		if err != nil {
			t.Errorf("%s: %v", tt.body, err)
			continue
		}
		rest := got
		for _, part := range tt.want {
			_, after, ok := strings.Cut(rest, part)
			if !ok {
				t.Errorf("%s: no %s in\n%s", tt.body, part, got)
				break
			}
			rest = after
		}
	}
}

// What SOAP would take for something else, or delete lines by, is not said.
func TestUnsayable(t *testing.T) {
	f := &Form{Version: schema.Latest, Zone: time.UTC}
	for _, tt := range []struct{ recordType, body, field string }{
		{"madeUpType", `{}`, "madeUpType"},
		{"customer", `{"emial": "x"}`, "emial"},
		{"customer", `{"emailPreference": {"id": "PDF"}}`, "emailPreference"},
		{"salesOrder", `{"item": {"items": [{"line": 1, "quantity": 2}]}}`, "item"},
		{"customer", `{"addressBook": {"items": [{"emial": "x"}]}}`, "addressBook.1.emial"},
		{"customer", `{"addressBook": "x"}`, "addressBook"},
	} {
		_, err := sent(t, f, tt.recordType, tt.body, Lines{})
		u, ok := errors.AsType[*Unsayable](err)
		if !ok || u.Field != tt.field || u.Why == "" || !strings.HasPrefix(u.Error(), tt.field) {
			t.Errorf("%s: %v", tt.body, err)
		}
	}
}

func TestCountries(t *testing.T) {
	codes := 0
	names := map[string]string{}
	for iso, list := range countries() {
		codes++
		for _, n := range list {
			if other := names[n]; other != "" {
				t.Errorf("%s is %s and %s", n, iso, other)
			}
			names[n] = iso
		}
	}
	if codes < 240 {
		t.Errorf("%d countries", codes)
	}
	if name, ok := country("de", schema.Latest); !ok || name != "_germany" {
		t.Errorf("DE is %q", name)
	}
	if _, ok := country("ZZ", schema.Latest); ok {
		t.Error("ZZ is a country")
	}
}
