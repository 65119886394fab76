package emulator

import (
	"errors"
	"net"
	"net/http"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/emulator/soap"
	"github.com/sluicehq/sluice/emulator/soap/search"
)

// newSOAP returns the SOAP service of the records in store.
func (e *Emulator) newSOAP(store *record.Store) (*soap.Service, error) {
	return soap.New(soap.Options{
		Store: store, Now: e.clock.Now, Saved: e.saved, BaseURL: e.base, Log: e.opts.Log,
		Limits: func(s *session.Session) soap.Limits {
			l := e.limits(s)
			return soap.Limits{Account: l.Account, Unallocated: l.Unallocated, Integration: l.Integration, Own: l.Kind == "integrationSpecific"}
		},
	})
}

// AddSavedSearch stores a saved search, which SOAP requests may run. It stays
// when the account is Reset.
func (e *Emulator) AddSavedSearch(s search.SavedSearch) error {
	x := e.records.Load()
	if x == nil {
		return errors.New("the emulator is closed")
	}
	ses, err := e.account.SessionFor(account.AdministratorUser, account.AdministratorRole)
	if err != nil {
		return err
	}
	return x.soap.AddSavedSearch(ses, s)
}

// SavedSearches returns the stored searches.
func (e *Emulator) SavedSearches() []search.SavedSearch { return e.saved.List() }

func (e *Emulator) controlSavedSearch(r *http.Request) (any, error) {
	var s search.SavedSearch
	if err := decode(r, &s); err != nil {
		return nil, err
	}
	return nil, e.AddSavedSearch(s)
}

// readSOAP reads the message, which holds the login data, or answers why it cannot.
func (x *exchange) readSOAP() bool {
	if x.r.Method != http.MethodPost {
		x.w.Header().Set("Allow", http.MethodPost)
		http.Error(x.w, "SOAP requests are sent with POST.", http.StatusMethodNotAllowed)
		return false
	}
	q, f := soap.Read(x.r)
	if f != nil {
		soap.WriteFault(x.w, soap.Version(x.r), f)
		return false
	}
	x.entry.Operation, x.open = q.Operation, q.Open()
	x.r = x.r.WithContext(soap.With(x.r.Context(), q))
	return true
}

// login logs in by what the API uses: the Authorization header, or the message's
// tokenPassport.
func (x *exchange) login() (*session.Session, *account.Refusal) {
	q := soap.From(x.r.Context())
	if q == nil {
		return x.account.Login(x.r, x.route.api)
	}
	host, _, err := net.SplitHostPort(x.r.RemoteAddr)
	if err != nil {
		host = x.r.RemoteAddr
	}
	return x.account.LoginPassport(q.Passport(), x.r.URL.EscapedPath(), host)
}

func (x *exchange) refuseLogin(refused *account.Refusal) {
	if x.route.api == account.SOAP {
		soap.WriteFault(x.w, soap.Version(x.r), soap.Refused(refused.Fault))
		return
	}
	refused.Write(x.w, x.r)
}
