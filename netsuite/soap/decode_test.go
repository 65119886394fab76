package soap

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/internal/reference"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/soap/record"
)

// FuzzAnswer reads any bytes as the answer to each kind of request, and as a
// refusal. Whatever comes, it ends, and an answer that tells nothing is an error.
func FuzzAnswer(f *testing.F) {
	for _, path := range reference.Find(f, "fixtures/soap/*.xml") {
		if data, err := os.ReadFile(path); err == nil {
			f.Add(data)
		}
	}
	f.Add([]byte(envelope("upsertList", list(written("1", "", ""), written("", "USER_ERROR", "x")))))
	f.Add([]byte(envelope("search", result(1, 2, "1", "2"))))
	f.Add([]byte(`<Envelope><Body><Fault><faultstring>x</faultstring><detail><hostname>h</hostname></detail></Fault></Body></Envelope>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := &request{operation: "fuzz"}
		for _, read := range []func(*answer) error{
			func(a *answer) error {
				return a.each(func(string) error { _, err := a.writeResponseList(r); return err })
			},
			func(a *answer) error {
				return a.each(func(string) error {
					result, err := a.readResponse(r)
					if err == nil && (result.Record == nil) == (result.Err == nil) && result.Err != nil {
						t.Fatalf("%+v", result)
					}
					return err
				})
			},
			func(a *answer) error {
				return a.each(func(string) error {
					p, err := a.page(r)
					if err == nil {
						for i := range p.Records {
							_ = p.Records[i].Ref()
						}
					}
					return err
				})
			},
		} {
			response := &netsuite.Response{Status: 200}
			err := r.stream(read)(response, bytes.NewReader(data))
			if fault, ok := errors.AsType[*netsuite.Fault](err); ok && (fault.Class() == nil || fault.Error() == "") {
				t.Fatalf("%+v", fault)
			}
			if err != nil && errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("the end of the document as an error: %v", err)
			}
		}
		if fault := r.refuse(&netsuite.Response{Status: 500, Body: data}); fault != nil && fault.Class() == nil {
			t.Fatalf("%+v", fault)
		}
	})
}

// searchAnswer is a page of sales orders with lines, as large as real ones.
func searchAnswer(records int) []byte {
	var b strings.Builder
	for i := range records {
		fmt.Fprintf(&b, `<platformCore:record internalId="%d" externalId="SO-%d" xsi:type="tranSales:SalesOrder" xmlns:tranSales="urn:sales_2025_2.transactions.webservices.netsuite.com"><tranSales:createdDate>2026-01-02T03:04:05.000-08:00</tranSales:createdDate><tranSales:entity internalId="%d"><platformCore:name>Company &amp; Sons %d</platformCore:name></tranSales:entity><tranSales:tranDate>2026-01-02T00:00:00.000-08:00</tranSales:tranDate><tranSales:tranId>SO%d</tranSales:tranId><tranSales:memo>memo of order %d</tranSales:memo><tranSales:total>%d.50</tranSales:total><tranSales:itemList>`, i, i, i%97, i%97, i, i, i)
		for line := range 5 {
			fmt.Fprintf(&b, `<tranSales:item><tranSales:item internalId="%d"><platformCore:name>Item %d</platformCore:name></tranSales:item><tranSales:line>%d</tranSales:line><tranSales:quantity>%d.0</tranSales:quantity><tranSales:description>A part of some length for the machine</tranSales:description><tranSales:amount>12.50</tranSales:amount></tranSales:item>`, line, line, line, line)
		}
		b.WriteString(`</tranSales:itemList></platformCore:record>`)
	}
	inner := result(1, 1)
	inner = strings.Replace(inner, "<platformCore:recordList>", "<platformCore:recordList>"+b.String(), 1)
	return []byte(envelope("search", inner))
}

// generic is what encoding/xml unmarshals any document into.
type generic struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []generic  `xml:",any"`
}

// BenchmarkDecode decodes a page of 500 orders into trees, and beside it with
// encoding/xml.
func BenchmarkDecode(b *testing.B) {
	data := searchAnswer(500)
	b.Run("soap", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			var p Page
			r := &request{}
			err := r.stream(func(a *answer) error {
				return a.each(func(string) (err error) { p, err = a.page(r); return err })
			})(&netsuite.Response{}, bytes.NewReader(data))
			if err != nil || len(p.Records) != 500 || len(p.Records[499].All("itemList", "item")) != 5 {
				b.Fatal(err)
			}
		}
	})
	b.Run("documents", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			r := &request{}
			err := r.stream(func(a *answer) error {
				return a.each(func(string) error {
					p, err := a.page(r)
					for i := range p.Records {
						if len(record.Plain{}.Document(&p.Records[i])) == 0 {
							b.Fatal("an empty document")
						}
					}
					return err
				})
			})(&netsuite.Response{}, bytes.NewReader(data))
			if err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-xml", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			var g generic
			if err := xml.Unmarshal(data, &g); err != nil {
				b.Fatal(err)
			}
		}
	})
}
