package xmlstream

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/sluicehq/sluice/internal/reference"
)

// events reads a document with the reader of this package and writes what it
// finds, pieces of text joined.
func events(source io.Reader, limits Limits) (string, error) {
	r := New(source, limits)
	var b strings.Builder
	text := ""
	flush := func() {
		if text != "" {
			fmt.Fprintf(&b, "%q\n", text)
			text = ""
		}
	}
	for {
		kind, err := r.Next()
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			flush()
			return b.String(), nil
		}
		if err != nil {
			return b.String(), err
		}
		switch kind {
		case Start:
			flush()
			fmt.Fprintf(&b, "<{%s}%s", r.Space(), r.Name())
			for _, a := range r.Attrs() {
				fmt.Fprintf(&b, " {%s}%s=%q", a.Space, a.Name, a.Value)
			}
			b.WriteString(">\n")
		case End:
			flush()
			fmt.Fprintf(&b, "</{%s}%s>\n", r.Space(), r.Name())
		case Text:
			text += string(r.Text())
		}
	}
}

// theirs does the same with encoding/xml, and tells what this package refuses
// by design although encoding/xml reads it.
func theirs(document []byte) (out, unlike string, err error) {
	d := xml.NewDecoder(bytes.NewReader(document))
	var b strings.Builder
	text, depth, roots := "", 0, 0
	flush := func() {
		if text != "" {
			fmt.Fprintf(&b, "%q\n", text)
			text = ""
		}
	}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			flush()
			if roots == 0 {
				unlike = "no root"
			}
			return b.String(), unlike, nil
		}
		if err != nil {
			return b.String(), unlike, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			flush()
			if depth++; depth == 1 {
				roots++
			}
			if roots > 1 {
				unlike = "more than one root"
			}
			if oddName(token.Name) {
				unlike = "a colon too many"
			}
			fmt.Fprintf(&b, "<{%s}%s", token.Name.Space, token.Name.Local)
			for _, a := range token.Attr {
				if oddName(a.Name) {
					unlike = "a colon too many"
				}
				if a.Name.Space != "xmlns" && (a.Name.Space != "" || a.Name.Local != "xmlns") {
					fmt.Fprintf(&b, " {%s}%s=%q", a.Name.Space, a.Name.Local, a.Value)
				}
			}
			b.WriteString(">\n")
		case xml.EndElement:
			flush()
			depth--
			fmt.Fprintf(&b, "</{%s}%s>\n", token.Name.Space, token.Name.Local)
		case xml.CharData:
			if depth == 0 {
				if len(bytes.TrimSpace(bytes.TrimPrefix(token, []byte("\xEF\xBB\xBF")))) > 0 || roots > 0 && len(token) > 0 {
					unlike = "text outside the root"
				}
				continue
			}
			text += string(token)
		case xml.Directive:
			unlike = "a directive"
		case xml.ProcInst:
			flushed := token.Target
			if strings.Contains(flushed, ":") {
				unlike = "a colon too many"
			}
		}
	}
}

func oddName(n xml.Name) bool { return strings.Contains(n.Local, ":") }

// checkAgainst compares the two readers on one document.
func checkAgainst(t *testing.T, document []byte) {
	t.Helper()
	ours, ourErr := events(bytes.NewReader(document), Limits{})
	want, unlike, theirErr := theirs(document)
	switch {
	case ourErr == nil && theirErr != nil:
		// Unicode's letters are a little more than the lists of XML 1.0.
		if !strings.Contains(theirErr.Error(), "invalid XML name") && !strings.Contains(theirErr.Error(), "expected") {
			t.Fatalf("%q is read, encoding/xml refuses it: %v", document, theirErr)
		}
		if isASCII(document) {
			t.Fatalf("%q is read, encoding/xml refuses it: %v", document, theirErr)
		}
	case ourErr != nil && theirErr == nil:
		if unlike == "" && !refusedByDesign(document, ourErr) {
			t.Fatalf("%q is refused (%v), encoding/xml reads %s", document, ourErr, want)
		}
	case ourErr == nil && ours != want && unlike == "":
		t.Fatalf("%q is read as\n%s\nby encoding/xml as\n%s", document, ours, want)
	}
}

