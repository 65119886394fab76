package sluice

// RESTletExport reads the records that a RESTlet of the account answers with.
type RESTletExport struct {
	Script     string `json:"script"`           // customscript_orders, or the internal ID
	Deployment string `json:"deployment"`       // customdeploy_orders, or the number
	Method     string `json:"method,omitempty"` // GET by default, or POST
	// Params are query parameters of GET.
	Params map[string]string `json:"params,omitempty"`
	// Body is the JSON that POST sends.
	Body string `json:"body,omitempty"`
	// Records is the path of the list in the answer, such as data.items. Empty means
	// that the answer is the list, or one record.
	Records string       `json:"records,omitempty"`
	Page    *RESTletPage `json:"page,omitempty"`
}

// RESTletPage says how a RESTlet is asked for one page after another, until one is
// empty or, with Next, the last.
type RESTletPage struct {
	// Param names the parameter that says which page is wanted; with POST it is a
	// field of the body.
	Param string `json:"param"`
	// First is the number of the first page; 1 by default. It is not used with Next.
	First *int `json:"first,omitempty"`
	// Next is the path in an answer of the value that asks for the page behind it;
	// the last page has none.
	Next string `json:"next,omitempty"`
}

// RESTletImport hands each record to a RESTlet, one a call.
type RESTletImport struct {
	Script     string `json:"script"`
	Deployment string `json:"deployment"`
	// Method is POST, PUT or DELETE. By default adds are posted, updates and upserts
	// put, deletes deleted. DELETE has no body: the record's fields are its parameters.
	Method string `json:"method,omitempty"`
	// ExternalID is a Bloblang expression: what Lookup asks for.
	ExternalID string `json:"external_id,omitempty"`
	// Result is the path in the answer of the internal ID of what was written.
	Result string `json:"result,omitempty"`
	// Error is the path in the answer under which a script that catches its own errors
	// says why it refused the record. Null, false and empty text mean that it did not.
	Error string `json:"error,omitempty"`
	// Lookup finds an added record again, for a call whose answer was lost.
	Lookup *RESTletLookup `json:"lookup,omitempty"`
}

// RESTletLookup asks the same RESTlet, by GET, whether it has a record.
type RESTletLookup struct {
	Param string `json:"param"`           // the parameter that takes the external ID
	Found string `json:"found,omitempty"` // path of the record's internal ID in the answer; absent or null means that it has none
}

// Methods of RESTlets.
const (
	MethodGet    = "GET"
	MethodPost   = "POST"
	MethodPut    = "PUT"
	MethodDelete = "DELETE"
)

// MethodFor returns the method of a call: the one that is set, else the operation's own.
func (r *RESTletImport) MethodFor(o Operation) string {
	switch {
	case r.Method != "":
		return r.Method
	case o == Update || o == Upsert:
		return MethodPut
	case o == Delete:
		return MethodDelete
	}
	return MethodPost
}

// DeployedRESTlet is a RESTlet of the account with one of its deployments.
type DeployedRESTlet struct {
	Script       string `json:"script"`        // internal ID of the script
	Deployment   string `json:"deployment"`    // internal ID of the deployment record
	ScriptID     string `json:"script_id"`     // customscript_…: what a flow names
	DeploymentID string `json:"deployment_id"` // customdeploy_…
	Name         string `json:"name"`
	Status       string `json:"status"`   // RELEASED, TESTING …
	Deployed     bool   `json:"deployed"` // only deployed and released ones answer
	URL          string `json:"url"`
}
