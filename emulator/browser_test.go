package emulator

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// node is an element of a page, or a text where name is empty.
type node struct {
	name     string
	attr     map[string]string
	text     string
	children []*node
	parent   *node
}

func parsePage(t testing.TB, body string) *node {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(body))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	root := &node{}
	at := root
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return root
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, body)
		}
		switch x := token.(type) {
		case xml.StartElement:
			n := &node{name: x.Name.Local, attr: map[string]string{}, parent: at}
			for _, a := range x.Attr {
				n.attr[a.Name.Local] = a.Value
			}
			at.children = append(at.children, n)
			at = n
		case xml.EndElement:
			at = at.parent
		case xml.CharData:
			at.children = append(at.children, &node{text: string(x), parent: at})
		}
	}
}

// all returns the elements below n that match.
func (n *node) all(match func(*node) bool) []*node {
	var out []*node
	for _, c := range n.children {
		if c.name != "" && match(c) {
			out = append(out, c)
		}
		out = append(out, c.all(match)...)
	}
	return out
}

func (n *node) named(names ...string) []*node {
	return n.all(func(x *node) bool { return slices.Contains(names, x.name) })
}

// menu is the closest menu around n, or nil.
func (n *node) menu() *node {
	for n = n.parent; n != nil && n.name != "details"; n = n.parent {
	}
	return n
}

// self is n where it is a menu, else nil.
func (n *node) self() *node {
	if n.name == "details" {
		return n
	}
	return nil
}

// words is the text of n with single spaces.
func (n *node) words() string {
	var b strings.Builder
	var walk func(*node)
	walk = func(x *node) {
		b.WriteString(x.text + " ")
		for _, c := range x.children {
			walk(c)
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

// browser walks the pages as a person without scripts would: by labels, links
// and buttons.
type browser struct {
	t      testing.TB
	e      *Emulator
	client *http.Client
	at     *url.URL
	status int
	page   *node
	filled map[string][]string // what was typed or chosen, by field name
	scope  string              // aria-label of the section to look in
}

// browse opens a browser of its own.
func browse(t testing.TB, e *Emulator) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	b := &browser{t: t, e: e, client: &http.Client{Jar: jar, Transport: transport}}
	b.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host != strings.TrimPrefix(e.URL(), "http://") {
			return http.ErrUseLastResponse // back to the application
		}
		return nil
	}
	return b
}

func (b *browser) send(method, address string, form url.Values) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	resp, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.at, b.status, b.filled = resp.Request.URL, resp.StatusCode, map[string][]string{}
	if to := resp.Header.Get("Location"); to != "" {
		if b.at, err = resp.Request.URL.Parse(to); err != nil {
			b.t.Fatal(err)
		}
	}
	b.page = parsePage(b.t, string(body))
}

func (b *browser) open(path string) { b.t.Helper(); b.send(http.MethodGet, b.e.URL()+path, nil) }

func (b *browser) fatal(format string, args ...any) {
	b.t.Helper()
	b.t.Fatalf("%s on %s (%d): %s", fmt.Sprintf(format, args...), b.at, b.status, b.page.words())
}

// logIn logs in at the login page, where one is.
func (b *browser) logIn(email, password string) {
	b.t.Helper()
	b.fill("Email address", email)
	b.fill("Password", password)
	b.press("Log In")
}

// asAdministrator opens the pages as the administrator.
func asAdministrator(t testing.TB, e *Emulator) *browser {
	t.Helper()
	b := browse(t, e)
	b.open("/")
	b.logIn(e.Admin().Email, e.Admin().Password)
	b.title("Home")
	return b
}

// menu follows NetSuite's menu: groups, then a page.
func (b *browser) menu(path ...string) {
	b.t.Helper()
	in := b.page
	for _, group := range path[:len(path)-1] {
		found := in.all(func(n *node) bool {
			return n.name == "details" && n.children[0].words() == group && n.menu() == in.self()
		})
		if len(found) == 0 {
			b.fatal("no menu %s of %v", group, path)
		}
		in = found[0]
	}
	b.clickIn(in, path[len(path)-1])
}

func (b *browser) click(text string) { b.t.Helper(); b.clickIn(b.page, text) }

// clickRow follows a link in the row of a list that has a text.
func (b *browser) clickRow(row, text string) {
	b.t.Helper()
	for _, n := range b.page.named("tr") {
		if strings.Contains(n.words(), row) {
			b.clickIn(n, text)
			return
		}
	}
	b.fatal("no row %s", row)
}

func (b *browser) clickIn(in *node, text string) {
	b.t.Helper()
	links := in.named("a")
	slices.SortStableFunc(links, func(x, y *node) int { return len(x.words()) - len(y.words()) }) // the exact one first
	for _, a := range links {
		if a.words() == text || strings.HasPrefix(a.words(), text+" ") {
			to, err := b.at.Parse(a.attr["href"])
			if err != nil {
				b.t.Fatal(err)
			}
			b.send(http.MethodGet, to.String(), nil)
			return
		}
	}
	b.fatal("no link %s", text)
}

// within looks for fields and buttons in one section.
func (b *browser) within(section string, f func()) {
	b.scope = section
	f()
	b.scope = ""
}

