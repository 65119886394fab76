package mapping

import (
	"fmt"
	"slices"

	"github.com/redpanda-data/benthos/v4/public/bloblang"
)

// MaxRange is the longest list that range makes.
const MaxRange = 10_000

// functions are Bloblang's own that stay. What is not named here is gone: the
// clock, chance, the environment, files, message metadata, and bytes(n).
var functions = []string{"deleted", "nothing", "throw", "var"}

// methods are Bloblang's own that stay, besides those that Methods replaces.
// Left out are repeat (memory in one call), bloblang (code from data), encryption,
// YAML (aliases), file paths, floating point and messages.
var methods = []string{
	"all", "any", "append", "apply", "array", "assign", "bool", "bytes", "capitalize", "catch", "collapse", "contains",
	"decode", "encode", "enumerated", "escape_html", "escape_url_path", "escape_url_query", "exists", "explode", "filter",
	"find", "find_all", "find_all_by", "find_by", "flatten", "fold", "format_json", "get", "has_prefix", "has_suffix",
	"hash", "index", "index_of", "join", "key_values", "keys", "length", "lowercase", "map", "map_each", "map_each_key",
	"merge", "not", "not_empty", "not_null", "or", "parse_csv", "parse_url", "quote", "re_find_all",
	"re_find_all_object", "re_find_all_submatch", "re_find_object", "re_match", "re_replace_all", "replace_all",
	"replace_all_many", "reverse", "slice", "sort", "sort_by", "split", "trim", "trim_prefix", "trim_suffix", "type",
	"unescape_html", "unescape_url_path", "unescape_url_query", "unique", "unquote", "uppercase", "uuid_v5", "values", "without",
}

// newEnvironment returns the restricted language. range refuses to go on once the
// evaluation was given up, which ends loops that nest it.
func newEnvironment(givenUp func() bool) (*bloblang.Environment, error) {
	whole := bloblang.NewEnvironment()
	var gone []string
	whole.WalkFunctions(func(name string, _ *bloblang.FunctionView) {
		if !slices.Contains(functions, name) {
			gone = append(gone, name)
		}
	})
	e := whole.WithDisabledImports().WithoutFunctions(gone...)
	gone = nil
	whole.WalkMethods(func(name string, _ *bloblang.MethodView) {
		if !slices.Contains(methods, name) {
			gone = append(gone, name)
		}
	})
	e = e.WithoutMethods(gone...)
	for _, m := range Methods() {
		if err := register(e, m); err != nil {
			return nil, fmt.Errorf("mapping: method %s: %w", m.Name, err)
		}
	}
	return e, registerRange(e, givenUp)
}

func register(e *bloblang.Environment, m Method) error {
	spec := bloblang.NewPluginSpec().Description(m.Help)
	for _, p := range m.params {
		spec = spec.Param(p)
	}
	return e.RegisterMethodV2(m.Name, spec, func(args *bloblang.ParsedParams) (bloblang.Method, error) {
		return func(v any) (any, error) {
			result, err := m.call(v, args)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", m.Name, err)
			}
			return result, nil
		}, nil
	})
}

func registerRange(e *bloblang.Environment, givenUp func() bool) error {
	spec := bloblang.NewPluginSpec().Description("A list of whole numbers from start up to but not including stop.").
		Param(bloblang.NewInt64Param("start")).Param(bloblang.NewInt64Param("stop")).Param(bloblang.NewInt64Param("step").Default(1))
	return e.RegisterFunctionV2("range", spec, func(args *bloblang.ParsedParams) (bloblang.Function, error) {
		var bounds [3]int64
		for i, name := range []string{"start", "stop", "step"} {
			n, err := args.GetInt64(name)
			if err != nil {
				return nil, err
			}
			bounds[i] = n
		}
		return func() (any, error) {
			if givenUp() {
				return nil, errGivenUp
			}
			return makeRange(bounds[0], bounds[1], bounds[2])
		}, nil
	})
}

func makeRange(start, stop, step int64) (any, error) {
	if step == 0 {
		return nil, fmt.Errorf("range: the step is 0")
	}
	list := []any{}
	for n := start; (step > 0 && n < stop) || (step < 0 && n > stop); {
		if len(list) == MaxRange {
			return nil, fmt.Errorf("range: more than %d elements", MaxRange)
		}
		list = append(list, n)
		next := n + step
		if (next > n) != (step > 0) { // past the end of the integers
			break
		}
		n = next
	}
	return list, nil
}
