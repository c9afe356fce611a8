// Runs before the first paint: marks that scripts run, takes the chosen theme from its cookie, also on pages out of a cache,
// and tells the server in which time zone this browser runs.
(function () {
  var root = document.documentElement;
  var found = /(?:^|;\s*)theme=(light|dark)(?:;|$)/.exec(document.cookie);
  root.dataset.scripts = "on";
  if (found) root.dataset.theme = found[1];
  else delete root.dataset.theme;
  var zone = "browser_zone=" + (Intl.DateTimeFormat().resolvedOptions().timeZone || "");
  if (document.cookie.split("; ").indexOf(zone) < 0) {
    document.cookie = zone + "; Path=" + (root.dataset.base || "") + "/; Max-Age=31536000; SameSite=Lax";
  }
})();
