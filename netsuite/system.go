package netsuite

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice/netsuite/internal/restform"
)

// System reads what NetSuite tells about the account and the caller.
type System struct{ client *Client }

// ServerTime returns NetSuite's clock, in UTC. It needs no permission.
func (s *System) ServerTime(ctx context.Context) (time.Time, error) {
	var at time.Time
	err := s.client.Do(ctx, Call{
		Operation: "read server time", Effect: Read, Method: http.MethodGet,
		URL: s.client.endpoints.SuiteTalk + "/services/rest/system/v1/serverTime",
		Accept: func(r *Response) error {
			var answer struct {
				ServerTime time.Time `json:"serverTime"`
			}
			if err := restform.Decode(r.Body, &answer); err != nil {
				return err
			}
			at = answer.ServerTime.UTC()
			return restform.Missing(at.IsZero(), "serverTime")
		},
	})
	return at, err
}

// GovernanceLimits are the account's concurrency limits.
type GovernanceLimits struct {
	Account     int    `json:"accountConcurrencyLimit"`
	Unallocated int    `json:"accountUnallocatedConcurrencyLimit"` // not reserved for one integration
	Integration int    `json:"integrationConcurrencyLimit"`        // 0 where this integration has none of its own
	LimitType   string `json:"integrationLimitType"`               // integrationSpecific, accountLimit, internal
}

// Usable is how many requests this integration may have in flight.
func (l GovernanceLimits) Usable() int {
	switch {
	case l.Integration > 0:
		return l.Integration
	case l.Unallocated > 0:
		return l.Unallocated
	}
	return l.Account
}

// GovernanceLimits asks for the concurrency limits, which only administrators
// may (ErrPermission).
func (s *System) GovernanceLimits(ctx context.Context) (GovernanceLimits, error) {
	var limits GovernanceLimits
	err := s.client.Do(ctx, Call{
		Operation: "read governance limits", Effect: Read, Method: http.MethodGet,
		URL: s.client.endpoints.SuiteTalk + "/services/rest/system/v1/governanceLimits",
		Accept: func(r *Response) error {
			return errors.Join(into(&limits)(r), restform.Missing(limits.Usable() <= 0, "limit"))
		},
	})
	return limits, err
}

// TokenInfo is who a token stands for. NetSuite does not document the names of
// the members, so they are read leniently and the answer is kept.
type TokenInfo struct {
	CompanyID   string // account ID
	CompanyName string
	RoleID      string
	RoleName    string
	EntityID    string
	EntityName  string
	Raw         json.RawMessage
}

// TokenInfo asks who the TBA token stands for: the cheapest proof that a
// credential works, since it needs no permission beyond the login.
func (s *System) TokenInfo(ctx context.Context) (TokenInfo, error) {
	var info TokenInfo
	err := s.client.Do(ctx, Call{
		Operation: "read token info", Effect: Read, Method: http.MethodGet,
		URL: s.client.endpoints.RESTlets + "/rest/tokeninfo",
		Accept: func(r *Response) error {
			var err error
			info, err = parseTokenInfo(r.Body)
			return err
		},
	})
	return info, err
}

func parseTokenInfo(body []byte) (TokenInfo, error) {
	var members map[string]any
	if err := errors.Join(restform.Decode(body, &members), restform.Missing(members == nil, "token info")); err != nil {
		return TokenInfo{}, err
	}
	flat := map[string]string{}
	flatten(flat, "", members, 0)
	pick := func(names ...string) string {
		for _, name := range names {
			if value, ok := flat[name]; ok {
				return value
			}
		}
		return ""
	}
	return TokenInfo{
		CompanyID:   pick("companyid", "company", "accountid", "account", "accountinternalid"),
		CompanyName: pick("companyname", "accountname"),
		RoleID:      pick("roleid", "role", "roleinternalid"),
		RoleName:    pick("rolename"),
		EntityID:    pick("entityid", "entity", "userid", "user", "entityinternalid"),
		EntityName:  pick("entityname", "username"),
		Raw:         slices.Clone(body),
	}, nil
}

// flatten turns {"role":{"internalId":3}} into roleinternalid=3, and role_id
// into roleid, so that one list of names finds either spelling.
func flatten(to map[string]string, prefix string, members map[string]any, nesting int) {
	for name, value := range members {
		name = prefix + strings.ToLower(strings.ReplaceAll(name, "_", ""))
		switch v := value.(type) {
		case string:
			to[name] = v
		case json.Number:
			to[name] = v.String()
		case map[string]any:
			if nesting < 4 {
				flatten(to, name, v, nesting+1)
			}
		}
	}
}

// RevokeToken ends a TBA token for good. NetSuite lets users revoke their own
// tokens only, and the request be signed by the very token.
func (s *System) RevokeToken(ctx context.Context, consumerKey, tokenID string) error {
	if consumerKey == "" || tokenID == "" {
		return inputError("token", "consumer key and token ID are needed")
	}
	return s.client.Do(ctx, Call{
		Operation: "revoke token", Effect: Write, Method: http.MethodGet,
		URL: s.client.endpoints.RESTlets + "/rest/revoketoken?" +
			restform.EncodeQuery(url.Values{"consumerKey": {consumerKey}, "token": {tokenID}}),
	})
}

// DataCenterURLs asks where the account's services are (Oracle help,
// chapter_157011836591). It needs no login. For an account that it does not know,
// NetSuite names addresses that serve all accounts; Discovery is not part of the answer.
func (s *System) DataCenterURLs(ctx context.Context) (Endpoints, error) {
	var e Endpoints
	query := url.Values{"account": {s.client.account.Realm()}, "c": {s.client.account.Realm()}}
	err := s.client.Do(ctx, Call{
		Operation: "ask for the account's addresses", Effect: Read, Method: http.MethodGet, Unsigned: true,
		URL: s.client.endpoints.Discovery + "/rest/datacenterurls?" + restform.EncodeQuery(query),
		Accept: func(r *Response) error {
			var told struct{ RESTDomain, WebServicesDomain, SystemDomain string }
			if err := restform.Decode(r.Body, &told); err != nil {
				return err
			}
			e = s.client.endpoints.Override(Endpoints{SuiteTalk: told.WebServicesDomain, RESTlets: told.RESTDomain, App: told.SystemDomain})
			return errors.Join(restform.Missing(told.WebServicesDomain == "" || told.RESTDomain == "", "address"), e.check())
		},
	})
	return e, err
}
