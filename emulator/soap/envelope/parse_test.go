package envelope

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

const head = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`

func TestParseRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":                "",
		"no envelope":            "<a/>",
		"SOAP 1.2":               `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><a/></s:Body></s:Envelope>`,
		"empty body":             head + `<s:Body/></s:Envelope>`,
		"two operations":         head + `<s:Body><a/><b/></s:Body></s:Envelope>`,
		"doctype":                `<!DOCTYPE a>` + head + `<s:Body><a/></s:Body></s:Envelope>`,
		"entity":                 head + `<s:Body><a>&b;</a></s:Body></s:Envelope>`,
		"processing instruction": head + `<?php 1?><s:Body><a/></s:Body></s:Envelope>`,
		"unbound prefix of type": head + `<s:Body><a xsi:type="x:y"/></s:Body></s:Envelope>`,
		"two roots":              head + `<s:Body><a/></s:Body></s:Envelope><a/>`,
		"cut off":                head + `<s:Body><a>`,
		"not UTF-8":              `<?xml version="1.0" encoding="ISO-8859-1"?>` + head + `<s:Body><a/></s:Body></s:Envelope>`,
		"too deep":               head + `<s:Body>` + strings.Repeat("<a>", 80) + strings.Repeat("</a>", 80) + `</s:Body></s:Envelope>`,
	} {
		if _, err := Parse(strings.NewReader(text)); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

// TestStylesSayTheSame: however an answer writes its namespaces, it reads alike.
func TestStylesSayTheSame(t *testing.T) {
	shapes, err := wsdl.Load()
	if err != nil {
		t.Fatal(err)
	}
	core, messages := shapes.Area("platformCore"), shapes.Area("platformMsgs")
	body := New(messages, "getResponse", New(messages, "readResponse",
		New(core, "status").With("isSuccess", "true"),
		New(messages, "record", Text(shapes.Area("listRel"), "companyName", "A & <B>\r\n\u00e9")).With("internalId", `"1"`).As(shapes.Type("listRel", "Customer"))))
	for style := range styles {
		w := Writer{Version: "2025_2", Style: style}
		got, err := Parse(bytes.NewReader(w.Envelope(nil, body)))
		if err != nil {
			t.Fatalf("style %d: %v", style, err)
		}
		b := Binder{Schema: shapes, Version: "2025_2"}
		if err := b.Bind(got.Body, shapes.Message("getResponse")); err != nil {
			t.Fatalf("style %d: %v", style, err)
		}
		record := got.Body.Child("readResponse").Child("record")
		name := record.Child("companyName")
		if record.Attr("internalId") != `"1"` || name.Text != "A & <B>\r\n\u00e9" || name.Name.Space != shapes.Area("listRel").Namespace("2025_2") ||
			got.Body.Name.Space != messages.Namespace("2025_2") || got.Body.Child("readResponse").Child("status").Name.Space != core.Namespace("2025_2") {
			t.Errorf("style %d: %+v", style, record)
		}
	}
}

// FuzzParse: no message makes the parser or the binder panic, or nests too deep.
func FuzzParse(f *testing.F) {
	f.Add([]byte(head + `<s:Header><tokenPassport/></s:Header><s:Body><get><baseRef xsi:type="c:RecordRef" xmlns:c="urn:core_2025_2.platform.webservices.netsuite.com" internalId="1"/></get></s:Body></s:Envelope>`))
	f.Add([]byte(head + `<s:Body><search xmlns="urn:messages_2025_2.platform.webservices.netsuite.com"><searchRecord/></search></s:Body></s:Envelope>`))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`))
	shapes, err := wsdl.Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		message, err := Parse(bytes.NewReader(data))
		if err != nil {
			return
		}
		if depth(message.Body) > maxDepth {
			t.Errorf("nested %d deep", depth(message.Body))
		}
		if shape := shapes.Message(message.Body.Name.Local); shape != nil {
			b := Binder{Schema: shapes, Version: "2025_2"}
			_ = b.Bind(message.Body, shape) // any answer but a panic will do
		}
	})
}

func depth(n *Node) int {
	deepest := 0
	for _, c := range n.Children {
		deepest = max(deepest, depth(c))
	}
	return deepest + 1
}
