package pages

import (
	"net/http"
	"slices"

	"github.com/sluicehq/sluice/emulator/account"
)

const featuresPath = "/app/setup/features.nl"

// feature is a box on Enable Features.
type feature struct {
	id, label, tab, section string
	help                    string
	needs                   string // feature that must be on too
}

// features are those of NetSuite's that make a difference to this account.
var features = []feature{
	{id: "CLASSES", label: "Classes", tab: "Company", section: "Classifications"},
	{id: "DEPARTMENTS", label: "Departments", tab: "Company", section: "Classifications"},
	{id: "LOCATIONS", label: "Locations", tab: "Company", section: "Classifications"},
	{id: "MULTICURRENCY", label: "Multiple Currencies", tab: "Company", section: "International"},
	{id: "CRM", label: "Customer Relationship Management", tab: "CRM", section: "Basic Features"},
	{id: "CUSTOMRECORDS", label: "Custom Records", tab: "SuiteCloud", section: "SuiteBuilder"},
	{id: account.FeatureClientScript, label: "Client SuiteScript", tab: "SuiteCloud", section: "SuiteScript"},
	{id: account.FeatureSuiteScript, label: "Server SuiteScript", tab: "SuiteCloud", section: "SuiteScript", help: "RESTlets.", needs: account.FeatureClientScript},
	{id: account.FeatureSOAP, label: "SOAP Web Services", tab: "SuiteCloud", section: suiteTalk, help: "Older documents call it Web Services."},
	{id: account.FeatureREST, label: "REST Web Services", tab: "SuiteCloud", section: suiteTalk},
	{id: account.FeatureWorkbook, label: "SuiteAnalytics Workbook", tab: "SuiteCloud", section: "SuiteAnalytics", help: "SuiteQL."},
	{id: account.FeatureTBA, label: "Token-based Authentication", tab: "SuiteCloud", section: "Manage Authentication"},
	{id: account.FeatureOAuth2, label: "OAuth 2.0", tab: "SuiteCloud", section: "Manage Authentication"},
}

const suiteTalk = "SuiteTalk (Web Services)"

func featureName(id string) string {
	if i := slices.IndexFunc(features, func(f feature) bool { return f.id == id }); i >= 0 {
		return features[i].label
	}
	return id
}

func showFeatures(v *visit) {
	tab := v.query("tab")
	if tab == "" {
		tab = "Company"
	}
	v.show(http.StatusOK, "form", featureForm(v.setup.Features, tab))
}

func featureForm(on map[string]bool, open string) *form {
	f := &form{Buttons: []button{{Text: "Save"}}, Cancel: homePath, Reset: true,
		Intro: "Features take effect at once, for logins and for all services. The account has more than are listed; they are as the sample company needs them."}
	for _, x := range features {
		if len(f.Tabs) == 0 || f.Tabs[len(f.Tabs)-1].Label != x.tab {
			f.Tabs = append(f.Tabs, tab{Name: "tab", ID: x.tab, Label: x.tab, Open: x.tab == open})
		}
		t := &f.Tabs[len(f.Tabs)-1]
		if len(t.Groups) == 0 || t.Groups[len(t.Groups)-1].Title != x.section {
			t.Groups = append(t.Groups, group{Title: x.section})
		}
		g := &t.Groups[len(t.Groups)-1]
		g.Fields = append(g.Fields, field{Kind: check, Name: x.id, Label: x.label, Ticked: on[x.id], Help: x.help})
	}
	return f
}

func postFeatures(v *visit) {
	on := map[string]bool{}
	for _, f := range features {
		on[f.id] = v.ticked(f.id)
	}
	for _, f := range features {
		if on[f.id] && f.needs != "" && !on[f.needs] {
			v.problem(f.label + " needs " + featureName(f.needs) + ".")
		}
	}
	if len(v.wrong) > 0 {
		v.show(http.StatusUnprocessableEntity, "form", featureForm(on, v.field("tab")))
		return
	}
	err := v.account().Edit(func(s *account.Setup) error {
		for id, ticked := range on {
			s.Features[id] = ticked
		}
		return nil
	})
	if err != nil {
		v.problem(sentence(err))
		v.show(http.StatusUnprocessableEntity, "form", featureForm(on, v.field("tab")))
		return
	}
	v.done("The features were saved.", featuresPath, "tab", v.field("tab"))
}
