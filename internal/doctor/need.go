package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/guide"
	"github.com/sluicehq/sluice/netsuite"
)

// Need is something that a flow does.
type Need struct {
	Flow string
	// Record is a type that the flow reads or writes through the record service.
	Record string
	// Operation is what the flow does with such records; empty for reading.
	Operation sluice.Operation
	// Query is a SuiteQL query that the flow reads.
	Query  string
	Params []string
	// SOAP says that the flow uses SOAP, in whatever it does.
	SOAP bool
}

// probeNeeds reads one record, or one row, of all that flows use. It goes on past
// what is refused, so that the verdict names everything that the role lacks.
func (e *examination) probeNeeds(ctx context.Context) {
	s := e.stage("permissions")
	var gaps []gap
	for _, need := range e.Needs {
		if need.SOAP {
			if e.probeSOAP(ctx, s); e.verdict != nil {
				return
			}
			continue
		}
		asked, a := e.read(ctx, s, need)
		if s.State == sluice.StageSkipped {
			s.State = sluice.StageOK
		}
		switch {
		case a.err == nil:
		case a.busy():
			e.broken(s, e.overload(a.text()))
		case a.failedInside():
			e.broken(s, outage(a.text()))
		case a.refused() || errors.Is(a.err, netsuite.ErrPermission):
			gaps = append(gaps, gap{need, asked, a, e.lacking(ctx, s, need)})
		default:
			// Some answers to a query name a table that is not there, where the role may not see it.
			s.State = sluice.StageUnknown
			if grants := e.lacking(ctx, s, need); need.Query != "" && len(grants) > 0 {
				gaps = append(gaps, gap{need, asked, a, grants})
			}
		}
		if e.verdict != nil {
			return
		}
	}
	if len(gaps) > 0 {
		e.broken(s, gapVerdict(gaps))
	}
}

// gap is a need that NetSuite refused.
type gap struct {
	need   Need
	asked  string
	answer answer
	grants []guide.Grant // the permissions that it points to, where they are known
}

func (e *examination) read(ctx context.Context, s *stage, need Need) (string, answer) {
	if need.Record != "" {
		asked := "the record type " + need.Record
		return asked, e.ask(ctx, s, asked, func(ctx context.Context) error {
			_, err := e.client.Records.List(ctx, need.Record, netsuite.ListOptions{Limit: 1})
			return err
		})
	}
	return "its query", e.query(ctx, s, "the query of the flow "+need.Flow, need.Query, need.Params...)
}

func (e *examination) query(ctx context.Context, s *stage, asked, query string, params ...string) answer {
	return e.ask(ctx, s, asked, func(ctx context.Context) error {
		_, err := e.client.SuiteQL.Page(ctx, query, params, 1, 0)
		return err
	})
}

// lacking returns the permissions that a refused need points to. A query may name
// several tables: each is asked for alone, since the answer does not always say which it was.
func (e *examination) lacking(ctx context.Context, s *stage, need Need) []guide.Grant {
	if need.Record != "" {
		if g, known := guide.RecordGrant(need.Record, need.Operation); known {
			return []guide.Grant{g}
		}
		return nil
	}
	var grants []guide.Grant
	for _, table := range guide.Tables(need.Query) {
		g, known := guide.TableGrant(table)
		if !known {
			continue
		}
		if a := e.query(ctx, s, "the table "+table, "SELECT COUNT(*) AS n FROM "+table); a.err != nil && !a.busy() && !a.failedInside() {
			grants = append(grants, g)
		}
	}
	return grants
}

// gapVerdict names the permissions that the role lacks, each once at the highest
// level that a flow needs, and, where the guide does not know one, what NetSuite answered.
func gapVerdict(gaps []gap) sluice.Verdict {
	var lacking []guide.Grant
	var names, flows []string
	v := sluice.Verdict{Code: "connection.permission"}
	for _, g := range gaps {
		if !slices.Contains(flows, g.need.Flow) {
			flows = append(flows, g.need.Flow)
		}
		if len(g.grants) == 0 {
			names = append(names, "a permission for "+g.asked)
			v.Steps = append(v.Steps, sluice.Candidate{Step: stepPermissions, Why: g.answer.text(),
				Fix: "Give the role the permission that the answer names, at the level that the flow " + g.need.Flow + " needs: View to export, Create, Edit or Full to import"})
		}
		for _, grant := range g.grants {
			i := slices.IndexFunc(lacking, func(have guide.Grant) bool { return have.ID == grant.ID })
			switch {
			case i < 0:
				grant.For = []string{g.answer.text()}
				lacking = append(lacking, grant)
			case grant.Level.Above(lacking[i].Level):
				lacking[i].Level = grant.Level
			}
		}
	}
	for _, g := range lacking {
		name := fmt.Sprintf("%s (%s)", g.Name, g.ID)
		names = append(names, name)
		v.Steps = append(v.Steps, sluice.Candidate{Step: stepPermissions, Why: g.For[0],
			Fix: fmt.Sprintf("Add %s at level %s on Setup > Users/Roles > Manage Roles > Edit > Permissions > %s", name, g.Level, g.Tab)})
	}
	v.Summary = "The role lacks " + strings.Join(names, ", ") + ": needed by " + flowList(flows)
	return v
}

func flowList(flows []string) string {
	if len(flows) == 1 {
		return "the flow " + flows[0]
	}
	return "the flows " + strings.Join(flows, ", ")
}
