package soap

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/soap/record"
	"github.com/sluicehq/sluice/netsuite/soap/schema"
	"github.com/sluicehq/sluice/netsuite/soap/value"
)

// ServerTime returns NetSuite's clock, in UTC. Any role may ask. It bounds the
// window of an incremental read from above.
func (c *Client) ServerTime(ctx context.Context) (time.Time, error) {
	r := &request{operation: "getServerTime", effect: netsuite.Read}
	e, err := c.result(ctx, r)
	if err != nil {
		return time.Time{}, err
	}
	at, err := value.ParseTime(e.Value("serverTime"))
	if err != nil {
		return time.Time{}, missingIn(r, "serverTime: "+err.Error())
	}
	return at.UTC(), nil
}

// DataCenterURLs are the addresses of an account.
type DataCenterURLs struct {
	REST        string // https://1234567.restlets.api.netsuite.com
	WebServices string // https://1234567.suitetalk.api.netsuite.com
	System      string // https://1234567.app.netsuite.com
}

// DataCenterURLs asks for the addresses of an account. Nobody has to be logged
// in for it, and for an account that does not exist NetSuite answers with
// addresses of its own (Oracle help section_N3494684).
func (c *Client) DataCenterURLs(ctx context.Context, account string) (DataCenterURLs, error) {
	if err := requireText("account", account); err != nil {
		return DataCenterURLs{}, err
	}
	r := &request{operation: "getDataCenterUrls", what: account, effect: netsuite.Read, headers: anonymousRequest,
		parts: [][]byte{textPart("account", account)}}
	e, err := c.result(ctx, r)
	if err != nil {
		return DataCenterURLs{}, err
	}
	urls := e.Find("dataCenterUrls")
	if urls == nil {
		return DataCenterURLs{}, missingIn(r, "dataCenterUrls")
	}
	return DataCenterURLs{urls.Value("restDomain"), urls.Value("webservicesDomain"), urls.Value("systemDomain")}, nil
}

// Governance is what the account or integration may have in flight at a time.
type Governance struct {
	Account     int // of AccountGovernance
	Unallocated int // of these, not reserved for one integration

	Integration int    // of IntegrationGovernance
	LimitType   string // account, integrationSpecific, internal
}

// AccountGovernance asks for the account's concurrency limits.
func (c *Client) AccountGovernance(ctx context.Context) (Governance, error) {
	return c.governance(ctx, "getAccountGovernanceInfo")
}

// IntegrationGovernance asks for the concurrency limit of the integration that asks.
func (c *Client) IntegrationGovernance(ctx context.Context) (Governance, error) {
	return c.governance(ctx, "getIntegrationGovernanceInfo")
}

func (c *Client) governance(ctx context.Context, operation string) (Governance, error) {
	r := &request{operation: operation, effect: netsuite.Read}
	e, err := c.result(ctx, r)
	if err != nil {
		return Governance{}, err
	}
	g := Governance{LimitType: strings.TrimPrefix(e.Value("limitType"), "_")}
	for _, f := range []struct {
		name string
		to   *int
	}{{"accountConcurrencyLimit", &g.Account}, {"unallocatedConcurrencyLimit", &g.Unallocated}, {"integrationConcurrencyLimit", &g.Integration}} {
		if text := strings.TrimSpace(e.Value(f.name)); text != "" {
			if *f.to, err = strconv.Atoi(text); err != nil {
				return Governance{}, missingIn(r, fmt.Sprintf("count in %s: %.40q", f.name, text))
			}
		}
	}
	return g, nil
}

// Attach ties two records: a contact with a role (may be the zero Ref), or
// any other record, such as a file, to a record.
func (c *Client) Attach(ctx context.Context, to, attached record.Ref, contactRole record.Ref) error {
	e := record.Element{Name: "attachReference", Type: "AttachBasicReference"}
	e.Add(to.Element("attachTo", true))
	if attached.Type == "contact" {
		e.Type = "AttachContactReference"
		e.Add(attached.Element("contact", false))
		if !contactRole.IsZero() {
			e.Add(contactRole.Element("contactRole", false))
		}
	} else {
		e.Add(attached.Element("attachedRecord", true))
	}
	return c.relate(ctx, "attach", "platformCore:AttachReference", e, to)
}

// Detach unties two records.
func (c *Client) Detach(ctx context.Context, from, detached record.Ref) error {
	e := record.Element{Name: "detachReference", Type: "DetachBasicReference"}
	e.Add(from.Element("detachFrom", true)).Add(detached.Element("detachedRecord", true))
	return c.relate(ctx, "detach", "platformCore:DetachReference", e, from)
}

func (c *Client) relate(ctx context.Context, operation, declared string, e record.Element, ref record.Ref) error {
	body, err := c.part(declared, e)
	if err != nil {
		return err
	}
	r := &request{operation: operation, what: refName(ref), effect: netsuite.Write, headers: withPreferences, parts: [][]byte{body}}
	results, err := c.writeResponses(ctx, r)
	switch {
	case err != nil:
		return err
	case len(results) != 1:
		return missingIn(r, "writeResponse")
	}
	return results[0].Err
}

// Operation carries out an operation that has no method of its own, such as
// getCurrencyRate, getBudgetExchangeRate or updateInviteeStatus: children are
// those of its request, as the schemas have them. It returns the result without
// its status, which is an error where it tells failure.
func (c *Client) Operation(ctx context.Context, name string, effect netsuite.Effect, children ...record.Element) (record.Element, error) {
	if name == "" {
		return record.Element{}, inputError("operation", "missing")
	}
	t, ok := schema.Lookup("platformMsgs:" + strings.ToUpper(name[:1]) + name[1:] + "Request")
	if !ok {
		return record.Element{}, inputError("operation", fmt.Sprintf("%q is none of SOAP's", name))
	}
	r := &request{operation: name, effect: effect, headers: withPreferences}
	for _, child := range children {
		f, ok := t.Field(c.version, child.Name)
		switch {
		case !ok:
			return record.Element{}, inputError(name+"."+child.Name, "the request has no such part")
		case f.Kind != schema.Complex:
			r.parts = append(r.parts, textPart(f.Name, child.Text))
		default:
			part, err := c.part(f.Type, child)
			if err != nil {
				return record.Element{}, err
			}
			r.parts = append(r.parts, part)
		}
	}
	return c.result(ctx, r)
}
