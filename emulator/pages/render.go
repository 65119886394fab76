package pages

import (
	"bytes"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/sluicehq/sluice/emulator/pages/internal/login"
	"github.com/sluicehq/sluice/emulator/permission"
)

// templates are the pages' templates by name, each with the layout.
var templates = sync.OnceValue(func() map[string]*template.Template {
	shared := template.Must(template.New("").Funcs(template.FuncMap{"slug": slug, "formOf": formOf}).ParseFS(files, "templates/shared/*.html"))
	all := map[string]*template.Template{}
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		panic(err) // the pattern is constant
	}
	for _, name := range names {
		t := template.Must(template.Must(shared.Clone()).ParseFS(files, name))
		all[strings.TrimSuffix(path.Base(name), ".html")] = t
	}
	return all
})

// frame is what the layout shows around a page.
type frame struct {
	Title     string
	Company   string
	AccountID string
	Type      string
	User      string
	Role      string
	Token     string // of the login, for forms
	HasRoles  bool   // the user has several
	Menu      []menu
	Notice    login.Notice
	Problems  []string
	Body      any
}

// tokened is a form with the token of the login.
type tokened struct {
	Token string
	Form  *form
}

func formOf(token string, f *form) tokened { return tokened{token, f} }

// show writes a page.
func (v *visit) show(status int, name string, body any) {
	v.showTitled(status, name, v.title(), body)
}

func (v *visit) title() string {
	if v.page == nil {
		return "Notice"
	}
	return v.page.title
}

func (v *visit) showTitled(status int, name, title string, body any) {
	f := frame{Title: title, Company: v.setup.Name, AccountID: v.setup.ID, Type: v.setup.Type, Problems: v.wrong, Body: body}
	if v.login != nil {
		e := v.setup.Employee(v.login.Employee)
		f.Token, f.User, f.HasRoles = v.login.Token, e.Name, len(uiRoles(v.setup, e)) > 1
		f.Notice = v.login.Notice()
	}
	if v.user != nil {
		f.Role, f.Menu = v.user.RoleName, v.site.menu(v.user)
	}
	var b bytes.Buffer
	if err := templates()[name].ExecuteTemplate(&b, "layout", f); err != nil {
		http.Error(v.w, "The page could not be written: "+err.Error(), http.StatusInternalServerError)
		return
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	_, _ = b.WriteTo(v.w) // the browser is gone if this fails
}

// refuse shows a message instead of the page.
func (v *visit) refuse(status int, title, text string) {
	v.showTitled(status, "message", title, text)
}

// redirect goes to another page after a form, or before login. Parameters come
// in pairs; empty ones are left out.
func (v *visit) redirect(to string, parameters ...string) {
	q := url.Values{}
	for i := 0; i+1 < len(parameters); i += 2 {
		if parameters[i+1] != "" {
			q.Set(parameters[i], parameters[i+1])
		}
	}
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	http.Redirect(v.w, v.r, to, http.StatusSeeOther)
}

// done goes to a page that says what was done.
func (v *visit) done(text, to string, parameters ...string) {
	v.login.Say(login.Notice{Title: "Confirmation", Text: text})
	v.redirect(to, parameters...)
}

// keepSecrets keeps values for the next visit of a record's page, which is the
// only one that shows them.
func (v *visit) keepSecrets(page, id string, secrets ...pair) { v.login.Keep(page+" "+id, secrets) }

func (v *visit) takeSecrets(page, id string) []pair {
	secrets, _ := v.login.Take(page + " " + id).([]pair)
	return secrets
}

// sentence writes an error for people.
func sentence(err error) string {
	text := err.Error()
	first, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[n:] + "."
}

func permissionName(id string) string { return permission.Of(id).Name }

// slug makes an element's ID of a label.
func slug(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return '-'
	}, s)
}
