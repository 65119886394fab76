package script

import (
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// object is a RESTlet as the SuiteCloud Development Framework describes it in
// Objects/customscript_….xml.
type object struct {
	XMLName     xml.Name `xml:"restlet"`
	ScriptID    string   `xml:"scriptid,attr"`
	Name        string   `xml:"name"`
	File        string   `xml:"scriptfile"` // [/SuiteScripts/orders.js]
	Inactive    string   `xml:"isinactive"`
	Parameters  []param  `xml:"scriptcustomfields>scriptcustomfield"`
	Deployments []struct {
		ScriptID string `xml:"scriptid,attr"`
		Status   string `xml:"status"`
		Deployed string `xml:"isdeployed"`
		Title    string `xml:"title"`
		Values   []struct {
			XMLName xml.Name
			Text    string `xml:",chardata"`
		} `xml:",any"`
	} `xml:"scriptdeployments>scriptdeployment"`
}

type param struct {
	ScriptID string `xml:"scriptid,attr"`
	Default  string `xml:"defaultvalue"`
}

// readObject reads a description of a RESTlet; nil for a file that is none.
func readObject(folder fs.FS, name string) (*object, error) {
	f, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	d := xml.NewDecoder(io.LimitReader(f, maxSource))
	for {
		token, err := d.Token()
		if err != nil {
			return nil, nil // a template, or nothing
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if start.Name.Local != "restlet" {
			return nil, nil // a manifest, another kind of object
		}
		o := &object{}
		if err := d.DecodeElement(o, &start); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		o.File = strings.Trim(strings.TrimSpace(o.File), "[]")
		return o, nil
	}
}

// deployments are what the description deploys.
func (o *object) deployments() []Deployment {
	var out []Deployment
	for _, d := range o.Deployments {
		one := Deployment{
			ScriptID: o.ScriptID, DeployID: d.ScriptID, Name: o.Name, File: o.File, Parameters: map[string]string{},
			Unreleased: o.Inactive == "T" || d.Deployed == "F" || d.Status != "" && !strings.EqualFold(d.Status, "RELEASED"),
		}
		for _, p := range o.Parameters {
			one.Parameters[strings.ToLower(p.ScriptID)] = p.Default
		}
		for _, v := range d.Values {
			if name := strings.ToLower(v.XMLName.Local); strings.HasPrefix(name, "custscript") {
				one.Parameters[name] = strings.TrimSpace(v.Text)
			}
		}
		out = append(out, one)
	}
	return out
}