func isASCII(b []byte) bool {
	return !bytes.ContainsFunc(b, func(r rune) bool { return r >= 0x80 })
}

// refusedByDesign are refusals of documents that encoding/xml lets pass.
func refusedByDesign(document []byte, err error) bool {
	var syntax *SyntaxError
	switch {
	case errors.Is(err, ErrLimit), errors.Is(err, ErrDocumentType):
		return true
	case errors.Is(err, ErrEncoding):
		// Bytes that are not UTF-8 in comments and instructions pass there.
		return false
	case errors.As(err, &syntax) && strings.HasSuffix(syntax.Problem, "is no character"):
		return true // a surrogate, or more zeros before the number than anyone writes
	case errors.As(err, &syntax) && (strings.HasSuffix(syntax.Problem, "is not a name") || strings.HasSuffix(syntax.Problem, "without a name")):
		return !isASCII(document) || bytes.Contains(document, []byte(":"))
	case errors.As(err, &syntax) && strings.HasSuffix(syntax.Problem, "that begins no reference"):
		return bytes.Contains(document, []byte("&#")) // digits beyond measure
	}
	return false
}

var documents = []string{
	`<a/>`, `<a></a>`, `<a b="1" c='2'>x</a>`, `<?xml version="1.0" encoding="UTF-8"?><a>&lt;&#65;&#x42;&amp;</a>`,
	`<s:E xmlns:s="urn:s"><b xmlns="">t</b><s:c xmlns:s="urn:t" s:d="e" f="g"/></s:E>`,
	`<a xmlns="urn:a"><b c="d"/><x:y xmlns:x="urn:x" xmlns="">z</x:y><e/></a>`,
	"<a>\r\nx\ry</a>", "<a b='\r\n\tc'/>", `<a><![CDATA[<&]]]]><![CDATA[>]]></a>`, `<a>x<!-- c -->y</a>`,
	"\xEF\xBB\xBF<a/>", " <a/> ", `<a>]]</a>`, `<a b="]]>"/>`, `<x:a/>`, `<a x:b="1"/>`, `<xml:a xml:lang="de"/>`, `<ä ö="ü">é</ä>`,
	`<a xmlns:p="urn:1"><b xmlns:p="urn:2" p:c=""/><p:d/></a>`, `<a b="1"c="2"/>`, `<a b = "1" />`, `<a ></a >`, `<xmlns/>`, `<a xmlns:xmlns="x"/>`,
	// Not well-formed:
	``, ` `, `<`, `<a`, `<a>`, `<a></b>`, `</a>`, `<a b/>`, `<a b=1/>`, `<a b="1/>`, `<a b="<"/>`, `<a>&x;</a>`, `<a>&</a>`, `<a>]]></a>`, `<a>&#0;</a>`,
	"<a>\x00</a>", "<a>\xff</a>", `<a/><b/>`, `x<a/>`, `<a/>x`, `<a><b></a></b>`, `< a/>`, `<a></ a>`, `<1/>`, `<a:b:c/>`, `<:a/>`, `<a:/>`, `<a <b/>`, `<a "/>">`,
	`<!DOCTYPE a><a/>`, `<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`, `<a><!-- -- --></a>`, `<a><!-x></a>`, `<a><![CDATA[x</a>`, `<?xml version="1.1"?><a/>`,
	`<?xml version="1.0" encoding="ISO-8859-1"?><a/>`, `<?xml?><a/>`, `<??><a/>`, `<a><?p i?></a>`, "\xFF\xFE<\x00a\x00", `<a>&#xD800;</a>`, `<!-- x --->`, `<a/ >`,
}

