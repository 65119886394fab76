package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
	"github.com/sluicehq/sluice/netsuite/soap"
	"github.com/sluicehq/sluice/netsuite/soap/record"
	"github.com/sluicehq/sluice/netsuite/soap/schema"
	"github.com/sluicehq/sluice/netsuite/soap/search"
)

// decoded is how many orders the page has that decoders are measured with.
const decoded = 1000

// measureDecode compares how fast a page of a SOAP search becomes records: the
// client with its own decoder, encoding/xml into a tree that knows nothing, and
// python3-zeep. All read the same file from memory.
func measureDecode(ctx context.Context, p plan) ([]figure, error) {
	dir, err := os.MkdirTemp("", "sluice-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "answer.xml")
	page, err := ordersPage(decoded)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(path, page, 0o600); err != nil {
		return nil, err
	}
	var figures []figure
	measure := func(who string, command func() *exec.Cmd) error {
		top, err := best(ctx, p, command)
		if err != nil {
			return err
		}
		figures = append(figures, figure{"decode", who, float64(top.Bytes) / 1e6 / top.Seconds, "MB/s",
			fmt.Sprintf("%.4g records/s, %d MiB at most", top.rate(), top.Peak>>20)})
		return nil
	}
	for _, who := range []string{"sluice", "sluice, documents", "encoding/xml"} {
		if err := measure(who, func() *exec.Cmd { return exec.Command(self(), "decode", who, path, "40") }); err != nil {
			return nil, err
		}
	}
	if exec.Command(python, "-c", "import zeep").Run() != nil {
		return append(figures, figure{"decode", "zeep", 0, "", "not installed (Debian: python3-zeep)"}), nil
	}
	err = withAccount(ctx, accountFlags{concurrency: p.limit}, func(a account) error {
		wsdl := a.BaseURL + "/wsdl/v" + string(schema.Latest) + "_0/netsuite.wsdl"
		return measure("zeep", func() *exec.Cmd {
			cmd := exec.Command(python, filepath.Join("bench", "python", "decode.py"), wsdl, path, "2")
			cmd.Stderr = os.Stderr
			return cmd
		})
	})
	return figures, err
}

const python = "/usr/bin/python3"

// ordersPage is a page of sales orders with five lines each.
func ordersPage(n int) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`)
	for _, area := range schema.Areas() {
		fmt.Fprintf(&b, ` xmlns:%s="%s"`, area, schema.Namespace(area, schema.Latest))
	}
	fmt.Fprintf(&b, `><soapenv:Header><platformMsgs:documentInfo><platformMsgs:nsId>BENCH</platformMsgs:nsId></platformMsgs:documentInfo></soapenv:Header><soapenv:Body><platformMsgs:searchResponse><platformCore:searchResult><platformCore:status isSuccess="true"/><platformCore:totalRecords>%d</platformCore:totalRecords><platformCore:pageSize>%d</platformCore:pageSize><platformCore:totalPages>1</platformCore:totalPages><platformCore:pageIndex>1</platformCore:pageIndex><platformCore:searchId>BENCH</platformCore:searchId><platformCore:recordList>`, n, n)
	encoder := record.Encoder{Version: schema.Latest}
	for i := range n {
		out, err := encoder.Append(nil, "platformCore", "platformCore:Record", order(i))
		if err != nil {
			return nil, err
		}
		b.Write(out)
	}
	b.WriteString(`</platformCore:recordList></platformCore:searchResult></platformMsgs:searchResponse></soapenv:Body></soapenv:Envelope>`)
	return b.Bytes(), nil
}

func order(i int) *record.Element {
	var lines []record.Element
	for line := range 5 {
		lines = append(lines, *record.Line("item").SetRef("item", record.Ref{InternalID: strconv.Itoa(100 + line), Name: fmt.Sprint("Item ", line)}).
			Set("line", strconv.Itoa(line+1)).Set("quantity", "2.0").Set("description", "A part of some length for the machine").Set("rate", "12.50").Set("amount", "25.0"))
	}
	return record.New("salesOrder").SetInternalID(strconv.Itoa(i)).SetExternalID(fmt.Sprint("SO-", i)).
		SetTime("createdDate", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)).SetRef("entity", record.Ref{InternalID: strconv.Itoa(i % 97), Name: "Company & Sons"}).
		Set("tranDate", "2026-01-02").Set("tranId", fmt.Sprint("SO", i)).Set("memo", fmt.Sprint("memo of order ", i)).Set("total", "125.0").
		Set("email", "orders@example.com").SetBool("toBePrinted", false).SetList("itemList", record.Replace, lines...).
		SetCustom(record.CustomText("custbody_channel", record.CustomString, "web"), record.CustomRef("custbody_region", record.CustomSelect, record.Ref{InternalID: "3", TypeID: "44", Name: "North"}))
}

// runDecode decodes a file, in a process of its own.
func runDecode(ctx context.Context, args []string) error {
	if len(args) != 3 {
		return errors.New("decode: want a decoder, a file and a number")
	}
	text, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	times, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	decode := func() (int, error) { return decodeXML(text) }
	if strings.HasPrefix(args[0], "sluice") {
		if decode, err = ourDecoder(ctx, text, args[0] == "sluice, documents"); err != nil {
			return err
		}
	}
	got := answer{Bytes: int64(len(text)) * int64(times)}
	start := time.Now()
	for range times {
		n, err := decode()
		if err != nil {
			return err
		}
		got.Count += n
	}
	got.Seconds = time.Since(start).Seconds()
	got.Peak = peakMemory()
	return json.NewEncoder(os.Stdout).Encode(got)
}

// memory answers every request with the same text.
type memory []byte

func (m memory) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(m)), Request: r}, nil
}

// ourDecoder runs searches whose answer is the text.
func ourDecoder(ctx context.Context, text []byte, documents bool) (func() (int, error), error) {
	id, err := netsuite.ParseAccountID("1234567")
	if err != nil {
		return nil, err
	}
	tba := &auth.TBA{Realm: id.Realm(), ConsumerKey: "made-up", ConsumerSecret: auth.NewSecret("made-up"), TokenID: "made-up", TokenSecret: auth.NewSecret("made-up")}
	base, err := netsuite.New(id, tba, netsuite.WithHTTPClient(&http.Client{Transport: memory(text)}))
	if err != nil {
		return nil, err
	}
	c, err := soap.New(base, tba)
	if err != nil {
		return nil, err
	}
	orders, err := search.Query{Type: "salesOrder"}.Element(c.Version())
	if err != nil {
		return nil, err
	}
	return func() (int, error) {
		p, err := c.Search(ctx, orders, nil)
		if err == nil && len(p.Records) != decoded {
			err = fmt.Errorf("%d records", len(p.Records))
		}
		for i := range p.Records {
			if documents && len(record.Plain{}.Document(&p.Records[i])) == 0 {
				err = errors.New("an empty document")
			}
		}
		return len(p.Records), err
	}, nil
}

// node is what encoding/xml reads any document into.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []node     `xml:",any"`
}

func decodeXML(text []byte) (int, error) {
	var envelope node
	if err := xml.Unmarshal(text, &envelope); err != nil {
		return 0, err
	}
	result := envelope.Children[1].Children[0].Children[0]
	return len(result.Children[len(result.Children)-1].Children), nil
}
