package mapping

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"runtime"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sluicehq/sluice"
)

func mustCompile(t testing.TB, source string) *Mapping {
	t.Helper()
	m, problems := Compile(source)
	if len(problems) > 0 {
		t.Fatalf("%s: %v", source, problems)
	}
	return m
}

func TestMethodExamples(t *testing.T) {
	for _, method := range Methods() {
		m := mustCompile(t, "root.v = "+method.Example)
		got, err := m.Map(t.Context(), sluice.Record{})
		if err != nil {
			t.Errorf("%s: %v", method.Example, err)
			continue
		}
		text, _ := json.Marshal(got["v"])
		if string(text) != method.Result {
			t.Errorf("%s = %s, documented is %s", method.Example, text, method.Result)
		}
	}
}

func TestMap(t *testing.T) {
	record := sluice.Record{
		"n": json.Number("12345678901234567890.123"), "i": json.Number("9007199254740993"), "d": json.Number("1.10"), "text": "32.38",
		"lines": []any{map[string]any{"q": "12", "p": "14.00", "d": "0.05"}, map[string]any{"q": "10", "p": "9.80", "d": "0"}},
	}
	tests := []struct{ source, want string }{
		{`root.n = this.n`, `{"n":12345678901234567890.123}`},
		{`root.i = this.i + 1`, `{"i":9007199254740994}`},
		{`root = this.without("lines", "n", "i", "text")`, `{"d":1.10}`},
		{`root.q = this.lines.map_each(l -> l.q.number())`, `{"q":[12,10]}`},
		{`root.a = this.lines.map_each(l -> l.p.decimal().times(l.q).times("1".decimal().minus(l.d)).round(2))`, `{"a":[159.60,98.00]}`},
		{`root.s = this.lines.fold("0", i -> i.tally.decimal().plus(i.value.p))`, `{"s":23.80}`},
		{`let d = this.d
root.d = {"x": [$d]}`, `{"d":{"x":[1.10]}}`},
		{`root.more = this.d > 1 && this.text.decimal() < 33`, `{"more":true}`},
		{`root.i = this.i.string() + "/" + this.d.string()`, `{"i":"9007199254740993/1.10"}`},
		{`root.x = 1.5.floor()`, ``},
		{`root.x = "1".decimal().times(1.19)`, `{"x":1.19}`},
		{`root.t = 10 / 5`, `{"t":2}`},
		{`map line { root.quantity = this.q.number() }
root.lines = this.lines.map_each(this.apply("line"))`, `{"lines":[{"quantity":12},{"quantity":10}]}`},
		{`root.a = deleted()
root.b = null`, `{"b":null}`},
		{`root.r = range(0, 3)`, `{"r":[0,1,2]}`},
	}
	for _, tt := range tests {
		got, err := mustCompile(t, tt.source).Map(t.Context(), record)
		if tt.want == "" {
			if err == nil {
				t.Errorf("%s gave %v, want an error", tt.source, got)
			}
			continue
		}
		if text, _ := json.Marshal(got); err != nil || string(text) != tt.want {
			t.Errorf("%s = %s, %v, want %s", tt.source, text, err, tt.want)
		}
	}
}

func TestMapErrors(t *testing.T) {
	tests := []struct{ source, where, message string }{
		{"root.a = 1\nroot.b = this.missing.uppercase()", "mapping line 2", "this.missing"},
		{"root.a = 1\n\nroot.b = throw(\"no such country\")", "mapping line 3", "no such country"},
		{"root.deep = {\"list\": [1, this.d * 1.1]}", "", "root.deep.list[1] is"},
		{"root.a = (this.d + 1).string()", "mapping line 1", ".plus"},
		{"root.a = (this.d * 3).round(2)", "mapping line 1", ".times"},
		{"root = \"text\"", "", "not an object"},
		{"root.a = \"12x\".decimal()", "mapping line 1", `"12x" is not a number`},
		{"root.a = \"\".decimal()", "mapping line 1", "is not a number"},
		{"root.a = \"1\".decimal().over(0, 2)", "mapping line 1", "division by zero"},
		{"root.a = \"1234567890.123456789\".decimal().times(\"1.000000000001\")", "mapping line 1", "does not fit"},
		{"root.a = \"/w==\".decode(\"base64\")", "", "UTF-8"},
		{"root.a = range(0, 10001)", "mapping line 1", "more than 10000"},
	}
	for _, tt := range tests {
		_, err := mustCompile(t, tt.source).Map(t.Context(), sluice.Record{"d": json.Number("1.1")})
		e, ok := errors.AsType[*sluice.Error](err)
		if !ok || e.Code != "mapping.failed" || e.Where != tt.where || !strings.Contains(e.Message, tt.message) {
			t.Errorf("%s: got %v (where %q)", tt.source, err, e.Where)
		}
	}
	if _, err := mustCompile(t, "root = deleted()").Map(t.Context(), sluice.Record{}); !errors.Is(err, ErrDeleted) {
		t.Errorf("deleted root: %v", err)
	}
}