func TestAgreesWithEncodingXML(t *testing.T) {
	for _, document := range documents {
		checkAgainst(t, []byte(document))
	}
}

// recorded returns the answers recorded from NetSuite, where they are at hand.
func recorded(t testing.TB) map[string][]byte {
	found := map[string][]byte{}
	for _, path := range reference.Find(t, "fixtures/soap/*.xml") {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		found[filepath.Base(path)] = data
	}
	return found
}

func TestRecordedAnswers(t *testing.T) {
	answers := recorded(t)
	if len(answers) == 0 {
		t.Skip("recorded answers are not at hand (set SLUICE_SHARED to the folder that holds fixtures/)")
	}
	for name, document := range answers {
		checkAgainst(t, document)
		ours, err := events(bytes.NewReader(document), Limits{})
		whole, _ := events(iotest.OneByteReader(bytes.NewReader(document)), Limits{})
		if whole != ours {
			t.Errorf("%s is read otherwise byte by byte (%v)", name, err)
		}
	}
}

func TestByteByByte(t *testing.T) {
	for _, document := range documents {
		at1, err1 := events(strings.NewReader(document), Limits{})
		at2, err2 := events(iotest.OneByteReader(strings.NewReader(document)), Limits{})
		if at1 != at2 || (err1 == nil) != (err2 == nil) {
			t.Errorf("%q: %s (%v), byte by byte %s (%v)", document, at1, err1, at2, err2)
		}
	}
}

