//! What runs in the browser. The server renders every page whole; these wake up in it.
//!
//! - [`visit`]: links and forms are answered in place, [`morph`] lays the new page over the old one, [`focus`] keeps its
//!   place.
//! - [`live`]: the page is asked for again when the server says that something on it changed.
//! - [`keyboard`] and [`manners`]: what keys and attributes do, for the whole document.
//! - [`search_box`]: results while typing.
//!
//! A page needs none of them: it is plain HTML whose links and forms the browser understands. What only works with
//! scripts carries `data-needs-scripts` and is not shown without them.

pub mod focus;
pub mod keyboard;
pub mod live;
pub mod manners;
pub mod morph;
pub mod search_box;
pub mod visit;

use leptos::prelude::*;

/// Wakes up what works on the whole document. Stands last in the frame: then everything else is awake.
#[island]
pub fn Awake() -> impl IntoView {
    Effect::new(move |_| {
        visit::listen();
        keyboard::listen();
        manners::listen();
        mark_awake();
    });
}

/// Tells server functions where everything is mounted, before anything wakes up. The document carries it.
pub fn find_base() {
    let base = document().document_element().and_then(|root| root.get_attribute("data-base")).unwrap_or_default();
    if !base.is_empty() {
        leptos::server_fn::client::set_server_url(Box::leak(base.into_boxed_str()));
    }
}

/// Marks the document as awake (`data-hydrated`): from now on scripts answer. Tests wait for it.
fn mark_awake() {
    if let Some(root) = document().document_element() {
        // Nothing depends on it but tests; a browser that refuses loses nothing.
        drop(root.set_attribute("data-hydrated", ""));
    }
}
