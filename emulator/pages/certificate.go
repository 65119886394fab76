package pages

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/sluicehq/sluice/emulator/account"
)

const (
	certificatesPath = "/app/setup/oauth2clientcredentials.nl"
	certificatePath  = "/app/setup/oauth2clientcredential.nl"
)

func (s *Site) certificatePages() []page {
	need := []string{oauth2Management}
	return []page{
		{path: certificatesPath, title: "OAuth 2.0 Client Credentials (M2M) Setup", need: need, feature: account.FeatureOAuth2, get: listCertificates},
		{path: certificatePath, title: "OAuth 2.0 Client Credentials (M2M) Mapping", need: need, feature: account.FeatureOAuth2,
			get: showCertificate, post: postCertificate},
	}
}

func listCertificates(v *visit) {
	t := &table{Caption: "Client Credentials", Head: []string{"Action", "Certificate ID", "Entity", "Role", "Application", "Valid From", "Valid Until", "State"},
		Empty: "There are no mappings.", Actions: []link{{Text: "Create New", Href: certificatePath}}}
	for _, c := range v.setup.Certificates {
		t.Rows = append(t.Rows, []cell{
			{Links: []link{{Text: "View", About: c.ID, Href: certificatePath + "?id=" + url.QueryEscape(c.ID)}}}, {Text: c.ID},
			{Text: v.setup.Employee(c.EmployeeID).Name}, {Text: v.setup.Role(c.RoleID).Name}, {Text: v.setup.Integration(c.IntegrationID).Name},
			{Text: day(c.NotBefore)}, {Text: day(c.NotAfter)}, {Text: v.certificateState(&c)},
		})
	}
	v.show(http.StatusOK, "table", t)
}

func (v *visit) certificateState(c *account.Certificate) string {
	switch now := v.now(); {
	case c.Revoked:
		return "Revoked"
	case now.After(c.NotAfter):
		return "Expired"
	case now.Before(c.NotBefore):
		return "Not valid yet"
	}
	return "Active"
}

func showCertificate(v *visit) {
	id := v.query("id")
	if id == "" {
		v.showTitled(http.StatusOK, "form", "Create New Mapping", v.certificateForm(&account.Certificate{}, ""))
		return
	}
	c := v.setup.Certificate(id)
	if c == nil {
		v.refuse(http.StatusNotFound, "Notice", "There is no such mapping.")
		return
	}
	d := &details{Links: []link{{Text: "Back to List", Href: certificatesPath}}, Pairs: []pair{
		{"Certificate ID", c.ID}, {"Entity", v.setup.Employee(c.EmployeeID).Name}, {"Role", v.setup.Role(c.RoleID).Name},
		{"Application", v.setup.Integration(c.IntegrationID).Name}, {"Valid From", day(c.NotBefore)}, {"Valid Until", day(c.NotAfter)},
		{"State", v.certificateState(c)},
	}}
	if !c.Revoked {
		d.Post = []postButton{{Action: certificatePath, Text: "Revoke", Danger: true, Hidden: []pair{{"id", c.ID}, {"action", "revoke"}}}}
	}
	v.show(http.StatusOK, "details", d)
}

func (v *visit) certificateForm(c *account.Certificate, pem string) *form {
	users, roles, applications := []option{{}}, []option{{}}, []option{{}}
	for _, e := range v.setup.Employees {
		if e.Access && !e.Inactive && len(e.Roles) > 0 {
			users = append(users, option{Value: e.ID, Label: e.Name})
			roles = append(roles, v.roleOptions(&e, func(string) bool { return true })...)
		}
	}
	for _, i := range v.setup.Integrations {
		if i.ClientCredentials {
			applications = append(applications, option{Value: i.ID, Label: i.Name})
		}
	}
	return &form{Action: certificatePath, Buttons: []button{{"Save", "action", "save"}}, Cancel: certificatesPath, Upload: true,
		Groups: []group{{Title: "Primary Information", Fields: []field{
			{Kind: choose, Name: "user", Label: "Entity", Options: chooseFrom(users, c.EmployeeID), Required: true},
			{Kind: choose, Name: "role", Label: "Role", Options: chooseFrom(roles, c.EmployeeID+"/"+c.RoleID), Required: true},
			{Kind: choose, Name: "application", Label: "Application", Options: chooseFrom(applications, c.IntegrationID), Required: true,
				Help: "Integration records with the Client Credentials (Machine to Machine) Grant."},
			{Kind: file, Name: "certificate", Label: "Certificate", Help: "X.509 in PEM form; RSA 3072 or 4096, EC P-256, P-384 or P-521; two years at most."},
			{Kind: area, Name: "pem", Label: "Or paste the certificate", Value: pem},
		}}}}
}

func postCertificate(v *visit) {
	if v.field("action") == "save" {
		v.saveCertificate()
		return
	}
	id := v.field("id")
	v.finish(v.account().RevokeCertificate(id), "The mapping was revoked.", certificatePath, id)
}

func (v *visit) saveCertificate() {
	text := v.uploaded()
	c, err := account.ParseCertificate([]byte(text))
	if err != nil {
		v.problem("Certificate: " + sentence(err))
	}
	c.EmployeeID, c.IntegrationID = v.field("user"), v.field("application")
	c.RoleID = v.roleFor(c.EmployeeID)
	e, i := v.setup.Employee(c.EmployeeID), v.setup.Integration(c.IntegrationID)
	switch {
	case e == nil || !e.Access || e.Inactive:
		v.problem("Please enter a value for Entity.")
	case !slices.Contains(e.Roles, c.RoleID):
		v.problem("Please enter a value for Role: one of the entity's.")
	}
	if i == nil || !i.ClientCredentials {
		v.problem("Please enter a value for Application.")
	}
	if err == nil && v.now().After(c.NotAfter) {
		v.problem("The certificate has expired.")
	}
	if len(v.wrong) == 0 {
		saved, err := v.account().AddCertificate(c)
		if err == nil {
			v.finish(nil, "The mapping was saved.", certificatePath, saved.ID)
			return
		}
		v.problem(sentence(err))
	}
	v.show(http.StatusUnprocessableEntity, "form", v.certificateForm(&c, text))
}

// uploaded returns the certificate of the file, or the pasted one.
func (v *visit) uploaded() string {
	f, _, err := v.r.FormFile("certificate")
	if err != nil {
		return v.field("pem")
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil || len(data) == 0 {
		return v.field("pem")
	}
	return string(data)
}

// day writes the day of a time, in UTC as certificates do.
func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// clock writes a time in the company's zone.
func (v *visit) clock(t time.Time) string {
	return t.In(v.user.TimeZone).Format("2006-01-02 15:04:05 MST")
}
