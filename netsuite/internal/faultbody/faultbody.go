// Package faultbody reads the bodies that NetSuite's services refuse requests
// with, in any form that was seen.
package faultbody

import (
	"bytes"
	"encoding/json"
	"html"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// snippetLength bounds what is kept of a body that is no error form.
const snippetLength = 300

// Detail is one error of a body.
type Detail struct {
	Code       string
	Detail     string
	Path       string
	QueryParam string
	Header     string
}

// Fault is what a body tells.
type Fault struct {
	Code    string // the first detail's, else the body's own
	Title   string
	Details []Detail
	Snippet string // beginning of a body that is no error form
}

// Parse reads REST's problem object, a RESTlet's JSON, XML or text, an OAuth
// error, or a page of HTML. It never fails; what it cannot read becomes the
// snippet.
func Parse(body []byte) Fault {
	var f Fault
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	if len(body) == 0 {
		return f
	}
	if !f.decode(body) {
		f.Snippet = snippet(body)
	}
	if f.Code == "" && len(f.Details) > 0 {
		f.Code = f.Details[0].Code
	}
	return f
}

func (f *Fault) decode(body []byte) bool {
	switch body[0] {
	case '{', '[':
		return f.decodeJSON(body) || f.scanJSON(body)
	case '<':
		return f.decodeXML(body)
	}
	return f.decodeText(body)
}

// looseString takes a JSON string or number as text and ignores the rest, so
// that one odd member does not lose the others.
type looseString string

func (s *looseString) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case '"':
		var text string
		if err := json.Unmarshal(b, &text); err != nil {
			return err
		}
		*s = looseString(text)
	case '{', '[', 'n':
	default:
		*s = looseString(b)
	}
	return nil
}

type detailJSON struct {
	Detail     looseString `json:"detail"`
	Code       looseString `json:"o:errorCode"`
	Path       looseString `json:"o:errorPath"`
	QueryParam looseString `json:"o:errorQueryParam"`
	Header     looseString `json:"o:errorHeader"`
}

type faultJSON struct {
	Title       looseString     `json:"title"`
	OCode       looseString     `json:"o:errorCode"`
	Details     json.RawMessage `json:"o:errorDetails"`
	Error       json.RawMessage `json:"error"`
	Description looseString     `json:"error_description"`
	Code        looseString     `json:"code"`
	Name        looseString     `json:"name"` // SuiteScript's error object
	Message     looseString     `json:"message"`
}

// decodeJSON reads a well-formed JSON body and reports whether it told anything.
func (f *Fault) decodeJSON(body []byte) bool {
	var v faultJSON
	if json.Unmarshal(body, &v) != nil {
		return false
	}
	f.Title = string(v.Title)
	for _, d := range detailsJSON(v.Details) {
		f.Details = append(f.Details, Detail{
			Code: string(d.Code), Detail: string(d.Detail), Path: string(d.Path),
			QueryParam: string(d.QueryParam), Header: string(d.Header),
		})
	}
	if len(f.Details) == 0 {
		f.Code = string(v.OCode)
	}
	code, message := first(v.Code, v.Name), string(v.Message)
	if len(v.Error) > 0 {
		switch v.Error[0] {
		case '{':
			var inner faultJSON
			if json.Unmarshal(v.Error, &inner) == nil {
				code, message = first(inner.Code, inner.Name), string(inner.Message)
			}
		case '"':
			_ = json.Unmarshal(v.Error, &code)
			message = first(v.Description, v.Message)
		}
	}
	f.addDetail(code, message)
	return f.Title != "" || f.Code != "" || len(f.Details) > 0
}

func detailsJSON(raw json.RawMessage) []detailJSON {
	var many []detailJSON
	if json.Unmarshal(raw, &many) == nil {
		return many
	}
	var one detailJSON
	if json.Unmarshal(raw, &one) == nil {
		return []detailJSON{one}
	}
	return nil
}

func first(values ...looseString) string {
	for _, v := range values {
		if v != "" {
			return string(v)
		}
	}
	return ""
}

func (f *Fault) addDetail(code, message string) {
	if code != "" || message != "" {
		f.Details = append(f.Details, Detail{Code: code, Detail: message})
	}
}

var memberPattern = regexp.MustCompile(`"(title|detail|o:errorCode|o:errorPath|o:errorQueryParam|o:errorHeader|code|message)"\s*:\s*("(?:[^"\\]|\\.)*")`)

// scanJSON picks known members out of a body that is not quite JSON: cut off,
// or without the comma that Oracle's own 429 sample lacks (help
// section_156570709583). Members before o:errorDetails are the answer's own.
func (f *Fault) scanJSON(body []byte) bool {
	inDetails := bytes.Index(body, []byte(`"o:errorDetails"`))
	var detail Detail
	var own string
	for _, m := range memberPattern.FindAllSubmatchIndex(body, -1) {
		name := string(body[m[2]:m[3]])
		var value string
		if json.Unmarshal(body[m[4]:m[5]], &value) != nil {
			continue
		}
		switch name {
		case "title":
			f.Title = value
		case "detail", "message":
			setOnce(&detail.Detail, value)
		case "o:errorCode", "code":
			if inDetails >= 0 && m[0] < inDetails {
				own = value
			} else {
				setOnce(&detail.Code, value)
			}
		case "o:errorPath":
			setOnce(&detail.Path, value)
		case "o:errorQueryParam":
			setOnce(&detail.QueryParam, value)
		case "o:errorHeader":
			setOnce(&detail.Header, value)
		}
	}
	if detail != (Detail{}) {
		f.Details = append(f.Details, detail)
	}
	if detail.Code == "" {
		f.Code = own
	}
	return f.Title != "" || f.Code != "" || len(f.Details) > 0
}

func setOnce(to *string, value string) {
	if *to == "" {
		*to = value
	}
}

var (
	xmlCode    = regexp.MustCompile(`(?s)<code>(.*?)</code>`)
	xmlMessage = regexp.MustCompile(`(?s)<message>(.*?)</message>`)
	htmlTitle  = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)
	textCode   = regexp.MustCompile(`(?im)^error code:\s*(.*?)\s*$`)
	textDetail = regexp.MustCompile(`(?ims)^error message:\s*(.*)\z`)
)

// decodeXML reads a RESTlet's <error><code/><message/></error>, or the title of
// an HTML page.
func (f *Fault) decodeXML(body []byte) bool {
	if bytes.Contains(body, []byte("<error>")) {
		f.addDetail(submatch(xmlCode, body), submatch(xmlMessage, body))
		return len(f.Details) > 0
	}
	f.Title = submatch(htmlTitle, body)
	return false
}

// decodeText reads a RESTlet's "error code: X", newline, "error message: Y".
func (f *Fault) decodeText(body []byte) bool {
	f.addDetail(submatch(textCode, body), submatch(textDetail, body))
	return len(f.Details) > 0
}

func submatch(re *regexp.Regexp, body []byte) string {
	m := re.FindSubmatch(body)
	if m == nil {
		return ""
	}
	return strings.TrimSpace(html.UnescapeString(string(m[1])))
}

// snippet returns the beginning of body on one line, without control characters.
func snippet(body []byte) string {
	text := string(body[:min(len(body), 4*snippetLength)])
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "?")
	}
	printable := strings.Map(func(r rune) rune {
		if !strconv.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(printable), " ")
	if runes := []rune(text); len(runes) > snippetLength {
		text = string(runes[:snippetLength]) + "…"
	}
	return text
}
