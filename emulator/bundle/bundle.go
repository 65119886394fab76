// Package bundle installs the Celigo bundle in an emulated account: its locked
// roles and its integration records, under the names that Celigo's documents
// print. What the real roles may do is not published; these are the emulator's
// guess, wide enough for the applications they are meant for.
package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/permission"
	"github.com/sluicehq/sluice/emulator/session"
)

// The bundle, with the version from which on the roles are in it.
const (
	ID      = "20038"
	Name    = "Celigo integrator.io"
	Version = "1.7.4.14"
)

// The locked roles.
const (
	FullAccessRole = "Celigo integrator.io Full Access w/o 2FA [Locked]"
	ETailRole      = "Celigo eTail SmartConnectors"
	JIRARole       = "Celigo JIRA connector role"
	CashAppRole    = "Celigo CashApp Manager SmartConnector role"
)

// Applications are the names of the integration records.
var Applications = []string{
	"Integrator.io (Token-based Auth)", "eTail Connectors (Token-Based Auth)", "High Tech Connector (Token-Based Auth)",
}

// Needs are the features without which the bundle cannot be installed: it holds
// scripts and calls web services.
var Needs = []string{account.FeatureClientScript, account.FeatureSuiteScript, account.FeatureSOAP}

// ErrInstalled is returned when the account has the bundle.
var ErrInstalled = errors.New("the bundle is installed already")

// Missing returns the features of Needs that are off.
func Missing(s *account.Setup) []string {
	return slices.DeleteFunc(slices.Clone(Needs), func(f string) bool { return s.Features[f] })
}

// Installed reports whether the account has the bundle.
func Installed(s *account.Setup) bool {
	return slices.ContainsFunc(s.Bundles, func(b account.Bundle) bool { return b.ID == ID })
}

// Install adds the bundle. Its keys are made up, the same for the same seed.
// Its integration records wait for approval where the account's preferences ask
// for it; their callback admits programs on this machine.
func Install(a *account.Account, seed uint64) error {
	return a.Edit(func(s *account.Setup) error {
		if Installed(s) {
			return ErrInstalled
		}
		if missing := Missing(s); len(missing) > 0 {
			return fmt.Errorf("the bundle needs the features %s", strings.Join(missing, ", "))
		}
		s.Bundles = append(s.Bundles, account.Bundle{ID: ID, Name: Name, Version: Version})
		for _, r := range roles() {
			r.ID = above(s.Roles, 1000, func(x account.Role) string { return x.ID })
			s.Roles = append(s.Roles, r)
		}
		for _, name := range Applications {
			i := record(name, seed, s.Preferences.RequireApproval)
			i.ID = above(s.Integrations, 0, func(x account.IntegrationRecord) string { return x.ID })
			s.Integrations = append(s.Integrations, i)
		}
		return nil
	})
}

func record(name string, seed uint64, wait bool) account.IntegrationRecord {
	i := account.IntegrationRecord{
		Name: name, State: account.Enabled, TBA: true, AuthorizationFlow: true, CallbackURL: "http://localhost:*", Bundle: ID,
		ConsumerKey: madeUp(seed, name+" key"), ConsumerSecret: madeUp(seed, name+" secret"),
	}
	if wait {
		i.State = account.Waiting
	}
	return i
}

func madeUp(seed uint64, label string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "sluice emulator bundle %d %s", seed, label))
	return "facade" + hex.EncodeToString(sum[:])[6:]
}

// above returns the ID after the highest in use, above low.
func above[T any](list []T, low int, id func(T) string) string {
	for _, x := range list {
		if n, err := strconv.Atoi(id(x)); err == nil {
			low = max(low, n)
		}
	}
	return strconv.Itoa(low + 1)
}

// login is what every role of the bundle needs to call the account.
const login = "ADMI_LOGIN_OAUTH ADMI_MANAGE_OWN_OAUTH_TOKENS ADMI_WEBSERVICES ADMI_RESTWEBSERVICES REPO_ANALYTICS ADMI_CUSTOMSCRIPT " +
	"ADMI_CUSTFIELD ADMI_CUSTRECORD ADMI_CUSTLIST ADMI_DELETEDRECORD LIST_CUSTRECORDENTRY LIST_FIND TRAN_FIND " +
	"LIST_ACCOUNT LIST_CURRENCY LIST_SUBSIDIARY LIST_DEPARTMENT LIST_CLASS LIST_LOCATION "

func roles() []account.Role {
	role := func(name, ids string) account.Role {
		r := account.Role{Name: name, Locked: true, Bundle: ID, Permissions: account.Permissions{}}
		for id := range strings.FieldsSeq(login + ids) {
			r.Permissions[id] = session.Full
		}
		return r
	}
	var all []string
	for _, p := range permission.All() {
		if p.Tab == permission.Lists || p.Tab == permission.Transactions {
			all = append(all, p.ID)
		}
	}
	return []account.Role{
		role(FullAccessRole, strings.Join(all, " ")+" ADMI_ACCOUNTINGLIST ADMI_ACCTPERIODS ADMI_CUSTENTITYFIELD ADMI_CUSTEVENTFIELD"),
		role(ETailRole, `LIST_CUSTJOB LIST_CONTACT LIST_ITEM LIST_EMPLOYEE ADMI_ACCOUNTINGLIST TRAN_SALESORD
			TRAN_ITEMSHIP TRAN_CASHSALE TRAN_CASHRFND TRAN_CUSTINVC TRAN_CUSTPYMT TRAN_CUSTDEP TRAN_CUSTRFND TRAN_CUSTCRED TRAN_RTNAUTH
			TRAN_ITEMRCPT TRAN_TRNFRORD TRAN_INVADJST`),
		role(JIRARole, "LIST_CUSTJOB LIST_CONTACT LIST_EMPLOYEE LIST_CASE LIST_ISSUE LIST_JOB LIST_TASK TRAN_TIMEBILL"),
		role(CashAppRole, "LIST_CUSTJOB LIST_ITEM ADMI_ACCOUNTINGLIST TRAN_CUSTINVC TRAN_CUSTCRED TRAN_CUSTPYMT TRAN_CUSTDEP TRAN_JOURNAL TRAN_DEPOSIT"),
	}
}
