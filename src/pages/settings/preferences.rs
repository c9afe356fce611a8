//! What this browser prefers: colours, density, and the clock times are shown on.

use crate::api::preferences::SavePreferences;
use crate::components::console::console;
use crate::components::field::FieldSelect;
use crate::components::form::ActNotice;
use crate::tracking::people::Theme;
use crate::tracking::preferences::{Density, TimeDisplay};
use crate::words::settings as words;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// One form, sent whole: the page comes back as preferred.
#[component]
pub(super) fn PreferencesCard(zones: Vec<String>) -> impl IntoView {
    let action = ServerAction::<SavePreferences>::new();
    let at_present = console();
    let options = |pairs: Vec<(&'static str, &'static str)>| {
        pairs.into_iter().map(|(word, label)| (word.to_owned(), label.to_owned())).collect::<Vec<_>>()
    };
    let themes = options(Theme::ALL.iter().map(|each| (each.as_str(), each.label())).collect());
    let densities = options(Density::ALL.iter().map(|each| (each.as_str(), each.label())).collect());
    let times = options(TimeDisplay::ALL.iter().map(|each| (each.as_str(), each.label())).collect());
    let preferred = at_present.preferences;
    view! {
        <section class="card" id="preferences" aria-labelledby="preferences-title">
            <header><h2 id="preferences-title">{words::PREFERENCES}</h2></header>
            <div class="card-body">
                <form method="post" action=format!("{}{}", at_present.base, SavePreferences::url()) class="form">
                    <FieldSelect name="theme" label=words::COLOURS options=themes value=at_present.theme.as_str()/>
                    <FieldSelect name="density" label=words::TABLES options=densities value=preferred.density.as_str()/>
                    <FieldSelect
                        name="times"
                        label=words::TIMES
                        help=words::TIMES_HELP
                        options=times
                        value=preferred.times.as_str()
                    />
                    <div class="field">
                        <label for="f-zone">{words::MY_ZONE}</label>
                        <input
                            class="control" id="f-zone" name="zone" list="zones" autocomplete="off" spellcheck="false"
                            value=preferred.zone.unwrap_or_default() placeholder=words::AS_BROWSER aria-describedby="f-zone-help"
                        />
                        <datalist id="zones">{zones.into_iter().map(|zone| view! { <option value=zone></option> }).collect_view()}</datalist>
                        <p class="field-help" id="f-zone-help">{words::MY_ZONE_HELP}</p>
                    </div>
                    <ActNotice action/>
                    <div class="form-actions"><button class="button" data-kind="primary">{words::SAVE_PREFERENCES}</button></div>
                </form>
            </div>
        </section>
    }
}
