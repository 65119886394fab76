package mapping

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/sluicehq/sluice"
)

// maxDepth bounds how deep a mapped record nests.
const maxDepth = 100

// valueError is a value that a record cannot hold. Its path grows while the
// recursion unwinds, so that good values cost nothing.
type valueError struct {
	path   string
	reason string
	remedy string
}

// export copies a result into the values that records hold. name stands for the
// whole in an error.
func export(v any, name string) (any, error) {
	clean, bad := exportValue(v, 0)
	if bad == nil {
		return clean, nil
	}
	return nil, sluice.Errorf("mapping.failed", "%s%s %s", name, bad.path, bad.reason).Fix(bad.remedy)
}

func exportValue(v any, depth int) (any, *valueError) {
	switch t := v.(type) {
	case nil, bool, json.Number:
		return t, nil
	case string:
		return exportText(t)
	case []byte:
		return exportText(string(t))
	case int64:
		return json.Number(strconv.FormatInt(t, 10)), nil
	case int:
		return json.Number(strconv.Itoa(t)), nil
	case uint64:
		return json.Number(strconv.FormatUint(t, 10)), nil
	case float64:
		if text, whole := wholeFloat(t); whole {
			return json.Number(text), nil
		}
		return nil, &valueError{reason: fmt.Sprintf("is %v: %v", t, errFloat)}
	case time.Time:
		return t.UTC().Format(time.RFC3339Nano), nil
	}
	if depth == maxDepth {
		return nil, &valueError{reason: fmt.Sprintf("nests more than %d levels", maxDepth)}
	}
	switch t := v.(type) {
	case []any:
		return exportList(t, depth)
	case map[string]any:
		return exportObject(t, depth)
	}
	return nil, &valueError{reason: "has a value that a record cannot hold"}
}

func exportText(text string) (any, *valueError) {
	if !utf8.ValidString(text) {
		return nil, &valueError{reason: "is not text in UTF-8", remedy: `Encode bytes, as in .encode("base64")`}
	}
	return text, nil
}

func exportList(list []any, depth int) (any, *valueError) {
	out := make([]any, len(list))
	for i, e := range list {
		v, bad := exportValue(e, depth+1)
		if bad != nil {
			bad.path = fmt.Sprintf("[%d]%s", i, bad.path)
			return nil, bad
		}
		out[i] = v
	}
	return out, nil
}

func exportObject(object map[string]any, depth int) (any, *valueError) {
	out := make(map[string]any, len(object))
	for name, e := range object {
		v, bad := exportValue(e, depth+1)
		if bad != nil {
			bad.path = "." + name + bad.path
			return nil, bad
		}
		out[name] = v
	}
	return out, nil
}
