package sluice

// LatestWSDL is the newest version of NetSuite's SOAP web services, and the last
// one that Oracle plans.
const LatestWSDL = "2025.2"

// WSDLVersion is a version of NetSuite's SOAP web services with its end, by
// Oracle's calendar (help article_2104046421): supported up to and including one
// NetSuite release, then reachable without support until SOAP ends.
type WSDLVersion struct {
	Version          string `json:"version"`
	SupportedThrough string `json:"supported_through"` // the last NetSuite release that supports it
	GoneWith         string `json:"gone_with"`         // the release that has no SOAP any more
}

// SOAPEnd is the NetSuite release that has no SOAP web services any more.
const SOAPEnd = "2028.2"

// WSDLVersions returns the versions that a connection can have, the newest first.
func WSDLVersions() []WSDLVersion {
	return []WSDLVersion{
		{LatestWSDL, "2028.1", SOAPEnd},
		{"2025.1", "2027.1", SOAPEnd},
		{"2024.2", "2027.1", SOAPEnd},
		{"2024.1", "2026.2", SOAPEnd},
		{"2023.2", "2026.1", SOAPEnd},
		{"2023.1", "2025.2", SOAPEnd},
	}
}

func wsdlOptions() []Option {
	var options []Option
	for _, v := range WSDLVersions() {
		o := Option{Value: v.Version, Label: v.Version, Help: "Supported through NetSuite " + v.SupportedThrough + "; SOAP ends with " + v.GoneWith}
		if v.Version == LatestWSDL {
			o.Label += " (recommended)"
		}
		options = append(options, o)
	}
	return options
}
