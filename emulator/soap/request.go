package soap

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

// Path is where the service answers, with the version behind it.
const Path = "/services/NetSuitePort_"

// Request is a request that has been read and checked, but not logged in.
type Request struct {
	Version   string
	Operation string
	// Bare is true where the operation came without a namespace.
	Bare bool

	operation *wsdl.Operation
	body      *envelope.Node
	passport  *account.Passport
	prefs     preferences
}

// preferences are both headers; the absent ones are the company's.
type preferences struct {
	warningAsError, ignoreReadOnly, scripts bool
	noMandatoryCustom                       bool
	bodyFieldsOnly, returnColumns           bool
	columnsSaid                             bool
	pageSize                                int
	pageSizeSaid                            bool
}

// Version returns the version that a request's path names.
func Version(r *http.Request) string { return strings.TrimPrefix(r.URL.Path, Path) }

// Read reads a request. Its login data are there afterwards, not checked yet.
func Read(r *http.Request) (*Request, *Fault) {
	version := Version(r)
	if !wsdl.Served(version) {
		return nil, unsupported(version)
	}
	shapes, err := wsdl.Load()
	if err != nil {
		return nil, Unexpected(err.Error())
	}
	message, err := envelope.Parse(r.Body)
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, refuse("exceededRequestSizeFault", "EXCEEDED_RQST_SIZE_LIMIT", "The request exceeds %d bytes.", tooLarge.Limit)
	}
	if err != nil {
		return nil, parseFault(errors.New("org.xml.sax.SAXParseException; " + err.Error()))
	}
	q := &Request{Version: version, Operation: message.Body.Name.Local, Bare: message.Body.Name.Space == "", body: message.Body}
	messages := shapes.Area("platformMsgs").Namespace(version)
	q.operation = shapes.Operation(q.Operation)
	if q.operation == nil || !q.Bare && message.Body.Name.Space != messages {
		return nil, parseFault(errors.New("No such operation '" + q.Operation + "'"))
	}
	binder := envelope.Binder{Schema: shapes, Version: version}
	if f := q.readHeader(&binder, message.Header); f != nil {
		return nil, f
	}
	if _, err := r.Cookie("JSESSIONID"); err == nil && q.passport != nil {
		return nil, ambiguous() // a session beside a token
	}
	if err := binder.Bind(q.body, shapes.Message(q.Operation)); err != nil {
		return nil, parseFault(err)
	}
	for _, f := range q.body.Shape.Fields() {
		if f.Required && q.body.Child(f.Name) == nil {
			return nil, parseFault(errors.New("org.xml.sax.SAXException: " + f.Name + " is missing in " + q.Operation))
		}
	}
	return q, nil
}

// ambiguous refuses two ways to log in at once (Oracle help, section_1509544929).
func ambiguous() *Fault {
	return refuse("invalidCredentialsFault", "USER_ERROR", "Ambiguous authentication")
}

// readHeader takes login data and preferences from the header. Parts that the
// service does not know are ignored, as a misspelt preference is (Oracle help,
// section_4170181850).
func (q *Request) readHeader(b *envelope.Binder, header *envelope.Node) *Fault {
	q.prefs = preferences{bodyFieldsOnly: true, returnColumns: true, pageSize: maxPage}
	if header == nil {
		return nil
	}
	tokens := header.All("tokenPassport")
	others := len(header.All("passport")) + len(header.All("applicationInfo"))
	if len(tokens) > 1 || len(tokens) == 1 && others > 0 {
		return ambiguous()
	}
	for _, part := range header.Children {
		switch part.Name.Local {
		case "tokenPassport":
			if err := b.Bind(part, b.Schema.Message(part.Name.Local)); err != nil {
				return parseFault(err)
			}
			q.passport = passport(part)
		case "preferences", "searchPreferences":
			if err := q.prefs.read(part); err != nil {
				return parseFault(err)
			}
		}
	}
	return nil
}

func passport(n *envelope.Node) *account.Passport {
	signature := n.Child("signature")
	p := &account.Passport{
		Account: n.Child("account").Value(), ConsumerKey: n.Child("consumerKey").Value(), Token: n.Child("token").Value(),
		Nonce: n.Child("nonce").Value(), Timestamp: n.Child("timestamp").Value(), Signature: signature.Value(),
	}
	if signature != nil {
		p.Algorithm = signature.Attr("algorithm")
	}
	return p
}

func (p *preferences) read(n *envelope.Node) error {
	flags := map[string]*bool{
		"warningAsError": &p.warningAsError, "ignoreReadOnlyFields": &p.ignoreReadOnly, "bodyFieldsOnly": &p.bodyFieldsOnly,
		"returnSearchColumns": &p.returnColumns, "runServerSuiteScriptAndTriggerWorkflows": &p.scripts,
		"disableMandatoryCustomFieldValidation": &p.noMandatoryCustom,
	}
	for _, c := range n.Children {
		text := c.Value()
		if flag := flags[c.Name.Local]; flag != nil {
			if text != "true" && text != "false" && text != "1" && text != "0" {
				return errors.New("org.xml.sax.SAXException: " + c.Name.Local + " is no xsd:boolean")
			}
			*flag = text == "true" || text == "1"
			p.columnsSaid = p.columnsSaid || c.Name.Local == "returnSearchColumns"
		}
		if c.Name.Local == "pageSize" {
			size, err := strconv.Atoi(text)
			if err != nil {
				return errors.New(`java.lang.NumberFormatException: For input string: "` + text + `"`)
			}
			p.pageSize, p.pageSizeSaid = size, true
		}
	}
	return nil
}

// Open reports whether the operation may come without login.
func (q *Request) Open() bool { return q.Operation == "getDataCenterUrls" && q.passport == nil }

// Passport returns the login data; without any, a passport that no login takes.
func (q *Request) Passport() account.Passport {
	if q.passport == nil {
		return account.Passport{}
	}
	return *q.passport
}

type requestKey struct{}

// With returns a context that carries the request from login to service.
func With(ctx context.Context, q *Request) context.Context {
	return context.WithValue(ctx, requestKey{}, q)
}

// From returns the request that With put there, or nil.
func From(ctx context.Context) *Request {
	q, _ := ctx.Value(requestKey{}).(*Request)
	return q
}
