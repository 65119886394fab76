package shape

import "github.com/sluicehq/sluice"

func errorsShape() *Shape {
	return &Shape{Name: "Errors", Help: "Records that do not get through become record errors, which are kept until they are mended.", Keys: []Key{
		{Name: "trace", Form: Expr, Help: "The trace key, over the record as exported: what people know the record by. Open errors of a trace key are resolved when a later run delivers it, and sluice trace finds all that happened to it.", Example: "this.order_number"},
		{Name: "rules", Form: Objects, Of: errorRuleShape(), Help: "Sort new errors. All rules that hold are applied, in this order."},
		{Name: "keep", Form: Object, Of: errorKeepShape(), Help: "How long resolved errors are kept."},
		{Name: "retry", Form: Object, Of: errorRetryShape(), Help: "Try errors of the classification intermittent again without being asked."},
	}}
}

func classifications() []string {
	var out []string
	for _, c := range sluice.Classifications() {
		out = append(out, string(c))
	}
	return out
}

func errorRuleShape() *Shape {
	return &Shape{Name: "Error rule", Keys: []Key{
		{Name: "if", Form: Expr, Required: true, Help: "The condition, over code, message, where, step, classification, record (as exported), request and response. A condition that fails does not hold.", Example: "this.code == \"INVALID_KEY_OR_REF\""},
		{Name: "classification", Form: Text, Options: classifications(), Help: "The classification that the error gets.", Example: "intermittent"},
		{Name: "tags", Form: Texts, Help: "Tags that the error gets: lower-case letters, digits, dots, dashes and underscores.", Example: "[tax, late]"},
		{Name: "assign", Form: Text, Help: "The e-mail address of whom the error is assigned to.", Example: "accounting@example.com"},
	}}
}

func errorKeepShape() *Shape {
	return &Shape{Name: "Keep errors", Help: "Resolved errors go when they are too old or too large together, the oldest first. Open errors always stay; a notice tells when they alone are larger.", Keys: []Key{
		{Name: "days", Form: Integer, Min: 1, Max: 3650, Help: "Days that a resolved error is kept; when absent, what the server keeps (errors.days, 30).", Example: "90"},
		{Name: "megabytes", Form: Integer, Min: 1, Max: 1_000_000, Help: "Size of the flow's errors, with records, requests and answers; when absent, what the server keeps (errors.megabytes, 500).", Example: "100"},
	}}
}

func errorRetryShape() *Shape {
	return &Shape{Name: "Retry errors", Keys: []Key{
		{Name: "times", Form: Integer, Required: true, Min: 1, Max: sluice.MaxRetryTimes, Help: "How often an error is tried again at most; retries by people count.", Example: "3"},
		{Name: "after", Form: Text, Help: "How long after a failure; each time twice as long as before. 5m when absent.", Example: "10m"},
	}}
}
