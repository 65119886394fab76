package doctor

import (
	"context"
	"errors"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
	"github.com/sluicehq/sluice/netsuite/soap"
	"github.com/sluicehq/sluice/netsuite/soap/schema"
)

// probeSOAP asks SOAP for the time, which needs the feature and the permission SOAP Web
// Services and no more (Oracle help section_N3508018). The login is known to be good.
func (e *examination) probeSOAP(ctx context.Context, s *stage) {
	login, err := e.authenticator(e.conn)
	token, ok := login.(*auth.TBA)
	if err != nil || !ok {
		e.broken(s, *decided("connection.api_closed", "Flows use SOAP, which takes tokens alone, and the connection logs in by OAuth 2.0", "",
			"SOAP has no OAuth 2.0", "Have the flows use the record service and SuiteQL, or a connection with token-based authentication"))
		return
	}
	client, err := soap.New(e.client, token, soap.WithVersion(schema.Version(e.conn.Get("wsdl_version"))))
	if err != nil {
		s.State = sluice.StageUnknown
		return
	}
	a := e.ask(ctx, s, "SOAP web services", func(ctx context.Context) error {
		_, err := client.ServerTime(ctx)
		return err
	})
	if s.State == sluice.StageSkipped && a.err == nil {
		s.State = sluice.StageOK
	}
	switch m, told := soapMeaning(a); {
	case a.err == nil:
	case a.busy():
		e.broken(s, e.overload(a.text()))
	case a.failedInside():
		e.broken(s, outage(a.text()))
	case told:
		e.broken(s, *decided("connection.api_closed", "The login is good, and flows use SOAP: "+m.Cause, m.Step, a.text(), m.Fix))
	case a.refused() || errors.Is(a.err, netsuite.ErrPermission):
		e.broken(s, e.closed("SOAP web services", "SOAP Web Services", a))
	default:
		s.State = sluice.StageUnknown
	}
}

// soapMeaning is what SOAP's own words for a closed service mean.
func soapMeaning(a answer) (sluice.CodeMeaning, bool) {
	if a.fault == nil {
		return sluice.CodeMeaning{}, false
	}
	for _, m := range answerCodes() {
		if code := m.Codes[0]; code == a.fault.Code && (code == "WS_FEATURE_REQD" || code == "WS_PERMISSION_REQD") {
			return m, true
		}
	}
	return sluice.CodeMeaning{}, false
}
