package pages

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/emulator/account"
)

const (
	trailPath = "/app/setup/loginaudittrail.nl"
	// trailShown is how many entries the page shows.
	trailShown = 500
)

func (s *Site) trailPages() []page {
	return []page{{path: trailPath, title: "Login Audit Trail", need: []string{"ADMI_AUDITLOGIN"}, get: showTrail}}
}

func showTrail(v *visit) {
	status, user, detail := v.query("status"), v.query("user"), v.query("detail")
	t := &table{Caption: "Login Audit Trail", Empty: "No entries.",
		Head: []string{"Date", "User", "Role", "Token-based Application Name", "Token-based Access Token Name", "Status", "Detail", "Request URI", "IP Address"},
		Filter: &form{Get: true, Buttons: []button{{Text: "Filter"}}, Groups: []group{{Title: "Filter", Fields: []field{
			{Kind: choose, Name: "status", Label: "Status", Options: chooseFrom([]option{{Label: "All"}, {Value: account.Success, Label: account.Success},
				{Value: account.Failure, Label: account.Failure}}, status)},
			{Kind: text, Name: "user", Label: "User", Value: user},
			{Kind: text, Name: "detail", Label: "Detail", Value: detail},
		}}}}}
	all := v.account().AuditTrail()
	slices.Reverse(all)
	all = slices.DeleteFunc(all, func(e account.TrailEntry) bool {
		return status != "" && e.Status != status || !contains(e.User, user) || !contains(e.Detail, detail)
	})
	if len(all) > trailShown {
		t.Intro = fmt.Sprintf("The newest %d of %d entries.", trailShown, len(all))
		all = all[:trailShown]
	}
	for _, e := range all {
		var row []cell
		for _, text := range []string{v.clock(e.Time), e.User, e.Role, e.Application, e.TokenName, e.Status, e.Detail, e.RequestURI, e.IP} {
			row = append(row, cell{Text: text})
		}
		t.Rows = append(t.Rows, row)
	}
	v.show(http.StatusOK, "table", t)
}

// contains reports whether text contains part, in any case.
func contains(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}
