package pages

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/session"
)

const (
	usersPath     = "/app/setup/listusers.nl"
	employeesPath = "/app/common/entity/employeelist.nl"
	employeePath  = "/app/common/entity/employee.nl"
)

func (s *Site) employeePages() []page {
	need := []string{"LIST_EMPLOYEE", "ADMI_MANAGEUSERS"}
	return []page{
		{path: usersPath, title: "Manage Users", need: []string{"ADMI_MANAGEUSERS"}, get: listUsers},
		{path: employeesPath, title: "Employees", need: need, get: listEmployees},
		{path: employeePath, title: "Employee", need: need, get: showEmployee, post: postEmployee},
	}
}

// people returns all employees: the users of the account, and the employee
// records that are no users, as employees without access.
func (v *visit) people() ([]account.Employee, error) {
	all := slices.Clone(v.setup.Employees)
	if v.site.opts.Employees == nil {
		return all, nil
	}
	records, err := v.site.opts.Employees.List()
	if err != nil {
		return nil, err
	}
	for _, p := range records {
		if v.setup.Employee(p.ID) == nil {
			all = append(all, account.Employee{ID: p.ID, Name: p.Name, Email: p.Email, Inactive: p.Inactive})
		}
	}
	return all, nil
}

// person returns one employee, or nil.
func (v *visit) person(id string) (*account.Employee, error) {
	all, err := v.people()
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(all, func(e account.Employee) bool { return e.ID == id }); i >= 0 {
		return &all[i], nil
	}
	return nil, nil
}

func listUsers(v *visit) {
	v.listPeople("Users", []link{{Text: "New Employee", Href: employeePath}}, func(e account.Employee) bool { return e.Access })
}

func listEmployees(v *visit) {
	v.listPeople("Employees", []link{{Text: "New Employee", Href: employeePath}}, func(account.Employee) bool { return true })
}

// listPeople lists employees. Those without access stand on Manage Users too,
// since access is given there.
func (v *visit) listPeople(caption string, actions []link, first func(account.Employee) bool) {
	all, err := v.people()
	if err != nil {
		v.refuse(http.StatusInternalServerError, "Notice", sentence(err))
		return
	}
	slices.SortStableFunc(all, func(a, b account.Employee) int {
		if first(a) != first(b) {
			if first(a) {
				return -1
			}
			return 1
		}
		return 0
	})
	t := &table{Caption: caption, Head: []string{"Action", "Name", "Email", "Access", "Roles", "Inactive"}, Actions: actions}
	for _, e := range all {
		id := url.QueryEscape(e.ID)
		t.Rows = append(t.Rows, []cell{
			{Links: []link{{Text: "Edit", About: e.Name, Href: employeePath + "?e=T&id=" + id}}},
			{Links: []link{{Text: e.Name, Href: employeePath + "?id=" + id}}},
			{Text: e.Email}, {Text: yesNo(e.Access)}, {Text: strings.Join(v.roleNames(e.Roles), ", ")}, {Text: yesNo(e.Inactive)},
		})
	}
	v.show(http.StatusOK, "table", t)
}

func (v *visit) roleNames(ids []string) []string {
	var out []string
	for _, id := range ids {
		if r := v.setup.Role(id); r != nil {
			out = append(out, r.Name)
		}
	}
	return out
}

func showEmployee(v *visit) {
	id := v.query("id")
	if id == "" {
		v.showTitled(http.StatusOK, "form", "New Employee", v.employeeForm(&account.Employee{}, "general", "", ""))
		return
	}
	e, err := v.person(id)
	switch {
	case err != nil:
		v.refuse(http.StatusInternalServerError, "Notice", sentence(err))
	case e == nil:
		v.refuse(http.StatusNotFound, "Notice", "There is no such employee.")
	case v.query("e") == "T":
		v.show(http.StatusOK, "form", v.employeeForm(e, "general", "", ""))
	case v.query("saved") == "T":
		v.showTitled(http.StatusOK, "details", "Confirmation", v.employeeDetails(e))
	default:
		v.show(http.StatusOK, "details", v.employeeDetails(e))
	}
}

