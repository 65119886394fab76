package flowfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
)

func (c *checker) importRules(i *sluice.Import, at string) {
	switch {
	case i.NetSuite != nil:
		c.netsuiteRules(i, at)
	case i.RESTlet != nil:
		c.restletImportRules(i, at)
	case i.SQL != nil:
		c.sqlRules(i, at)
	case i.HTTP != nil:
		c.httpImportRules(i, at)
	case i.Operation != "" && i.Operation != sluice.Add:
		c.add("flow.conflict", at+".operation", "a file can only be added to", "Leave out operation")
	}
	c.existenceRules(i, at)
}

// existenceRules checks what depends on whether a record is there.
func (c *checker) existenceRules(i *sluice.Import, at string) {
	file := i.CSV != nil || i.JSONLines != nil
	if i.IgnoreExisting && (file || i.Operation != sluice.Add && i.Operation != sluice.Upsert) {
		c.add("flow.conflict", at+".ignore_existing", "only add and upsert meet records that are there already", "Leave out ignore_existing")
	}
	if i.IgnoreMissing && (file || !i.Operation.NeedsRecord()) {
		c.add("flow.conflict", at+".ignore_missing", "only operations on a record that is there can miss it", "Leave out ignore_missing, or use update")
	}
	for key, fields := range map[string][]string{".on_create": i.OnCreate, ".on_update": i.OnUpdate} {
		switch {
		case len(fields) == 0:
		case i.Operation != sluice.Upsert:
			c.add("flow.conflict", at+key, "only an upsert either makes a record or changes one", "Leave it out, or use upsert")
		case i.IgnoreExisting:
			c.add("flow.conflict", at+key, "with ignore_existing no record is changed", "Leave out one of the two")
		}
	}
	for n, field := range i.OnUpdate {
		if slices.Contains(i.OnCreate, field) {
			c.add("flow.conflict", fmt.Sprintf("%s.on_update[%d]", at, n), fmt.Sprintf("%q is in on_create, too, and would never be sent", field), "Leave it out of one of the two")
		}
	}
	if (file || i.SQL != nil) && len(i.Omit) > 0 {
		c.add("flow.conflict", at+".omit", "an import into a file or a table has no expressions", "Leave the fields out in a mapping")
	}
}

// recordsOnly refuses operations that only NetSuite's records know.
func (c *checker) recordsOnly(i *sluice.Import, at string) {
	switch i.Operation {
	case sluice.Append:
		c.add("flow.conflict", at+".operation", "append is for sublists of NetSuite records", "Use add")
	case sluice.Attach, sluice.Detach, sluice.Transform:
		c.add("flow.conflict", at+".operation", string(i.Operation)+" is for NetSuite records", "Use another operation")
	}
}

func (c *checker) netsuiteRules(i *sluice.Import, at string) {
	c.needOperation(i, at)
	n, at := i.NetSuite, at+".netsuite"
	existing := i.Operation.NeedsRecord()
	switch {
	case i.Operation == sluice.Upsert && n.ExternalID == "":
		c.add("flow.missing_key", at+".external_id", "an upsert finds its record by external ID", "Add the key external_id")
	case existing && n.ExternalID == "" && n.ID == "":
		c.add("flow.missing_key", at+".id", fmt.Sprintf("%s needs to know which record", i.Operation), "Add the key id or external_id")
	case existing && n.ExternalID != "" && n.ID != "":
		c.add("flow.conflict", at+".external_id", "id and external_id exclude each other", "Keep one of them")
	case !existing && n.ID != "":
		c.add("flow.conflict", at+".id", "the internal ID is NetSuite's to give", "Leave out id, or use update")
	case i.Operation == sluice.Add && i.IgnoreExisting && n.ExternalID == "":
		c.add("flow.missing_key", at+".external_id", "ignore_existing finds a record by external ID", "Add the key external_id")
	}
	if (i.Operation == sluice.Append) != (n.Sublist != "") {
		if n.Sublist == "" {
			c.add("flow.missing_key", at+".sublist", "append needs to know which sublist", "Add the key sublist, such as item")
		} else {
			c.add("flow.conflict", at+".sublist", "only append has a sublist", "Leave out sublist, or use append")
		}
	}
	c.sublistRules(i, at)
	c.pairRules(i, at)
}

// sublistRules checks what is said of sublists.
func (c *checker) sublistRules(i *sluice.Import, at string) {
	n := i.NetSuite
	said := map[string]string{}
	say := func(sublist, key, path string) {
		if i.Operation != sluice.Update && i.Operation != sluice.Upsert && i.Operation != sluice.Transform {
			c.add("flow.conflict", at+"."+key, "only update, upsert and transform meet lines that are there", "Leave out "+key)
		}
		name := strings.ToLower(sublist)
		if before := said[name]; before != "" {
			c.add("flow.conflict", path, fmt.Sprintf("of the sublist %q %s says already what becomes of its lines", sublist, before), "Name it once")
		}
		said[name] = key
	}
	for k, name := range n.Replace {
		say(name, "replace", fmt.Sprintf("%s.replace[%d]", at, k))
	}
	for k, name := range n.Append {
		say(name, "append", fmt.Sprintf("%s.append[%d]", at, k))
	}
	for k, l := range n.Lines {
		say(l.Sublist, "lines", fmt.Sprintf("%s.lines[%d].sublist", at, k))
	}
}

// pairRules checks the operations that are about two records.
func (c *checker) pairRules(i *sluice.Import, at string) {
	n := i.NetSuite
	type pair struct {
		key, id, externalID string
		there, wanted       bool
	}
	transform, attachment := pair{key: "transform", wanted: i.Operation == sluice.Transform}, pair{key: "attachment", wanted: i.Operation == sluice.Attach || i.Operation == sluice.Detach}
	if t := n.Transform; t != nil {
		transform.there, transform.id, transform.externalID = true, t.ID, t.ExternalID
	}
	if a := n.Attachment; a != nil {
		attachment.there, attachment.id, attachment.externalID = true, a.ID, a.ExternalID
		if a.Role != "" && (i.Operation == sluice.Detach || a.Type == sluice.AttachFile) {
			c.add("flow.conflict", at+".attachment.role", "only a contact that is attached gets a role", "Leave out role")
		}
	}
	for _, p := range []pair{transform, attachment} {
		path := at + "." + p.key
		switch {
		case p.wanted && !p.there:
			c.add("flow.missing_key", path, fmt.Sprintf("%s needs the key %s", i.Operation, p.key), "Add the key "+p.key)
		case p.there && !p.wanted:
			c.add("flow.conflict", path, fmt.Sprintf("%s has no use for %s", i.Operation, p.key), "Leave it out, or use another operation")
		case p.there && p.id == "" && p.externalID == "":
			c.add("flow.missing_key", path+".id", "which record it is about is not said", "Add the key id or external_id")
		case p.there && p.id != "" && p.externalID != "":
			c.add("flow.conflict", path+".external_id", "id and external_id exclude each other", "Keep one of them")
		}
	}
}
