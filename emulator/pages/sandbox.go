package pages

import "net/http"

// RefreshPath is the page that refreshes the sandbox. It must be served outside
// whatever a refresh waits for.
const RefreshPath = "/app/emulator/sandbox.nl"

const (
	refreshPath     = RefreshPath
	tokenErrorsPath = "/app/emulator/tokenendpoints.nl"
)

func (s *Site) emulatorPages() []page {
	return []page{
		{path: refreshPath, title: "Refresh sandbox (emulator only)", admin: true, get: showRefresh, post: postRefresh},
		{path: tokenErrorsPath, title: "Token endpoints (emulator only)", admin: true, get: showTokenErrors, post: postTokenErrors},
	}
}

func showRefresh(v *visit) {
	d := &details{Pairs: []pair{{"Account ID", v.setup.ID}, {"Account Type", v.setup.Type}}}
	if v.setup.Type != "SANDBOX" || v.site.opts.Refresh == nil {
		d.Warnings = []string{"Only a sandbox can be refreshed."}
		v.show(http.StatusOK, "details", d)
		return
	}
	d.Warnings = []string{"What was done in this sandbox since it began is lost: set-up and records are copied anew from production. " +
		"Access tokens and M2M certificates are gone afterwards; integration records keep their keys. Everybody is logged out."}
	d.Post = []postButton{{Action: refreshPath, Text: "Refresh sandbox", Danger: true}}
	v.show(http.StatusOK, "details", d)
}

func postRefresh(v *visit) {
	if v.site.opts.Refresh == nil {
		v.refuse(http.StatusForbidden, "Notice", "Only a sandbox can be refreshed.")
		return
	}
	if err := v.site.opts.Refresh(); err != nil {
		v.refuse(http.StatusUnprocessableEntity, "Notice", sentence(err))
		return
	}
	v.redirect(loginPath)
}

// showTokenErrors switches between the two ways in which the token endpoints
// may answer.
func showTokenErrors(v *visit) {
	v.show(http.StatusOK, "form", &form{Buttons: []button{{Text: "Save"}}, Cancel: homePath,
		Intro: "Whether NetSuite's token endpoints tell why they refuse is not known. The emulated account does either.",
		Groups: []group{{Title: "Errors of the token endpoints", Fields: []field{
			{Kind: check, Name: "described", Label: "Tell the reason", Ticked: v.account().DescribesTokenErrors(),
				Help: "The Login Audit Trail's detail is in the answer. Not ticked: a general code alone."},
		}}}})
}

func postTokenErrors(v *visit) {
	v.account().SetDescribeTokenErrors(v.ticked("described"))
	v.done("The mode was saved.", tokenErrorsPath)
}
