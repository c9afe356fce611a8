//! The theme: light, dark, or the system's. Chosen by a form, kept in a cookie, so it needs no scripts and never flashes.

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
    let at_first = super::console::console().theme;
    let chosen = Memo::new(move |before: Option<&Theme>| {
        action.input().get().map_or_else(|| before.copied().unwrap_or(at_first), |input| input.theme)
    });
    Effect::new(move |before: Option<Theme>| {
        let theme = chosen.get();
        if before.is_some_and(|before| before != theme) {
            mark_document(theme);
        }
        theme
    });
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
                                aria-pressed=move || if chosen.get() == theme { "true" } else { "false" }
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

fn mark_document(theme: Theme) {
    let Some(root) = document().document_element() else { return };
    // A document without a root element has nothing to mark; setting an attribute of ours cannot fail otherwise.
    let _ = match theme.mark() {
        Some(mark) => root.set_attribute("data-theme", mark),
        None => root.remove_attribute("data-theme"),
    };
}
