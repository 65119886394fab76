package soap

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/soap/record"
	"github.com/sluicehq/sluice/netsuite/soap/xmlstream"
)

// answer reads an answer while it arrives.
type answer struct {
	r       *xmlstream.Reader
	decoder record.Decoder
	nsID    string
}

// limits bound an answer. A record's file content is one text of up to 10 MB,
// a third more in base64.
var limits = xmlstream.Limits{Depth: 64, Token: 64 << 20, Total: 2 << 30}

// errNotSOAP is an answer that is something else.
var errNotSOAP = errors.New("the answer is no SOAP envelope")

// stream returns the Stream of the call: it finds the nsId in the header and
// hands over the element in the body.
func (r *request) stream(read func(*answer) error) func(*netsuite.Response, io.Reader) error {
	return func(response *netsuite.Response, body io.Reader) error {
		a := &answer{r: xmlstream.New(body, limits)}
		found := false
		err := a.envelope(func(name string) error {
			response.OperationID, r.nsID = a.nsID, a.nsID
			if name == "Fault" {
				fault, err := a.fault()
				if err != nil {
					return err
				}
				return r.classified(fault)
			}
			found = true
			return read(a)
		})
		if err == nil && !found {
			err = errors.New("the answer's body is empty")
		}
		r.settle(err)
		return err
	}
}

// envelope walks through the envelope up to its end, so that an answer that was
// cut short is noticed. body is called with the element in the Body.
func (a *answer) envelope(body func(name string) error) error {
	kind, err := a.r.Next()
	if err != nil {
		return asCut(err)
	}
	if kind != xmlstream.Start || a.r.Name() != "Envelope" {
		return errNotSOAP
	}
	return asCut(a.each(func(name string) error {
		switch name {
		case "Header":
			return a.header()
		case "Body":
			return a.each(body)
		}
		return nil
	}))
}

// header reads the nsId, the handle that Oracle's support asks for.
func (a *answer) header() error {
	return a.each(func(name string) error {
		if name != "documentInfo" {
			return nil
		}
		return a.each(func(name string) (err error) {
			if name == "nsId" {
				a.nsID, err = a.text()
			}
			return err
		})
	})
}

func asCut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// each calls fn for each child of the element whose start was read last, with
// its local name. What fn does not read is skipped.
func (a *answer) each(fn func(name string) error) error {
	depth := a.r.Depth()
	for {
		kind, err := a.r.Next()
		if err != nil {
			return err
		}
		switch {
		case kind == xmlstream.End && a.r.Depth() == depth:
			return nil
		case kind == xmlstream.Start:
			if err := fn(a.r.Name()); err != nil {
				return err
			}
			if err := a.leave(depth + 1); err != nil {
				return err
			}
		}
	}
}

// leave reads up to the end of the element at a depth, unless that has come.
func (a *answer) leave(depth int) error {
	for !a.r.Ended(depth) {
		if _, err := a.r.Next(); err != nil {
			return err
		}
	}
	return nil
}

// text reads the text of the element at hand.
func (a *answer) text() (string, error) {
	e, err := a.element()
	return strings.TrimSpace(e.Text), err
}

// number reads a count.
func (a *answer) number() (int, error) {
	text, err := a.text()
	if err != nil || text == "" {
		return 0, err
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("%.40q is no count", text)
	}
	return n, nil
}

// element reads the element at hand.
func (a *answer) element() (record.Element, error) { return a.decoder.Read(a.r) }

// fault is what a SOAP fault tells.
type fault struct {
	code    string // of NetSuite: WS_REQUEST_BLOCKED
	element string // exceededRequestLimitFault
	message string
	faulted string // faultcode
}

// fault reads the Fault at hand. Its detail has an element of NetSuite's, or for
// requests that could not be read the host's name alone.
func (a *answer) fault() (fault, error) {
	e, err := a.element()
	f := fault{faulted: e.Value("faultcode"), message: strings.TrimSpace(e.Value("faultstring"))}
	detail := e.Find("detail")
	if err != nil || detail == nil {
		return f, err
	}
	for i := range detail.Children {
		d := &detail.Children[i]
		if code := d.Find("code"); code != nil || strings.HasSuffix(d.Name, "Fault") {
			f.element, f.code = d.Name, strings.TrimSpace(d.Value("code"))
			if text := strings.TrimSpace(d.Value("message")); text != "" {
				f.message = text
			}
		}
	}
	return f, nil
}

// refuse reads the body of an HTTP error; nil leaves it to the netsuite.Client,
// which keeps the beginning of a page for people.
func (r *request) refuse(response *netsuite.Response) *netsuite.Fault {
	a := &answer{r: xmlstream.New(bytes.NewReader(response.Body), limits)}
	var told *fault
	// What came is good enough, even where it was cut short behind the fault.
	_ = a.envelope(func(name string) error {
		if name == "Fault" {
			f, err := a.fault()
			if err == nil {
				told = &f
			}
			return err
		}
		return nil
	})
	if told == nil {
		r.refused = response.Status == http.StatusTooManyRequests
		return nil
	}
	response.OperationID = a.nsID
	out := r.classified(*told)
	r.settle(out)
	return out
}
