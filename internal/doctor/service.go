package doctor

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/suiteql"
)

// probeREST asks REST web services, after the login is known to be good.
func (e *examination) probeREST(ctx context.Context) {
	s := e.stage("rest")
	a := e.restAnswer
	if a == nil {
		asked := e.serverTime(ctx, s, e.client)
		a = &asked
	}
	switch {
	case a.err == nil:
		s.State = sluice.StageOK
	case a.refused():
		e.broken(s, e.closed("REST web services", "REST Web Services", *a))
	case a.fault != nil && a.fault.Class() == netsuite.ErrPermission:
		e.broken(s, e.permissionVerdict("REST Web Services", *a))
	default:
		e.noAnswer(s, *a)
	}
}

// closed is the verdict of an API that refuses a login which is good: its
// feature is off, or the role lacks its permission. NetSuite answers both alike.
func (e *examination) closed(api, name string, a answer) sluice.Verdict {
	if m, ok := a.told(protocolTBA); ok {
		return byCode(m)
	}
	if a.late() {
		return e.overload("A login that was good before was refused late, as happens far over the limit of requests at one time")
	}
	return sluice.Verdict{Code: "connection.api_closed", Summary: "The login is good, " + api + " refuse it",
		Steps: []sluice.Candidate{e.permissionCandidate(name), e.featureCandidate(name)}, Question: question(a.at)}
}

func (e *examination) permissionVerdict(permission string, a answer) sluice.Verdict {
	c := e.permissionCandidate(permission)
	c.Why += ": " + a.text()
	return sluice.Verdict{Code: "connection.permission", Summary: "The role lacks the permission " + permission, Steps: []sluice.Candidate{c}}
}

// zoneQuery asks for the session's time, from which its zone follows.
const zoneQuery = "SELECT TO_CHAR(CURRENT_DATE, 'YYYY-MM-DD HH24:MI:SS') AS now FROM DUAL"

func (e *examination) probeSuiteQL(ctx context.Context) {
	s := e.stage("suiteql")
	var page suiteql.Page
	a := e.ask(ctx, s, zoneQuery, func(ctx context.Context) (err error) {
		page, err = e.client.SuiteQL.Page(ctx, zoneQuery, nil, 1, 0)
		return err
	})
	switch {
	case a.err == nil:
		s.State = sluice.StageOK
		if len(page.Rows) == 1 {
			e.learnZone(page.Rows[0].Text("now"))
		}
	case a.refused() || errors.Is(a.err, netsuite.ErrPermission):
		e.broken(s, e.closed("SuiteQL queries", "SuiteAnalytics Workbook", a))
	case a.busy() || a.failedInside():
		e.noAnswer(s, a)
	default:
		s.State = sluice.StageUnknown
	}
}

// learnZone notes the session's offset from UTC. Zones differ by quarters of an
// hour, the clocks by five minutes at most.
func (e *examination) learnZone(text string) {
	shown, err := time.Parse(time.DateTime, text)
	if err != nil {
		return
	}
	e.zoneNow = e.clock().UTC()
	e.zone = offset(shown.Sub(e.zoneNow).Round(15 * time.Minute))
}

// offset writes a distance from UTC: -08:00.
func offset(d time.Duration) string {
	return time.Time{}.In(time.FixedZone("", int(d.Seconds()))).Format("-07:00")
}

// probeRESTlets calls the scripts that flows use.
func (e *examination) probeRESTlets(ctx context.Context) {
	s := e.stage("restlets")
	for _, script := range e.RESTlets {
		a := e.ask(ctx, s, fmt.Sprintf("GET RESTlet %s, deployment %s", script.ID, script.Deploy), func(ctx context.Context) error {
			_, err := e.client.RESTlets.Get(ctx, script, nil)
			return err
		})
		if e.judgeRESTlet(s, script, a); e.verdict != nil {
			return
		}
	}
}

// judgeRESTlet tells what comes before the script from what the script does.
func (e *examination) judgeRESTlet(s *stage, script netsuite.Script, a answer) {
	s.State = sluice.StageOK
	name := "RESTlet " + script.ID + ", deployment " + script.Deploy
	switch {
	case a.err == nil:
	case a.busy():
		e.broken(s, e.overload(a.text()))
	case a.fault == nil && !a.refused():
		e.noAnswer(s, a)
	case a.fault != nil && a.fault.Code == "INVALID_LOGIN_CREDENTIALS":
		// Oracle help, chapter_157011522878: RESTlets refuse such roles.
		e.broken(s, *decided("connection.restlet_closed", "The role is Web Services Only, which shuts RESTlets out", stepRole, a.text(), "Clear Web Services Only Role on Setup > Users/Roles > Manage Roles"))
	case a.refused():
		e.broken(s, e.closed("RESTlets", "Server SuiteScript", a))
	case a.fault.Status == 403:
		e.broken(s, *decided("connection.restlet_closed", "The role may not call the "+name, stepRESTlet, a.text(), "Add the role to the Audience of the script deployment"))
	case a.fault.Code == "SSS_INVALID_SCRIPTLET_ID" || a.fault.Status == 404:
		e.broken(s, *decided("connection.restlet_unknown", "There is no "+name, stepRESTlet, a.text(), "Deploy it with status Released, and copy script ID and deployment ID"))
	}
	// Any other answer is the script's own: it was reached.
}

// compareZone compares the session's zone with the one that flows count on.
func (e *examination) compareZone() {
	s := e.stage("time-zone")
	if e.zone == "" {
		s.State = sluice.StageUnknown
		return
	}
	s.State = sluice.StageOK
	s.note("the session's time", "UTC"+e.zone)
	if e.TimeZone == "" {
		return
	}
	location, err := time.LoadLocation(e.TimeZone)
	if err != nil {
		s.State = sluice.StageUnknown
		s.note(e.TimeZone, "is no time zone that this machine knows")
		return
	}
	want := e.zoneNow.In(location).Format("-07:00")
	if want == e.zone {
		return
	}
	e.broken(s, *decided("connection.time_zone", "The session is in another time zone than the connection says", stepTimeZone,
		fmt.Sprintf("NetSuite works at UTC%s, %s is UTC%s now: dates near midnight would move", e.zone, e.TimeZone, want),
		"Set the connection's time zone to that of Setup > Company > Company Information, and the user's preference to the same"))
}

// readLimits compares the concurrency level with what NetSuite grants, which it
// tells to administrators alone (Oracle help, section_158142272877).
func (e *examination) readLimits(ctx context.Context) {
	s := e.stage("limits")
	var limits netsuite.GovernanceLimits
	a := e.ask(ctx, s, "GET "+e.client.Endpoints().SuiteTalk+"/services/rest/system/v1/governanceLimits", func(ctx context.Context) (err error) {
		limits, err = e.client.System.GovernanceLimits(ctx)
		return err
	})
	if a.err != nil {
		s.State = sluice.StageUnknown
		return
	}
	s.State = sluice.StageOK
	text := fmt.Sprintf("NetSuite grants %d at one time", limits.Usable())
	if level, err := strconv.Atoi(e.conn.Get("concurrency")); err == nil && level > limits.Usable() {
		text += fmt.Sprintf(", which is what counts: the connection's level is %d", level)
	}
	s.note("the limit", text)
}