func (b *browser) part() *node {
	b.t.Helper()
	if b.scope == "" {
		return b.page
	}
	found := b.page.all(func(n *node) bool { return n.name == "section" && n.attr["aria-label"] == b.scope })
	if len(found) == 0 {
		b.fatal("no section %s", b.scope)
	}
	return found[len(found)-1]
}

// labelled returns the field that a label is for.
func (b *browser) labelled(label string) *node {
	b.t.Helper()
	for _, l := range b.part().named("label") {
		if !strings.EqualFold(l.words(), label) {
			continue
		}
		for _, n := range b.page.named("input", "select", "textarea") {
			if n.attr["id"] == l.attr["for"] || n.parent == l {
				return n
			}
		}
	}
	b.fatal("no field %s", label)
	return nil
}

func (b *browser) fill(label, value string) {
	b.t.Helper()
	b.filled[b.labelled(label).attr["name"]] = []string{value}
}

func (b *browser) check(label string) {
	b.t.Helper()
	n := b.labelled(label)
	b.filled[n.attr["name"]] = []string{n.attr["value"]}
}

func (b *browser) uncheck(label string) {
	b.t.Helper()
	b.filled[b.labelled(label).attr["name"]] = nil
}

// choose picks an option by its text; of several with that text, the one in group.
func (b *browser) choose(label, text string, group ...string) {
	b.t.Helper()
	n := b.labelled(label)
	for _, o := range n.named("option") {
		if o.words() == text && (len(group) == 0 || o.parent.attr["label"] == group[0]) {
			b.filled[n.attr["name"]] = []string{o.attr["value"]}
			return
		}
	}
	b.fatal("%s has no choice %s", label, text)
}

// choices returns the texts of a field's options.
func (b *browser) choices(label string) []string {
	b.t.Helper()
	var out []string
	for _, o := range b.labelled(label).named("option") {
		out = append(out, o.words())
	}
	return out
}

// press sends the form that a button is in, with what was filled in.
func (b *browser) press(text string) {
	b.t.Helper()
	for _, button := range b.part().named("button") {
		if button.words() != text && !strings.HasPrefix(button.words(), text+" ") {
			continue
		}
		form := button.parent
		for form.name != "form" {
			form = form.parent
		}
		v := b.values(form)
		if name := button.attr["name"]; name != "" {
			v.Set(name, button.attr["value"])
		}
		to, err := b.at.Parse(form.attr["action"])
		if err != nil {
			b.t.Fatal(err)
		}
		if !strings.EqualFold(form.attr["method"], "post") {
			to.RawQuery = v.Encode()
			b.send(http.MethodGet, to.String(), nil)
			return
		}
		b.send(http.MethodPost, to.String(), v)
		return
	}
	b.fatal("no button %s", text)
}

// values are what a browser sends for a form, but for its buttons.
func (b *browser) values(form *node) url.Values {
	v := url.Values{}
	for _, n := range form.named("input", "select", "textarea") {
		name := n.attr["name"]
		if filled, ok := b.filled[name]; ok {
			v[name] = filled
			continue
		}
		_, checked := n.attr["checked"]
		switch {
		case n.name == "textarea":
			v.Add(name, n.words())
		case n.name == "select":
			v.Add(name, chosen(n))
		case n.attr["type"] == "checkbox" || n.attr["type"] == "radio":
			if checked {
				v.Add(name, n.attr["value"])
			}
		case n.attr["type"] != "file":
			v.Add(name, n.attr["value"])
		}
	}
	return v
}

func chosen(n *node) string {
	options := n.named("option")
	for _, o := range options {
		if _, ok := o.attr["selected"]; ok {
			return o.attr["value"]
		}
	}
	return options[0].attr["value"]
}

// ticked reports whether a box is ticked on the page as it came.
func (b *browser) ticked(label string) bool {
	b.t.Helper()
	_, ok := b.labelled(label).attr["checked"]
	return ok
}

// shown returns the value beside a label of a page that shows a record, or "".
func (b *browser) shown(label string) string {
	for _, n := range b.page.named("dt") {
		if strings.EqualFold(n.words(), label) {
			siblings := slices.DeleteFunc(slices.Clone(n.parent.children), func(x *node) bool { return x.name == "" })
			return siblings[slices.Index(siblings, n)+1].words()
		}
	}
	for _, n := range b.page.all(func(n *node) bool { return n.attr["class"] == "label" && strings.EqualFold(n.words(), label) }) {
		return strings.TrimSpace(strings.TrimPrefix(n.parent.words(), n.words()))
	}
	return ""
}

// title fails the test where the page has another heading.
func (b *browser) title(want string) {
	b.t.Helper()
	for _, n := range b.page.named("h1") {
		if n.words() == want {
			return
		}
	}
	b.fatal("not the page %s", want)
}

// sees reports whether the page has a text.
func (b *browser) sees(text string) bool { return strings.Contains(b.page.words(), text) }

func (b *browser) mustSee(text string) {
	b.t.Helper()
	if !b.sees(text) {
		b.fatal("%s is not there", text)
	}
}
