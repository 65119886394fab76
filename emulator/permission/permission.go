// Package permission names NetSuite's permissions as the role page does: 669 of
// them, each with its SDF ID, its name and the tab it is on (Oracle help,
// chapter_N3236764). Where the help has two names for one ID, the newer is here.
package permission

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed permissions.tsv
var table string

// Permission is one of NetSuite's.
type Permission struct {
	ID, Name string
	Tab      Tab
}

// Tab is a subtab of Permissions on the role page.
type Tab string

// The subtabs. Permissions for custom records belong to the record types of the
// account and are not in the table.
const (
	Transactions Tab = "Transactions"
	Reports      Tab = "Reports"
	Lists        Tab = "Lists"
	Setup        Tab = "Setup"
)

// tabs tells the tab by the beginning of the ID. Oracle's list calls Setup
// Administration, and lists the registers apart.
var tabs = map[string]Tab{"TRAN": Transactions, "REGT": Transactions, "REPO": Reports, "LIST": Lists, "ADMI": Setup}

// features says which permissions are offered only while a feature is on, as
// users report of web services; the others follow the same pattern.
var features = map[string]string{
	"ADMI_WEBSERVICES": "WEBSERVICESEXTERNAL", "ADMI_WEBSERVICESSETUP": "WEBSERVICESEXTERNAL", "ADMI_WEBSERVICESLOG": "WEBSERVICESEXTERNAL",
	"ADMI_RESTWEBSERVICES": "RESTWEBSERVICES",
	"ADMI_LOGIN_OAUTH":     "TBA", "ADMI_MANAGE_OAUTH_TOKENS": "TBA", "ADMI_MANAGE_OWN_OAUTH_TOKENS": "TBA",
	"ADMI_LOGIN_OAUTH2": "OAUTH2", "ADMI_MANAGE_OAUTH2": "OAUTH2",
	"REPO_ANALYTICS": "SUITEANALYTICSWORKBOOK",
}

// All returns every permission, sorted by name.
var All = sync.OnceValue(func() []Permission {
	var all []Permission
	for line := range strings.Lines(table) {
		id, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		all = append(all, Permission{ID: id, Name: name, Tab: tabs[id[:4]]})
	}
	slices.SortFunc(all, func(a, b Permission) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return all
})

// On returns the permissions of a tab, sorted by name.
func On(t Tab) []Permission {
	return slices.DeleteFunc(slices.Clone(All()), func(p Permission) bool { return p.Tab != t })
}

// Of returns the permission with an ID; for one that NetSuite does not list, one
// that is named like its ID, on the tab Setup.
func Of(id string) Permission {
	for _, p := range All() {
		if p.ID == id {
			return p
		}
	}
	return Permission{ID: id, Name: id, Tab: Setup}
}

// Feature returns the feature without which the role page does not offer p, or "".
func (p Permission) Feature() string { return features[p.ID] }
