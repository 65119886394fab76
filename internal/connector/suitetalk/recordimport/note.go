package recordimport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/mapping"
)

// note is what the ledger keeps of an intent, beside its IDs. It speaks for itself, so
// that a later build or a changed mapping can still tell what was meant.
type note struct {
	// Fate is what an upsert has found: "new" or "changed". It is empty where it was
	// not looked.
	Fate string `json:"fate,omitempty"`
	// Other is the record that a transform makes the new one of, or what is attached or detached.
	Other string `json:"other,omitempty"`
	Role  string `json:"role,omitempty"`
	// Appended are the lines that the request adds each time it is sent.
	Appended []*appended `json:"appended,omitempty"`
	// Keys are, by sublist, the fields by which NetSuite knows the lines that are there
	// already; null for a line that is new.
	Keys map[string][]map[string]any `json:"keys,omitempty"`
	// Refused is why the record is not sent.
	Refused *sluice.Failure `json:"refused,omitempty"`
	// Mark is what a way.Recaller knows the request by.
	Mark string `json:"mark,omitempty"`
}

const (
	fateNew     = "new"
	fateChanged = "changed"
)

func (n note) fate() sluice.Fate {
	return map[string]sluice.Fate{fateNew: sluice.FateNew, fateChanged: sluice.FateChanged}[n.Fate]
}

// write sets Intent.Before.
func (n note) write(i *sluice.Intent) error {
	text, err := json.Marshal(n)
	if i.Before = string(text); i.Before == "{}" {
		i.Before = ""
	}
	return err
}

// readNote reads Intent.Before. A list is the note of an earlier build: the lines alone.
func readNote(i *sluice.Intent) (n note, err error) {
	var into any = &n
	switch {
	case i.Before == "":
		return n, nil
	case strings.HasPrefix(i.Before, "["):
		into = &n.Appended
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(i.Before)))
	decoder.UseNumber()
	if err = decoder.Decode(into); err != nil {
		err = sluice.Errorf("import.ledger", "the ledger's note of a write cannot be read: %w", err).Fix("Give the step another name if it was another kind of import before")
	}
	return n, err
}

// other are the expressions for the second record of a transform, an attach or a detach.
type other struct {
	id, externalID, role *mapping.Expr
}

func (o *other) compile(n *sluice.NetSuiteImport) error {
	var problems []sluice.Problem
	compile := func(text string) *mapping.Expr {
		if text == "" {
			return nil
		}
		expr, more := mapping.CompileExpr(text)
		problems = append(problems, more...)
		return expr
	}
	if t := n.Transform; t != nil {
		o.id, o.externalID = compile(t.ID), compile(t.ExternalID)
	}
	if a := n.Attachment; a != nil {
		o.id, o.externalID, o.role = compile(a.ID), compile(a.ExternalID), compile(a.Role)
	}
	return sluice.Problems("flow.invalid", "the import's expressions cannot be used", problems)
}

// address returns the second record as an address names it, and the role.
func (o *other) address(ctx context.Context, r sluice.Record) (at, role string, err error) {
	text := func(e *mapping.Expr) string {
		if e == nil || err != nil {
			return ""
		}
		var out string
		out, err = e.Text(ctx, r)
		return out
	}
	at, role = text(o.id), text(o.role)
	if external := text(o.externalID); external != "" {
		at = "eid:" + external
	}
	if err == nil && at == "" {
		err = sluice.Errorf("record.id_missing", "the import's ID expression gives nothing for this record").
			Fix("Correct the record, or the expression id or external_id of transform or attachment")
	}
	return at, role, err
}

// refusal makes an error of ours about one record its failure. Others are returned.
func refusal(err error) (*sluice.Failure, error) {
	own, ok := errors.AsType[*sluice.Error](err)
	if !ok {
		return nil, err
	}
	return &sluice.Failure{Code: own.Code, Classification: sluice.ClassMapping, Message: own.Message, Where: own.Where, Remedy: own.Remedy}, nil
}
