package soap

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/sluicehq/sluice/netsuite/auth"
	"github.com/sluicehq/sluice/netsuite/soap/record"
	"github.com/sluicehq/sluice/netsuite/soap/schema"
)

// headers tells which preferences an operation takes.
type headers int

const (
	noPreferences    headers = iota
	withPreferences          // writes, gets
	withSearch               // searches
	withBoth                 // getDeleted and getSelectValue take the page size of a search
	anonymousRequest         // no passport either
)

// envelope writes the request with a passport of its own: NetSuite takes each
// nonce once (Oracle help section_4395630653).
func (c *Client) envelope(r *request) ([]byte, error) {
	size := 4 << 10
	for _, p := range r.parts {
		size += len(p)
	}
	b := make([]byte, 0, size)
	b = append(b, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+
		`<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`...)
	for _, area := range schema.Areas() {
		b = append(b, " xmlns:"+area+`="`+schema.Namespace(area, c.version)+`"`...)
	}
	b = append(b, "><soapenv:Header>"...)
	b, err := c.appendHeaders(b, r)
	if err != nil {
		return nil, err
	}
	b = append(b, "</soapenv:Header><soapenv:Body><platformMsgs:"+r.operation+">"...)
	for _, p := range r.parts {
		b = append(b, p...)
	}
	return append(b, "</platformMsgs:"+r.operation+"></soapenv:Body></soapenv:Envelope>"...), nil
}

func (c *Client) appendHeaders(b []byte, r *request) ([]byte, error) {
	var err error
	if r.headers != anonymousRequest {
		if b, err = appendPassport(b, c.passports.Passport()); err != nil {
			return nil, err
		}
	}
	if c.partner != "" {
		b = append(b, "<platformMsgs:partnerInfo><platformMsgs:partnerId>"...)
		b, _ = record.AppendText(b, c.partner)
		b = append(b, "</platformMsgs:partnerId></platformMsgs:partnerInfo>"...)
	}
	if r.headers == withPreferences || r.headers == withBoth {
		b = c.preferences.append(b)
	}
	if r.headers == withSearch || r.headers == withBoth {
		p := c.searchPreferences
		if r.search != nil {
			p = *r.search
		}
		b = p.append(b)
	}
	return b, nil
}

// appendPassport appends the header that proves who we are.
func appendPassport(b []byte, p auth.Passport) ([]byte, error) {
	signed, err := auth.SignPassport(p)
	if err != nil {
		return nil, err
	}
	b = append(b, "<platformMsgs:tokenPassport>"...)
	for _, f := range []struct{ name, text string }{
		{"account", p.Account}, {"consumerKey", p.ConsumerKey}, {"token", p.Token},
		{"nonce", p.Nonce}, {"timestamp", strconv.FormatInt(p.Timestamp, 10)},
	} {
		b = append(b, "<platformCore:"+f.name+">"...)
		b, _ = record.AppendText(b, f.text)
		b = append(b, "</platformCore:"+f.name+">"...)
	}
	b = append(b, `<platformCore:signature algorithm="`+signed.Algorithm+`">`...)
	b, _ = record.AppendText(b, signed.Signature)
	return append(b, "</platformCore:signature></platformMsgs:tokenPassport>"...), nil
}

// maskPassport hides the passport of a request, which may be cut anywhere.
func maskPassport(body []byte) []byte {
	before, rest, found := bytes.Cut(body, []byte("<platformMsgs:tokenPassport>"))
	if !found {
		return body
	}
	_, after, _ := bytes.Cut(rest, []byte("</platformMsgs:tokenPassport>"))
	return slices.Concat(before, []byte("<platformMsgs:tokenPassport>[redacted]</platformMsgs:tokenPassport>"), after)
}

// textPart encodes a child of the operation's element that holds text.
func textPart(name, text string) []byte {
	b := append([]byte(nil), "<platformMsgs:"+name+">"...)
	b, _ = record.AppendText(b, text)
	return append(b, "</platformMsgs:"+name+">"...)
}

// part encodes a child of the operation's element.
func (c *Client) part(declared string, e record.Element) ([]byte, error) {
	return c.encoder().Append(nil, "platformMsgs", declared, &e)
}
