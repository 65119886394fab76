package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/session"
)

// maxBody is NetSuite's limit of a request (Oracle help, chapter_161251386312).
const maxBody = 104 << 20

// input reads the request's JSON object. The Content-Type is not looked at:
// clients in use send none.
func (c *call) input(mayBeEmpty bool) (map[string]any, error) {
	text, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, fault.New(http.StatusRequestEntityTooLarge, fault.InvalidContent, "The request body exceeds the limit of 104 MB.")
	}
	if err != nil {
		return nil, invalidContent()
	}
	if mayBeEmpty && len(bytes.TrimSpace(text)) == 0 {
		return map[string]any{}, nil
	}
	return decode(text)
}

func decode(text []byte) (map[string]any, error) {
	if !utf8.Valid(text) {
		return nil, invalidContent()
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber() // amounts stay decimal
	var object map[string]any
	if err := dec.Decode(&object); err != nil || object == nil {
		return nil, invalidContent()
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, invalidContent()
	}
	return object, nil
}

func invalidContent() error {
	return fault.New(http.StatusBadRequest, fault.InvalidContent, "Invalid content in the request body.")
}

// writeOptions reads the headers and parameters that shape a write.
func (c *call) writeOptions() (o record.WriteOptions, err error) {
	if o.Names, err = c.validation("X-NetSuite-PropertyNameValidation", body.Warn); err != nil {
		return o, err
	}
	if o.Values, err = c.validation("X-NetSuite-PropertyValueValidation", body.Refuse); err != nil {
		return o, err
	}
	q := c.r.URL.Query()
	o.Replace = names(q.Get("replace"))
	o.ReplaceSelected, err = boolParam(q, "replaceSelectedFields")
	return o, err
}

func (c *call) validation(header string, standard body.Validation) (body.Validation, error) {
	switch strings.ToLower(c.r.Header.Get(header)) {
	case "":
		return standard, nil
	case "error":
		return body.Refuse, nil
	case "warning":
		return body.Warn, nil
	case "ignore":
		return body.Ignore, nil
	}
	return standard, fault.New(http.StatusBadRequest, fault.InvalidHeader,
		"Invalid value '%s' of the %s header. Provide error, warning, or ignore.", c.r.Header.Get(header), header).InHeader(header)
}

func (c *call) create() error {
	if _, err := c.store.Known(c.r.Context(), c.path[0], session.Create); err != nil {
		return err
	}
	return c.save(false, func(input map[string]any, o record.WriteOptions) (record.Result, error) {
		return c.store.Create(c.r.Context(), c.path[0], input, o)
	})
}

func (c *call) update() error {
	if _, err := c.store.Known(c.r.Context(), c.path[0], session.Edit); err != nil {
		return err
	}
	return c.save(false, func(input map[string]any, o record.WriteOptions) (record.Result, error) {
		return c.store.Update(c.r.Context(), c.path[0], c.path[1], input, o)
	})
}

// upsert serves PUT, which takes an external ID only
// (Oracle help, section_156335203191).
func (c *call) upsert() error {
	if _, err := c.store.Known(c.r.Context(), c.path[0], session.None); err != nil {
		return err
	}
	externalID, ok := strings.CutPrefix(c.path[1], "eid:")
	if !ok || strings.ContainsFunc(externalID, func(r rune) bool { return !externalIDRune(r) }) || externalID == "" {
		return fault.New(http.StatusBadRequest, fault.InvalidRequest,
			"Invalid external ID '%s'. Provide eid: and an external ID of letters, digits, underscores, and hyphens.", c.path[1])
	}
	return c.save(false, func(input map[string]any, o record.WriteOptions) (record.Result, error) {
		return c.store.Upsert(c.r.Context(), c.path[0], externalID, input, o)
	})
}

func externalIDRune(r rune) bool {
	return r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

func (c *call) delete() error {
	if err := c.store.Delete(c.r.Context(), c.path[0], c.path[1]); err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// action serves what begins with an exclamation mark: /{type}/{id}/!transform/{type},
// …/!attach/{contact|file}/{id}, …/!detach/{contact|file}/{id}.
func (c *call) action() error {
	if c.r.Method != http.MethodPost {
		return c.methodNotAllowed("POST")
	}
	verb := strings.ToLower(c.path[2])
	switch {
	case verb == "!transform" && len(c.path) == 4:
		return c.transform()
	case verb == "!attach" && len(c.path) == 5, verb == "!detach" && len(c.path) == 5:
		return c.relate(verb)
	}
	return notUnderstood()
}

func (c *call) transform() error {
	target, err := c.store.Known(c.r.Context(), c.path[3], session.Create)
	if err != nil {
		return err
	}
	if c.wants() == createForm {
		return c.transformForm()
	}
	return c.save(true, func(input map[string]any, o record.WriteOptions) (record.Result, error) {
		from := c.path
		c.path = []string{target.Name}
		return c.store.Transform(c.r.Context(), from[0], from[1], from[3], input, o)
	})
}

// relate attaches or detaches: 204, without Location (Oracle help, article_0113084334).
func (c *call) relate(verb string) error {
	input, err := c.input(true)
	if err != nil {
		return err
	}
	ctx, p := c.r.Context(), c.path
	if verb == "!detach" {
		err = c.store.Detach(ctx, p[0], p[1], p[3], p[4])
	} else {
		var role string
		if role, err = roleOf(input); err == nil {
			err = c.store.Attach(ctx, p[0], p[1], p[3], p[4], role)
		}
	}
	if err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// roleOf reads the one attribute that an attachment has. The account's roles of contacts
// have no external IDs.
func roleOf(input map[string]any) (string, error) {
	for name := range input {
		if !strings.EqualFold(name, "role") {
			return "", fault.New(http.StatusBadRequest, fault.InvalidContent, "Unknown field name '%s' in the request body. Provide a valid field name.", name).At(name)
		}
	}
	if input["role"] == nil {
		return "", nil
	}
	role, _ := input["role"].(map[string]any)
	switch id := role["id"].(type) {
	case string:
		return id, nil
	case json.Number:
		return id.String(), nil
	}
	return "", fault.New(http.StatusBadRequest, fault.InvalidContent, "Invalid value for the resource or sub-resource field 'role'. Provide a valid value.").At("role")
}

// save runs a write and answers it: 204, no body, the record's address in
// Location. Nothing else tells a new record's internal ID.
func (c *call) save(mayBeEmpty bool, write func(map[string]any, record.WriteOptions) (record.Result, error)) error {
	o, err := c.writeOptions()
	if err != nil {
		return err
	}
	input, err := c.input(mayBeEmpty)
	if err != nil {
		return err
	}
	res, err := write(input, o)
	if err != nil {
		return err
	}
	if len(res.Warnings) > 0 {
		c.w.Header().Set("X-NetSuite-PropertyValidation", headerText(strings.Join(res.Warnings, ",")))
	}
	c.w.Header().Set("Location", c.href(c.path[0], strconv.FormatInt(res.ID, 10)))
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// headerText keeps what a client chose as a property name from ending a header.
func headerText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
}
