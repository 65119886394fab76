package pages

import (
	"net/http"
	"slices"

	"github.com/sluicehq/sluice/emulator/account"
)

const (
	companyPath     = "/app/common/otherlists/company.nl"
	preferencesPath = "/app/setup/webservicespreferences.nl"
)

func (s *Site) companyPages() []page {
	return []page{
		{path: featuresPath, title: "Enable Features", need: []string{"ADMI_ENABLEFEATURES", setUpCompany}, get: showFeatures, post: postFeatures},
		{path: companyPath, title: "Company Information", need: []string{"ADMI_COMPANY", setUpCompany}, get: showCompany, post: postCompany},
		{path: preferencesPath, title: "SOAP Web Services Preferences", need: []string{"ADMI_WEBSERVICESSETUP", setUpCompany},
			get: showPreferences, post: postPreferences},
	}
}

const setUpCompany = "ADMI_SETUPCOMPANY"

// zones are the time zones that Company Information offers: one or two of each
// offset. The account takes any that tzdata has.
var zones = []string{
	"Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver", "America/Phoenix", "America/Chicago", "America/New_York",
	"America/Halifax", "America/St_Johns", "America/Sao_Paulo", "Atlantic/Azores", "Etc/UTC", "Europe/London", "Europe/Berlin", "Europe/Paris",
	"Europe/Athens", "Africa/Johannesburg", "Europe/Moscow", "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Dhaka",
	"Asia/Bangkok", "Asia/Singapore", "Asia/Shanghai", "Asia/Tokyo", "Australia/Adelaide", "Australia/Brisbane", "Australia/Sydney",
	"Pacific/Auckland", "Pacific/Kiritimati",
}

// dateFormats and timeFormats are those that NetSuite offers, as far as this
// account writes them.
var (
	dateFormats = []string{"M/D/YYYY", "D/M/YYYY", "D-Mon-YYYY", "D.M.YYYY", "YYYY/M/D", "YYYY-M-D", "MM/DD/YYYY", "DD/MM/YYYY", "DD.MM.YYYY", "YYYY-MM-DD"}
	timeFormats = []string{"h:mm a", "H:mm", "h-mm a", "H-mm"}
)

// among offers a list of values, and the present one where it is not in it.
func among(list []string, now string) []option {
	if !slices.Contains(list, now) {
		list = append([]string{now}, list...)
	}
	var out []option
	for _, x := range list {
		out = append(out, option{Value: x, Label: x})
	}
	return chooseFrom(out, now)
}

func showCompany(v *visit) {
	v.show(http.StatusOK, "form", v.companyForm(v.setup.Name, v.setup.Preferences))
}

func (v *visit) companyForm(name string, p account.Preferences) *form {
	f := &form{Buttons: []button{{Text: "Save"}}, Cancel: homePath, Reset: true, Groups: []group{
		{Title: "Company", Fields: []field{
			{Kind: text, Name: "companyname", Label: "Company Name", Value: name, Required: true},
			{Kind: readOnly, Name: "accountid", Label: "Account ID", Value: v.setup.ID},
			{Kind: readOnly, Name: "accounttype", Label: "Account Type", Value: v.setup.Type},
		}},
		{Title: "Formats", Fields: []field{
			{Kind: choose, Name: "timezone", Label: "Time Zone", Options: among(zones, p.TimeZone), Required: true},
			{Kind: choose, Name: "dateformat", Label: "Date Format", Options: among(dateFormats, p.DateFormat), Required: true},
			{Kind: choose, Name: "timeformat", Label: "Time Format", Options: among(timeFormats, p.TimeFormat), Required: true},
		}},
	}}
	urls := group{Title: "Company URLs", Text: "All services of the emulated account answer under one address."}
	for _, service := range []string{"SuiteTalk (SOAP and REST web services)", "RESTlets", "Login"} {
		urls.Fields = append(urls.Fields, field{Kind: readOnly, Name: slug(service), Label: service, Value: v.baseURL()})
	}
	f.Groups = append(f.Groups, urls)
	return f
}

func postCompany(v *visit) {
	name := v.field("companyname")
	p := v.setup.Preferences
	p.TimeZone, p.DateFormat, p.TimeFormat = v.field("timezone"), v.field("dateformat"), v.field("timeformat")
	if name == "" {
		v.problem("Please enter a value for Company Name.")
	}
	if !slices.Contains(dateFormats, p.DateFormat) && p.DateFormat != v.setup.Preferences.DateFormat ||
		!slices.Contains(timeFormats, p.TimeFormat) && p.TimeFormat != v.setup.Preferences.TimeFormat {
		v.problem("Choose one of the formats.")
	}
	if len(v.wrong) == 0 {
		err := v.account().Edit(func(s *account.Setup) error {
			s.Name, s.Preferences = name, p
			return nil
		})
		if err == nil {
			v.done("Company Information was saved.", companyPath)
			return
		}
		v.problem(sentence(err))
	}
	v.show(http.StatusUnprocessableEntity, "form", v.companyForm(name, p))
}

func showPreferences(v *visit) {
	v.show(http.StatusOK, "form", &form{Buttons: []button{{Text: "Save"}}, Cancel: homePath, Reset: true, Groups: []group{
		{Title: "Primary Information", Fields: []field{
			{Kind: readOnly, Name: "accountid", Label: "Account ID", Value: v.setup.ID},
			{Kind: readOnly, Name: "timezone", Label: "Time Zone", Value: v.setup.Preferences.TimeZone},
		}},
		{Title: "Integration", Fields: []field{
			{Kind: check, Name: "requireapproval", Label: "Require Approval during Auto-Installation of Integration", Ticked: v.setup.Preferences.RequireApproval,
				Help: "Integration records that a bundle installs wait for approval."},
		}},
	}})
}

func postPreferences(v *visit) {
	err := v.account().Edit(func(s *account.Setup) error {
		s.Preferences.RequireApproval = v.ticked("requireapproval")
		return nil
	})
	if err != nil {
		v.problem(sentence(err))
		showPreferences(v)
		return
	}
	v.done("The preferences were saved.", preferencesPath)
}
