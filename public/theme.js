// Runs before the first paint: marks that scripts run, and takes the chosen theme from its cookie, also on pages out of a cache.
(function () {
  var root = document.documentElement;
  var found = /(?:^|;\s*)theme=(light|dark)(?:;|$)/.exec(document.cookie);
  root.dataset.scripts = "on";
  if (found) root.dataset.theme = found[1];
  else delete root.dataset.theme;
})();
