package soap

import (
	"errors"
	"net/http"
	"strings"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
)

// success is the status of what worked.
func (c *call) success() *envelope.Element {
	return envelope.New(c.core, "status").With("isSuccess", "true")
}

// detail is one entry of a status.
func (c *call) detail(kind, code, message string) *envelope.Element {
	return envelope.New(c.core, "statusDetail", c.coreText("code", code), c.coreText("message", message)).With("type", kind)
}

// failure is the status of what did not work.
func (c *call) failure(code, message string) *envelope.Element {
	return envelope.New(c.core, "status", c.detail("ERROR", code, message)).With("isSuccess", "false")
}

// warned is a success with a warning.
func (c *call) warned(code, message string) *envelope.Element {
	s := c.success()
	s.Add(c.detail("WARN", code, message))
	return s
}

// afterSubmit is the status of a record that was saved: with a detail that says
// whether a script failed afterwards (Oracle help, section_N3536574).
func (c *call) afterSubmit(failed bool) *envelope.Element {
	if !failed {
		return envelope.New(c.core, "status", envelope.New(c.core, "statusDetail", c.coreText("afterSubmitFailed", "false"))).With("isSuccess", "true")
	}
	d := c.detail("ERROR", "USER_ERROR", "An error occurred in the script that runs after the record is submitted.")
	d.Add(c.coreText("afterSubmitFailed", "true"))
	return envelope.New(c.core, "status", d).With("isSuccess", "false")
}

// judge turns the error of one record into its status. What is no refusal of
// the record goes up and becomes a fault.
func (c *call) judge(t *schema.Type, err error) (*envelope.Element, error) {
	refusal := (*fault.Fault)(nil)
	if !errors.As(err, &refusal) {
		return nil, err
	}
	s := envelope.New(c.core, "status").With("isSuccess", "false")
	for _, d := range refusal.Details {
		s.Add(c.detail("ERROR", code(t, refusal, d), message(d.Detail)))
	}
	return s, nil
}

// message drops what REST puts before the words of the record engine.
func message(text string) string {
	for _, prefix := range []string{"Error while accessing a resource. ", "Error while accessing resource: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return text
}

// code returns SOAP's code for a refusal that REST words otherwise.
func code(t *schema.Type, f *fault.Fault, d fault.Detail) string {
	exists := strings.Contains(d.Detail, "already exists")
	switch {
	case exists && d.Path == "externalId":
		return "DUP_RCRD"
	case exists && t != nil && t.Group == schema.GroupEntity:
		if t.Name == "customer" {
			return "UNIQUE_CUST_ID_REQD"
		}
		return "DUP_ENTITY"
	case exists && t != nil && t.Group == schema.GroupItem:
		return "DUP_ITEM"
	case exists:
		return "DUP_RCRD"
	case d.Code == fault.NonexistentID:
		return "RCRD_DSNT_EXIST"
	case d.Code == fault.NonexistentType:
		return "INVALID_RCRD_TYPE"
	case d.Code == fault.InvalidContent || f.Status == http.StatusNotFound:
		return "INVALID_KEY_OR_REF"
	case strings.Contains(d.Detail, "dependent records"):
		return "CANT_DELETE_RCRD"
	case strings.Contains(d.Detail, "at least one line"):
		return "VALID_LINE_ITEM_REQD"
	}
	return d.Code
}

// absent is the status of a record that is not there.
func (c *call) absent() *envelope.Element {
	return c.failure("RCRD_DSNT_EXIST", "That record does not exist.")
}

func invalidPreference(text string) error {
	return fault.New(http.StatusBadRequest, "INVALID_SEARCH_PREF", "%s", text)
}

func isAdvanced(n *envelope.Node) bool { return strings.HasSuffix(n.Shape.Name, "SearchAdvanced") }
