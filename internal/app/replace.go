package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/fit"
	"github.com/sluicehq/sluice/internal/app/outlook"
	"github.com/sluicehq/sluice/internal/flowfile"
	"github.com/sluicehq/sluice/internal/guide/release"
)

// uses holds the rules round what hangs on connections.
type uses struct {
	*core
	connections connections
	flows       flows
}

// ReplaceConnection makes flows use another connection. Their texts change in the
// places that name it, and nowhere else.
func (u uses) ReplaceConnection(ctx context.Context, by api.Actor, name, with string, chosen []string) ([]string, error) {
	old, err := u.store.Connection(ctx, name)
	if err != nil {
		return nil, err
	}
	next, err := u.store.Connection(ctx, with)
	if err != nil {
		return nil, err
	}
	if next.ID == old.ID {
		return nil, sluice.Errorf(sluice.CodeInvalid, "the connection %q cannot be replaced with itself", old.Name).At("with")
	}
	revisions, err := u.replaced(ctx, old.Name, next.Name, chosen)
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, r := range revisions {
		r.CreatedAt, r.CreatedBy = u.clock().UTC(), by.Name
		names = append(names, r.Flow.Name)
	}
	if len(revisions) == 0 {
		return names, nil
	}
	if err := u.store.SaveFlows(ctx, revisions); err != nil {
		return nil, err
	}
	for _, r := range revisions {
		u.audit(ctx, by, "update", "flow", r.Flow.Name, fmt.Sprintf("revision %d: %s instead of %s", r.Number, next.Name, old.Name))
	}
	u.audit(ctx, by, "replace", "connection", old.Name, fmt.Sprintf("%s in %s", next.Name, strings.Join(names, ", ")))
	return names, nil
}

// replaced returns the new revisions of the chosen flows, or everything that speaks
// against any of them.
func (u uses) replaced(ctx context.Context, from, to string, chosen []string) ([]*sluice.FlowRevision, error) {
	all, err := u.store.Flows(ctx)
	if err != nil {
		return nil, err
	}
	offers, err := u.offers(ctx)
	if err != nil {
		return nil, err
	}
	var revisions []*sluice.FlowRevision
	problems := notUsing(all, from, chosen)
	for _, r := range all {
		if !slices.Contains(fit.Names(&r.Flow), from) || len(chosen) > 0 && !slices.Contains(chosen, r.Flow.Name) {
			continue
		}
		revision, wrong := patched(r, from, to, offers)
		problems = append(problems, outlook.InFile(r.Flow.Name, wrong)...)
		revisions = append(revisions, revision)
	}
	return revisions, sluice.Problems("connection.not_replaced", "no flow was changed", problems)
}

// notUsing says which of the chosen flows do not use the connection.
func notUsing(all []*sluice.FlowRevision, connection string, chosen []string) []sluice.Problem {
	var problems []sluice.Problem
	for i, name := range chosen {
		used := slices.ContainsFunc(all, func(r *sluice.FlowRevision) bool {
			return r.Flow.Name == name && slices.Contains(fit.Names(&r.Flow), connection)
		})
		if !used {
			problems = append(problems, sluice.Problem{Code: "flow.other_connection", Path: fmt.Sprintf("flows[%d]", i), Message: fmt.Sprintf("the flow %q does not use the connection %q", name, connection)})
		}
	}
	return problems
}

func patched(r *sluice.FlowRevision, from, to string, offers map[string]fit.Offer) (*sluice.FlowRevision, []sluice.Problem) {
	places := map[string]string{}
	for _, path := range fit.Places(&r.Flow, from) {
		places[path] = to
	}
	text, err := flowfile.Patch([]byte(r.Text), places)
	if err != nil {
		return nil, []sluice.Problem{{Code: sluice.ErrorCode(err), Message: err.Error()}}
	}
	flow, problems := flowfile.Parse(r.Flow.Name+".yaml", text, func(f *sluice.Flow) []sluice.Problem { return fit.Check(f, offers) })
	if len(problems) > 0 {
		return nil, problems
	}
	return &sluice.FlowRevision{FlowID: r.FlowID, Text: string(text), Flow: *flow, Enabled: r.Enabled}, nil
}

// ConnectionImpact says what another WSDL version would touch.
func (u uses) ConnectionImpact(ctx context.Context, name, version string) (*api.Impact, error) {
	conn, err := u.store.Connection(ctx, name)
	if err != nil {
		return nil, err
	}
	versions := u.WSDLVersions()
	i := slices.IndexFunc(versions, func(v api.WSDLVersion) bool { return v.Version == version })
	if conn.Kind != sluice.KindNetSuite || i < 0 {
		return nil, sluice.Errorf(sluice.CodeInvalid, "the connection %q cannot have the WSDL version %q", conn.Name, version).At("wsdl_version").
			Fix("See the versions of NetSuite connections: sluice connection create --help")
	}
	flows, err := u.connections.ConnectionUse(ctx, conn.Name)
	if err != nil {
		return nil, err
	}
	impact := &api.Impact{Flows: append([]string{}, flows...)}
	now := conn.Get("wsdl_version")
	switch {
	case now == version:
		impact.Message = "The connection has the WSDL version " + version + " already."
	case len(flows) == 0:
		impact.Message = "No flow uses the connection."
	default:
		impact.Message = fmt.Sprintf("With %s instead of %s, fields and records of NetSuite may be called or behave differently. Read NetSuite's release notes first; these flows are touched: %s.",
			version, now, strings.Join(flows, ", "))
	}
	if !versions[i].Supported {
		impact.Message += " " + versions[i].Note + "."
	}
	return impact, nil
}

// WSDLVersions returns the versions with what today's NetSuite release makes of them.
func (u uses) WSDLVersions() []api.WSDLVersion {
	now := release.At(u.clock())
	var list []api.WSDLVersion
	for _, v := range sluice.WSDLVersions() {
		out := api.WSDLVersion{WSDLVersion: v}
		out.Note, out.Supported = release.WSDL(now, v)
		list = append(list, out)
	}
	return list
}