func (v *visit) employeeDetails(e *account.Employee) *details {
	d := &details{Heading: e.Name,
		Links: []link{{Text: "Edit", Href: employeePath + "?e=T&id=" + url.QueryEscape(e.ID)}, {Text: "Back to List", Href: employeesPath}},
		Pairs: []pair{{"Name", e.Name}, {"Internal ID", e.ID}, {"Email", e.Email}, {"Inactive", yesNo(e.Inactive)}, {"Give Access", yesNo(e.Access)}},
		Lists: []namedList{{Title: "Roles", Items: v.roleNames(e.Roles), Empty: "No roles."}},
	}
	if until, locked := v.account().LockedUntil(e.ID); locked {
		d.Warnings = append(d.Warnings, "Locked until "+v.clock(until)+" after five failed logins.")
		d.Post = append(d.Post, postButton{Action: employeePath, Text: "Unlock", Hidden: []pair{{"id", e.ID}, {"action", "unlock"}}})
	}
	return d
}

// employeeForm is the form of an employee. A password that was typed stays while
// roles are added.
func (v *visit) employeeForm(e *account.Employee, open, password, again string) *form {
	first, last, _ := strings.Cut(e.Name, " ")
	back := employeesPath
	if e.ID != "" {
		back = employeePath + "?id=" + url.QueryEscape(e.ID)
	}
	f := &form{Action: employeePath, Buttons: []button{{"Save", "action", "save"}}, Cancel: back, Hidden: []pair{{"id", e.ID}}, Tabs: []tab{
		{Name: "tab", ID: "general", Label: "General", Open: open != "access", Groups: []group{{Title: "Primary Information", Fields: []field{
			{Kind: text, Name: "firstname", Label: "First Name", Value: first, Required: true},
			{Kind: text, Name: "lastname", Label: "Last Name", Value: last},
			{Kind: email, Name: "email", Label: "Email", Value: e.Email, Help: "Needed for access."},
			{Kind: check, Name: "isinactive", Label: "Inactive", Ticked: e.Inactive},
		}}}},
	}}
	if !v.givesAccess() {
		return f
	}
	f.Tabs = append(f.Tabs, tab{Name: "tab", ID: "access", Label: "Access", Open: open == "access",
		Groups: []group{{Title: "Login", Fields: []field{
			{Kind: check, Name: "giveaccess", Label: "Give Access", Ticked: e.Access},
			{Kind: secret, Name: "password", Label: "Password", Value: password, Help: "At least 10 characters; empty leaves it as it is. Tokens do not need one."},
			{Kind: secret, Name: "password2", Label: "Confirm Password", Value: again},
		}}},
		Tabs: []tab{{Name: "accesstab", ID: "roles", Label: "Roles", Open: true, Groups: []group{{Lines: v.roleLines(e)}}}},
	})
	return f
}

// roleLines lists the roles of an employee, and offers the others.
func (v *visit) roleLines(e *account.Employee) *lines {
	roles := &lines{Caption: "Roles", Head: []string{"Role"}, Empty: "No roles.", Button: button{"OK", "action", "add"}}
	offer := []option{{Label: "(choose)"}}
	for _, r := range v.setup.Roles {
		if slices.Contains(e.Roles, r.ID) {
			roles.Rows = append(roles.Rows, lineRow{Name: "role", Key: r.ID, Text: r.Name, Remove: button{"Remove", "action", "remove " + r.ID}})
		} else if !r.Inactive {
			offer = append(offer, option{Value: r.ID, Label: r.Name})
		}
	}
	roles.Add = []field{{Kind: choose, Name: "newrole", Label: "Role", Options: offer}}
	return roles
}

func postEmployee(v *visit) {
	id := v.field("id")
	var old *account.Employee
	if id != "" {
		var err error
		if old, err = v.person(id); err != nil || old == nil {
			v.refuse(http.StatusNotFound, "Notice", "There is no such employee.")
			return
		}
	}
	action, what, _ := strings.Cut(v.field("action"), " ")
	if action == "unlock" && v.givesAccess() {
		v.account().Unlock(id)
		v.done("The employee was unlocked.", employeePath, "id", id)
		return
	}
	e := v.readEmployee(old)
	switch action {
	case "add":
	case "remove":
		e.Roles = slices.DeleteFunc(e.Roles, func(r string) bool { return r == what })
	default:
		v.saveEmployee(e, old)
		return
	}
	v.show(http.StatusOK, "form", v.employeeForm(e, "access", v.r.PostFormValue("password"), v.r.PostFormValue("password2")))
}

