// What depends on a choice follows it. Every page works without this script:
// the server checks what is sent, and names a token that has no name.
(function () {
  "use strict";

  // The choices of Role are those of the chosen user.
  function followUser(form) {
    var user = form.elements.user, role = form.elements.role;
    if (!user || !role || !role.querySelector("optgroup")) return;
    var groups = Array.from(role.querySelectorAll("optgroup"));
    function follow() {
      var chosen = role.value;
      groups.forEach(function (group) {
        var mine = group.querySelector("option").value.split("/")[0] === user.value;
        if (mine) role.append(group);
        else group.remove();
      });
      role.value = chosen;
      if (role.selectedIndex < 0) role.selectedIndex = 0;
    }
    user.addEventListener("change", follow);
    form.addEventListener("reset", function () { setTimeout(follow); });
    follow();
  }

  // Token Name fills itself until somebody writes in it.
  function nameToken(form) {
    var name = form.elements.tokenname, parts = ["application", "user", "role"].map(function (n) { return form.elements[n]; });
    if (!name || parts.some(function (p) { return !p; })) return;
    var written = name.value !== "";
    function text(select) { return select.selectedIndex < 0 ? "" : select.options[select.selectedIndex].text; }
    function fill() {
      if (written || parts.some(function (p) { return !p.value; })) return;
      name.value = text(parts[0]) + " - " + text(parts[1]) + ", " + text(parts[2]);
    }
    name.addEventListener("input", function () { written = name.value !== ""; });
    form.addEventListener("change", fill);
    form.addEventListener("reset", function () { written = false; });
    // A choice may have been made before this script ran.
    fill();
  }

  document.querySelectorAll("form.page").forEach(function (form) {
    followUser(form);
    nameToken(form);
  });

  // A menu closes when the focus leaves it, and with Escape.
  var nav = document.querySelector("nav.menu");
  if (nav) {
    function close() { nav.querySelectorAll("details[open]").forEach(function (d) { d.open = false; }); }
    document.addEventListener("click", function (e) { if (!nav.contains(e.target)) close(); });
    nav.addEventListener("keydown", function (e) {
      if (e.key !== "Escape") return;
      var open = e.target.closest("details[open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); }
    });
  }
})();
