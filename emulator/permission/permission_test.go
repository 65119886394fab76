package permission

import (
	"regexp"
	"testing"
)

func TestAll(t *testing.T) {
	form := regexp.MustCompile(`^(ADMI|LIST|REGT|REPO|TRAN)_[A-Z0-9_]+$`)
	seen := map[string]bool{}
	for _, p := range All() {
		if !form.MatchString(p.ID) || p.Name == "" || p.Tab == "" || seen[p.ID] {
			t.Errorf("%+v", p)
		}
		seen[p.ID] = true
	}
	total := 0
	for _, tab := range []Tab{Transactions, Reports, Lists, Setup} {
		total += len(On(tab))
	}
	if total != len(All()) || total != 669 {
		t.Errorf("%d permissions on the tabs, %d in all", total, len(All()))
	}
	for id := range features {
		if !seen[id] {
			t.Errorf("%s depends on a feature and is not in the table", id)
		}
	}
}

func TestOf(t *testing.T) {
	if p := Of("ADMI_LOGIN_OAUTH"); p.Name != "Log in using Access Tokens" || p.Tab != Setup || p.Feature() != "TBA" {
		t.Errorf("%+v", p)
	}
	if p := Of("NOT_LISTED"); p.Name != "NOT_LISTED" {
		t.Errorf("%+v", p)
	}
}