func TestRefusals(t *testing.T) {
	deep := strings.Repeat("<a>", 101) + strings.Repeat("</a>", 101)
	for _, c := range []struct {
		name, document string
		limits         Limits
		want           error
	}{
		{"document type", `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, Limits{}, ErrDocumentType},
		{"document type inside", `<a><!DOCTYPE b></a>`, Limits{}, ErrDocumentType},
		{"ISO-8859-1", `<?xml version="1.0" encoding="ISO-8859-1"?><a/>`, Limits{}, ErrEncoding},
		{"UTF-16", "\xFE\xFF\x00<\x00a\x00/\x00>", Limits{}, ErrEncoding},
		{"Latin 1 undeclared", "<a>\xe9</a>", Limits{}, ErrEncoding},
		{"depth", deep, Limits{}, ErrLimit},
		{"token", "<a>" + strings.Repeat("x", 200<<10) + "</a>", Limits{Token: 100 << 10}, ErrLimit},
		{"attribute", `<a b="` + strings.Repeat("x", 200<<10) + `"/>`, Limits{Token: 100 << 10}, ErrLimit},
		{"attributes", "<a" + strings.Repeat(` b="c"`, 1001) + "/>", Limits{}, ErrLimit},
		{"namespaces", "<a" + strings.Repeat(` xmlns:b="c" b:d="e"`, 501) + "/>", Limits{}, ErrLimit},
		{"total", "<a>" + strings.Repeat("<b/>", 50<<10) + "</a>", Limits{Total: 100 << 10}, ErrLimit},
		{"cut short", "<a><b>", Limits{}, io.ErrUnexpectedEOF},
		{"cut in a tag", "<a><b", Limits{}, io.ErrUnexpectedEOF},
		{"cut in text", "<a>x", Limits{}, io.ErrUnexpectedEOF},
		{"nothing", "", Limits{}, io.ErrUnexpectedEOF},
	} {
		if _, err := events(strings.NewReader(c.document), c.limits); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	broken := errors.New("connection reset")
	if _, err := events(io.MultiReader(strings.NewReader("<a>x"), iotest.ErrReader(broken)), Limits{}); !errors.Is(err, broken) {
		t.Errorf("a broken source: %v", err)
	}
}

// TestWindowStaysSmall reads 16 times the window and looks at the memory that is kept.
func TestWindowStaysSmall(t *testing.T) {
	row := strings.Repeat("<b c='d'>text</b>", 1000)
	var parts []io.Reader
	parts = append(parts, strings.NewReader("<a>"))
	for range 60 {
		parts = append(parts, strings.NewReader(row))
	}
	r := New(io.MultiReader(append(parts, strings.NewReader("</a>"))...), Limits{})
	count := 0
	for {
		kind, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if kind == Text {
			count++
		}
	}
	if count != 60_000 || cap(r.window) > 2*firstWindow {
		t.Errorf("%d texts, a window of %d bytes", count, cap(r.window))
	}
}

func TestResolveAndSkip(t *testing.T) {
	r := New(strings.NewReader(`<a xmlns="urn:d" xmlns:p="urn:p"><b xmlns:p="urn:q"><c/>x<d>y</d></b><e/></a>`), Limits{})
	next := func() {
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
	next()
	next()
	if space, local := r.Resolve("p:Type"); space != "urn:q" || local != "Type" {
		t.Errorf("p:Type is %s %s", space, local)
	}
	if err := r.Skip(); err != nil {
		t.Fatal(err)
	}
	if space, local := r.Resolve("Type"); space != "urn:d" || local != "Type" {
		t.Errorf("Type is %s %s", space, local)
	}
	next()
	if r.Name() != "e" {
		t.Errorf("after b comes %s", r.Name())
	}
	if space, _ := r.Resolve("p:Type"); space != "urn:p" {
		t.Errorf("after b p is %s", space)
	}
	if space, _ := r.Resolve("z:Type"); space != "z" {
		t.Errorf("a prefix without declaration is %s", space)
	}
}

func FuzzReader(f *testing.F) {
	for _, document := range documents {
		f.Add([]byte(document))
	}
	for _, document := range recorded(f) {
		f.Add(document)
	}
	f.Fuzz(checkAgainst)
}

// answer is a search answer such as NetSuite sends.
func answer(records int) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><searchResponse xmlns="urn:messages_2025_2.platform.webservices.netsuite.com"><platformCore:searchResult xmlns:platformCore="urn:core_2025_2.platform.webservices.netsuite.com"><platformCore:status isSuccess="true"/><platformCore:recordList>`)
	for i := range records {
		fmt.Fprintf(&b, `<platformCore:record internalId="%d" externalId="C-%d" xsi:type="listRel:Customer" xmlns:listRel="urn:relationships_2025_2.lists.webservices.netsuite.com"><listRel:entityId>C%d</listRel:entityId><listRel:companyName>Company &amp; Sons %d</listRel:companyName><listRel:email>mail%d@example.com</listRel:email><listRel:isInactive>false</listRel:isInactive><listRel:subsidiary internalId="1"><platformCore:name>Parent</platformCore:name></listRel:subsidiary><listRel:lastModifiedDate>2026-01-02T03:04:05.000-08:00</listRel:lastModifiedDate><listRel:balance>%d.50</listRel:balance></platformCore:record>`, i, i, i, i, i, i)
	}
	b.WriteString(`</platformCore:recordList></platformCore:searchResult></searchResponse></soapenv:Body></soapenv:Envelope>`)
	return b.Bytes()
}

func BenchmarkReader(b *testing.B) {
	document := answer(1000)
	b.Run("xmlstream", func(b *testing.B) {
		b.SetBytes(int64(len(document)))
		b.ReportAllocs()
		for b.Loop() {
			r := New(bytes.NewReader(document), Limits{})
			for {
				if _, err := r.Next(); err != nil {
					break
				}
			}
		}
	})
	b.Run("encoding-xml", func(b *testing.B) {
		b.SetBytes(int64(len(document)))
		b.ReportAllocs()
		for b.Loop() {
			d := xml.NewDecoder(bytes.NewReader(document))
			for {
				if _, err := d.Token(); err != nil {
					break
				}
			}
		}
	})
}