func TestCompileProblems(t *testing.T) {
	tests := []struct {
		source string
		line   int
	}{
		{"root.a = this.x.foo()", 1}, {"root.a = 1\nroot.b = (", 2}, {"", 1}, {"  \n", 1},
		{"root = now()", 1}, {"root = uuid_v4()", 1}, {"root = random_int()", 1}, {"root = fake(\"email\")", 1}, {"root = env(\"HOME\")", 1},
		{"root = file(\"/etc/passwd\")", 1}, {"root = \"x\".repeat(10)", 1}, {"import \"x.blobl\"", 1}, {"from \"x.blobl\"", 1},
		{"root = hostname()", 1}, {"root = count(\"x\")", 1}, {"root = bytes(500000000)", 1}, {"root = timestamp_unix()", 1}, {"root = \"root = 1\".bloblang(this)", 1},
		{"root.a = " + strings.Repeat("(", 100) + "1" + strings.Repeat(")", 100), 1},
	}
	for _, tt := range tests {
		_, problems := Compile(tt.source)
		if len(problems) != 1 || problems[0].Line != tt.line || problems[0].Message == "" {
			t.Errorf("%.40q: %v", tt.source, problems)
		}
	}
	if _, problems := Compile("root = " + strings.Repeat("1 + ", MaxSource) + "1"); len(problems) != 1 || problems[0].Code != "mapping.too_long" {
		t.Errorf("long text: %v", problems)
	}
}