// readEmployee reads the form over the stored employee.
func (v *visit) readEmployee(old *account.Employee) *account.Employee {
	e := &account.Employee{}
	if old != nil {
		*e = *old
	}
	e.Name = strings.TrimSpace(v.field("firstname") + " " + v.field("lastname"))
	e.Email, e.Inactive = v.field("email"), v.ticked("isinactive")
	if !v.givesAccess() {
		return e
	}
	e.Access, e.Roles = v.ticked("giveaccess"), slices.Clone(v.r.PostForm["role"])
	if id := v.field("newrole"); id != "" && !slices.Contains(e.Roles, id) { // chosen and not added yet
		e.Roles = append(e.Roles, id)
	}
	return e
}

// givesAccess reports whether the user may change the subtab Access.
func (v *visit) givesAccess() bool {
	return v.user.Allows("ADMI_MANAGEUSERS", session.Edit) || v.user.Allows("LIST_EMPLOYEE_ACCESS", session.Edit)
}

func (v *visit) checkEmployee(e, old *account.Employee) {
	if e.Name == "" {
		v.problem("Please enter a value for First Name.")
	}
	if e.Access && e.Email == "" {
		v.problem("Please enter a value for Email: it is needed for access.")
	}
	for _, other := range v.setup.Employees {
		if other.ID != e.ID && e.Email != "" && strings.EqualFold(other.Email, e.Email) {
			v.problem("Another employee has that email address.")
		}
	}
	if v.givesAccess() {
		v.setPassword(e)
	}
	var had []string
	if old != nil {
		had = old.Roles
	}
	for _, id := range e.Roles {
		if r := v.setup.Role(id); r != nil && r.Administrator && !v.user.Administrator && !slices.Contains(had, id) {
			v.problem("Only an administrator may make another one.")
		}
	}
}

// setPassword sets the password that was typed twice, if any.
func (v *visit) setPassword(e *account.Employee) {
	switch p := v.r.PostFormValue("password"); {
	case p != v.r.PostFormValue("password2"):
		v.problem("The two passwords differ.")
	case p != "":
		if err := e.SetPassword(p); err != nil {
			v.problem(sentence(err))
		}
	}
}

// errLastAdministrator keeps the account from locking everybody out.
var errLastAdministrator = errors.New("the account needs an active administrator with access")

func (v *visit) saveEmployee(e, old *account.Employee) {
	v.checkEmployee(e, old)
	if len(v.wrong) == 0 {
		err := v.storeEmployee(e)
		if err == nil {
			v.done("Employee successfully Saved", employeePath, "id", e.ID, "saved", "T")
			return
		}
		v.problem(sentence(err))
	}
	v.show(http.StatusUnprocessableEntity, "form", v.employeeForm(e, v.field("tab"), "", ""))
}

// storeEmployee saves the employee record, whose ID a new user gets, and the user.
func (v *visit) storeEmployee(e *account.Employee) error {
	if err := v.account().Check(func(s *account.Setup) error { return putEmployee(s, *e) }); err != nil {
		return err
	}
	if records := v.site.opts.Employees; records != nil {
		id, err := records.Save(Person{ID: e.ID, Name: e.Name, Email: e.Email, Inactive: e.Inactive})
		if err != nil {
			return err
		}
		e.ID = id
	}
	if e.ID == "" {
		fresh, err := v.account().AddEmployee(*e)
		e.ID = fresh.ID
		return err
	}
	return v.account().Edit(func(s *account.Setup) error { return putEmployee(s, *e) })
}

func putEmployee(s *account.Setup, e account.Employee) error {
	if x := s.Employee(e.ID); x != nil {
		*x = e
	} else if e.ID != "" {
		s.Employees = append(s.Employees, e)
	}
	if !slices.ContainsFunc(s.Employees, func(e account.Employee) bool {
		return e.Access && !e.Inactive && slices.Contains(e.Roles, account.AdministratorRole)
	}) {
		return errLastAdministrator
	}
	return nil
}
