package flowfile

import (
	"fmt"
	"net/mail"

	"github.com/sluicehq/sluice"
)

// errorRules checks what the flow does with records that do not get through.
func (c *checker) errorRules(h *sluice.ErrorHandling) {
	if h == nil {
		return
	}
	for i, r := range h.Rules {
		at := fmt.Sprintf("errors.rules[%d]", i)
		if r.Classification == "" && len(r.Tags) == 0 && r.Assign == "" {
			c.add("flow.missing_key", at+".tags", "the rule does nothing", "Add classification, tags or assign")
		}
		for n, tag := range r.Tags {
			if p := sluice.CheckName("", tag); len(p) > 0 {
				c.add(p[0].Code, fmt.Sprintf("%s.tags[%d]", at, n), p[0].Message, p[0].Remedy)
			}
		}
		if a, err := mail.ParseAddress(r.Assign); r.Assign != "" && (err != nil || a.Address != r.Assign) {
			c.add("flow.invalid_value", at+".assign", fmt.Sprintf("%q is not an e-mail address", r.Assign), "Write it as in ann@example.com")
		}
	}
	if r := h.Retry; r != nil && r.After != "" {
		if d, err := sluice.ParseDuration(r.After); err != nil || d == 0 {
			c.add("flow.invalid_value", "errors.retry.after", fmt.Sprintf("after is %q, not a duration", r.After), "Write it as 30s, 5m or 1h")
		}
	}
}