// Take the timer out of guard and this test runs for minutes.
func TestDeadline(t *testing.T) {
	m := mustCompile(t, `root.a = range(0, 10000).map_each(_ -> range(0, 10000).map_each(_ -> range(0, 10000).length()))`)
	m.script.deadline = 20 * time.Millisecond
	_, err := m.Map(t.Context(), sluice.Record{})
	if sluice.ErrorCode(err) != "mapping.timeout" {
		t.Fatalf("got %v", err)
	}
	deadline := time.Now().Add(10 * time.Second)
	for m.script.runaways.Load() > 0 { // range sees that it was given up
		if time.Now().After(deadline) {
			t.Fatal("the evaluation goes on after it was given up")
		}
		runtime.Gosched()
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	m.script.deadline = time.Hour
	if _, err := m.Map(cancelled, sluice.Record{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// Take the recover out of guard and this test ends the process.
func TestPanicBecomesError(t *testing.T) {
	_, err := guard(t.Context(), time.Minute, func() int { panic("boom") }, nil)
	if sluice.ErrorCode(err) != "mapping.failed" || !strings.Contains(err.Error(), "boom") {
		t.Errorf("got %v", err)
	}
}

func TestHostileScripts(t *testing.T) {
	sources := []string{
		`map f { root = this.apply("f") }
root.a = this.apply("f")`,
		`root.a = range(9223372036854775800, 9223372036854775807, 100)`,
		`root.a = range(0, 1, 0)`,
		`root = this.a.b.c.d.e`,
		`root.a = [1,2,3].index(99999999999)`,
		`root.a = "x".slice(-100, 100)`,
		`root.a = "1e99".decimal()`, `root.a = "1e-99".decimal()`, `root.a = "1e999999999999".decimal()`, `root.a = "NaN".decimal()`,
		`root.a = "Inf".number()`, `root.a = "0x10".number()`, `root.a = "1_000".number()`, `root.a = "1".decimal().round(-1)`, `root.a = 1 % 0`,
		`root.a = "[".re_match("[")`, `root.a = "{".parse_json()`, `root.a = "{} {}".parse_json()`, `root.a = this.apply("nobody")`,
	}
	for _, source := range sources {
		m, problems := Compile(source)
		if len(problems) > 0 {
			continue
		}
		m.script.deadline = 5 * time.Second
		if got, err := m.Map(t.Context(), sluice.Record{}); err != nil && sluice.ErrorCode(err) != "mapping.failed" {
			t.Errorf("%s: %v, %v", source, got, err)
		}
	}
}

func TestExpr(t *testing.T) {
	r := sluice.Record{"n": json.Number("1.10"), "s": "x", "z": nil, "b": true, "l": []any{}}
	expr := func(source string) *Expr {
		e, problems := CompileExpr(source)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		return e
	}
	for source, want := range map[string]string{"this.n": "1.10", "this.s": "x", "this.z": "", "this.missing": "", `"NW-" + this.s`: "NW-x", "deleted()": "", "this.b": "!", "this.l": "!", "1.5": "!"} {
		got, err := expr(source).Text(t.Context(), r)
		if (err != nil) != (want == "!") || (err == nil && got != want) {
			t.Errorf("Text %s = %q, %v", source, got, err)
		}
	}
	for source, want := range map[string]string{"this.n": "1.10", "this.z": "0", "this.s": "!", "3": "3", `"4.50"`: "4.50", "this.b": "!"} {
		got, err := expr(source).Decimal(t.Context(), r)
		if (err != nil) != (want == "!") || (err == nil && got.String() != want) {
			t.Errorf("Decimal %s = %v, %v", source, got, err)
		}
	}
	for source, want := range map[string]string{"this.b": "true", "this.n > 1": "true", "this.z != null": "false", "this.s": "!", "this.z": "!", "1": "!"} {
		got, err := expr(source).Bool(t.Context(), r)
		if (err != nil) != (want == "!") || (err == nil && fmt.Sprint(got) != want) {
			t.Errorf("Bool %s = %v, %v", source, got, err)
		}
	}
}

func drawDecimal(t *rapid.T, label string) string {
	scale := rapid.IntRange(0, 6).Draw(t, label+" scale")
	n := rapid.Int64Range(-1_000_000_000, 1_000_000_000).Draw(t, label)
	digits := fmt.Sprintf("%0*d", scale+1, max(n, -n))
	text := strings.TrimSuffix(digits[:len(digits)-scale]+"."+digits[len(digits)-scale:], ".")
	if n < 0 {
		return "-" + text
	}
	return text
}

func rat(t *rapid.T, text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is not a number", text)
	}
	return r
}

func TestDecimalsAgreeWithRationals(t *testing.T) {
	m := mustCompile(t, `root.plus = this.a.decimal().plus(this.b)
root.minus = this.a.decimal().minus(this.b)
root.times = this.a.decimal().times(this.b)
root.sum = this.list.sum()
root.over = if this.b.decimal().is_zero() { null } else { this.a.decimal().over(this.b, 4) }
root.round = this.a.decimal().round(2)`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawDecimal(t, "a"), drawDecimal(t, "b")
		list, total := []any{}, new(big.Rat)
		for i := range rapid.IntRange(0, 20).Draw(t, "elements") {
			text := drawDecimal(t, fmt.Sprint("element ", i))
			list = append(list, json.Number(text))
			total.Add(total, rat(t, text))
		}
		got, err := m.Map(t.Context(), sluice.Record{"a": a, "b": json.Number(b), "list": list})
		if err != nil {
			t.Fatal(err)
		}
		x, y := rat(t, a), rat(t, b)
		want := map[string]*big.Rat{"plus": new(big.Rat).Add(x, y), "minus": new(big.Rat).Sub(x, y), "times": new(big.Rat).Mul(x, y), "sum": total}
		for name, w := range want {
			if g := rat(t, string(got[name].(json.Number))); g.Cmp(w) != 0 {
				t.Fatalf("%s: got %v, want %v", name, got[name], w)
			}
		}
		// FloatString rounds the last digit half away from zero.
		checkRounded(t, got["round"], x, 2)
		if y.Sign() != 0 {
			checkRounded(t, got["over"], new(big.Rat).Quo(x, y), 4)
		}
	})
}

func checkRounded(t *rapid.T, got any, exact *big.Rat, digits int) {
	if g, w := rat(t, string(got.(json.Number))), rat(t, exact.FloatString(digits)); g.Cmp(w) != 0 {
		t.Fatalf("got %v, want %v", got, w)
	}
}

func TestInputIsLeftAlone(t *testing.T) {
	r := sluice.Record{"a": map[string]any{"b": "c"}}
	got, err := mustCompile(t, "root = this\nroot.a.b = \"changed\"").Map(t.Context(), r)
	if err != nil || got["a"].(map[string]any)["b"] != "changed" || r["a"].(map[string]any)["b"] != "c" {
		t.Errorf("got %v, input %v, %v", got, r, err)
	}
}

func FuzzCompile(f *testing.F) {
	for _, m := range Methods() {
		f.Add("root.a = " + m.Example)
	}
	f.Add("map f { root = this }\nroot = this.apply(\"f\")")
	f.Add("root.a = match this { this.a == 1 => 2, _ => deleted() }")
	f.Fuzz(func(t *testing.T, source string) {
		m, problems := Compile(source)
		if len(problems) > 0 {
			return
		}
		m.script.deadline = 100 * time.Millisecond
		got, err := m.Map(t.Context(), sluice.Record{"a": json.Number("1.5"), "l": []any{"x"}})
		if err != nil {
			return
		}
		if _, err := got.Digest(); err != nil {
			t.Errorf("%q: the result is not a record: %v", source, err)
		}
	})
}

func BenchmarkMap(b *testing.B) {
	m := mustCompile(b, `root.entity.externalId = "NW-" + this.customerID
root.item.items = this.lines.map_each(l -> {"item": {"externalId": "NW-" + l.productID}, "quantity": l.quantity.number(), "amount": l.unitPrice.decimal().times(l.quantity).times("1".decimal().minus(l.discount)).round(2)})`)
	line := map[string]any{"productID": "11", "quantity": "12", "unitPrice": "14.00", "discount": "0.05"}
	r := sluice.Record{"customerID": "ALFKI", "lines": []any{line, line, line}}
	for b.Loop() {
		if _, err := m.Map(b.Context(), r); err != nil {
			b.Fatal(err)
		}
	}
}
