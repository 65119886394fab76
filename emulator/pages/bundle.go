package pages

import (
	"net/http"

	"github.com/sluicehq/sluice/emulator/bundle"
)

const bundlesPath = "/app/bundler/bundlelist.nl"

func (s *Site) bundlePages() []page {
	return []page{{path: bundlesPath, title: "Search & Install Bundles", need: []string{"ADMI_BUNDLER"}, get: showBundles, post: postBundles}}
}

// showBundles shows the one bundle there is, and whether it is installed.
func showBundles(v *visit) {
	d := &details{Heading: bundle.Name, Pairs: []pair{{"Bundle ID", bundle.ID}, {"Version", bundle.Version}}, Lists: []namedList{
		{Title: "Roles", Items: []string{bundle.FullAccessRole, bundle.ETailRole, bundle.JIRARole, bundle.CashAppRole}},
		{Title: "Integrations", Items: bundle.Applications},
	}}
	needs := namedList{Title: "Required features"}
	for _, id := range bundle.Needs {
		state := "on"
		if !v.setup.Features[id] {
			state = "off"
		}
		needs.Items = append(needs.Items, featureName(id)+": "+state)
	}
	d.Lists = append(d.Lists, needs)
	switch {
	case bundle.Installed(v.setup):
		d.Pairs = append(d.Pairs, pair{"Status", "Installed"})
		d.Links = []link{{Text: "Manage Roles", Href: rolesPath}, {Text: "Manage Integrations", Href: integrationsPath}}
	case len(bundle.Missing(v.setup)) > 0:
		d.Pairs = append(d.Pairs, pair{"Status", "Not installed"})
		d.Warnings = []string{"Enable the required features first: Setup > Company > Enable Features > SuiteCloud."}
		d.Links = []link{{Text: "Enable Features", Href: featuresPath + "?tab=SuiteCloud"}}
	default:
		d.Pairs = append(d.Pairs, pair{"Status", "Not installed"})
		d.Post = []postButton{{Action: bundlesPath, Text: "Install"}}
	}
	v.show(http.StatusOK, "details", d)
}

func postBundles(v *visit) {
	var seed uint64
	if f := v.site.opts.Seed; f != nil {
		seed = f()
	}
	if err := bundle.Install(v.account(), seed); err != nil {
		v.refuse(http.StatusUnprocessableEntity, "Notice", sentence(err))
		return
	}
	v.done("The bundle was installed.", bundlesPath)
}
