package sunset

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
)

// Look says what stops when accounts have the release now. Accounts come in the order of
// their first end, then by name.
func Look(now string, logins []Login, flows []Stored) *Endings {
	l := look{calendar: Calendar(now), logins: logins, parts: map[string][]PartEnds{}}
	for _, f := range flows {
		for _, p := range parts(f.Flow) {
			i := slices.IndexFunc(logins, func(login Login) bool { return login.Name == p.Connection })
			if i < 0 {
				continue
			}
			p.Effects = l.ofPart(&p, &logins[i])
			l.parts[f.Flow.Name] = append(l.parts[f.Flow.Name], p)
		}
	}
	r := &Endings{Release: now, Calendar: l.calendar, Accounts: []AccountEnds{}}
	for _, id := range l.accounts() {
		r.Accounts = append(r.Accounts, l.account(id, flows))
	}
	slices.SortStableFunc(r.Accounts, func(a, b AccountEnds) int { return sooner(a.StopsWith, b.StopsWith) })
	return r
}

// look is a report in the making.
type look struct {
	calendar []Ending
	logins   []Login
	parts    map[string][]PartEnds // by flow
}

func (l *look) accounts() []string {
	var ids []string
	for i := range l.logins {
		ids = append(ids, l.logins[i].Account)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (l *look) account(id string, flows []Stored) AccountEnds {
	a := AccountEnds{Account: id, Connections: []ConnectionEnds{}, Flows: []FlowEnds{}}
	for i := range l.logins {
		login := &l.logins[i]
		if login.Account != id {
			continue
		}
		a.Environment = cmp.Or(a.Environment, login.Environment)
		a.Connections = append(a.Connections, ConnectionEnds{Name: login.Name, Type: login.Type, WSDLVersion: login.WSDLVersion, Effects: l.ofLogin(login)})
	}
	if a.Environment == sluice.EnvironmentReleasePreview {
		a.Note = "A release preview account gets a release some weeks before production: what ends, ends here first."
	}
	for _, f := range flows {
		if flow, uses := l.flow(f, a.Connections); uses {
			a.Flows = append(a.Flows, flow)
		}
	}
	slices.SortStableFunc(a.Flows, func(x, y FlowEnds) int { return sooner(x.StopsWith, y.StopsWith) })
	if len(a.Flows) > 0 {
		a.StopsWith = a.Flows[0].StopsWith
	}
	return a
}

// flow returns what ends for the parts of a flow that use the connections, and false
// when none does.
func (l *look) flow(f Stored, connections []ConnectionEnds) (FlowEnds, bool) {
	out := FlowEnds{Name: f.Flow.Name, Enabled: f.Enabled}
	for _, p := range l.parts[f.Flow.Name] {
		if !slices.ContainsFunc(connections, func(c ConnectionEnds) bool { return c.Name == p.Connection }) {
			continue
		}
		out.Parts = append(out.Parts, p)
		if stop := StopsWith(p.Effects); sooner(stop, out.StopsWith) < 0 {
			out.StopsWith = stop
		}
	}
	return out, len(out.Parts) > 0
}

// StopsWith returns the first release with which the effects stop something; "" when
// they stop nothing.
func StopsWith(effects []Effect) string {
	first := ""
	for i := range effects {
		if effects[i].Kind == Stops && sooner(effects[i].Release, first) < 0 {
			first = effects[i].Release
		}
	}
	return first
}

// sooner compares releases; none comes after all.
func sooner(a, b string) int {
	if (a == "") != (b == "") {
		return strings.Compare(b, a)
	}
	return strings.Compare(a, b)
}

// ending finds an end in the calendar.
func (l *look) ending(code string) (Ending, bool) {
	i := slices.IndexFunc(l.calendar, func(e Ending) bool { return e.Code == code })
	if i < 0 {
		return Ending{}, false
	}
	return l.calendar[i], true
}
