//! The theme: light, dark, or the system's. Chosen by a form, kept in a cookie, so it needs no scripts and never flashes.

use super::console::console;
use super::form::ActForm;
use super::icon::Icon;
use crate::api::preferences::SetTheme;
use crate::tracking::people::Theme;
use leptos::prelude::*;

fn icon_of(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "half",
        Theme::Light => "sun",
        Theme::Dark => "moon",
    }
}

/// Three buttons of one form.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let action = ServerAction::<SetTheme>::new();
    let chosen = console().theme;
    view! {
        <div class="theme-switch">
            <ActForm action>
                {Theme::ALL
                    .iter()
                    .map(|&theme| {
                        view! {
                            <button
                                name="theme"
                                value=theme.as_str()
                                aria-label=theme.label()
                                title=theme.label()
                                aria-pressed=if chosen == theme { "true" } else { "false" }
                            >
                                <Icon name=icon_of(theme)/>
                            </button>
                        }
                    })
                    .collect_view()}
            </ActForm>
        </div>
    }
}
