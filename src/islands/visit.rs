//! Visits: following a link or sending a form without leaving the document. The server renders every page; what comes
//! back is laid over what is shown ([`morph`]). Without scripts the browser does the same by itself, and whatever is not
//! a page of the console (a download, another site, the sign-in) it does anyway.

use super::focus;
use super::morph::{Cause, morph};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, DomParser, Element, Event, FormData, HtmlAnchorElement, HtmlElement, HtmlFormElement, MouseEvent,
    PopStateEvent, Request, RequestInit, Response, ScrollIntoViewOptions, ScrollLogicalPosition, ScrollRestoration,
    SubmitEvent, SupportedType, Url, UrlSearchParams,
};

/// Told to the window when another page is shown.
pub const VISITED: &str = "visited";
/// How long a page is waited for before it is shown that another one comes.
const PATIENCE: core::time::Duration = core::time::Duration::from_millis(400);
/// Why a form was refused.
const FAULT: &str = "[data-fault]";
/// What wants the focus when it appears; with scripts off the browser heeds it by itself.
const ASKS_FOCUS: &str = "main [autofocus]";

thread_local! {
    /// Counts the visits: an answer to an earlier one comes too late.
    static COUNT: Cell<u32> = const { Cell::new(0) };
    /// How many are under way.
    static UNDER_WAY: Cell<u32> = const { Cell::new(0) };
    /// Where what is shown came from; with the fault of a form, which the address bar does not show.
    static SHOWN: RefCell<String> = const { RefCell::new(String::new()) };
}

/// What becomes of the address and of where the visitor was reading.
#[derive(Clone, Copy, PartialEq)]
enum How {
    /// Another page, or the same one asked for something else.
    Go { keep_place: bool },
    /// Back or forth, to where the visitor was reading then.
    Back { place: f64 },
    /// What a form led to.
    Sent,
    /// The same page again, because something arrived.
    News,
}

/// Takes over links, forms and the browser's back and forth. Called once.
pub fn listen() {
    SHOWN.set(address());
    let history = window().history();
    if let Ok(history) = &history {
        drop(history.set_scroll_restoration(ScrollRestoration::Manual));
    }
    // The listeners live as long as the document.
    let _ = window_event_listener(ev::click, |event| clicked(&event));
    let _ = window_event_listener(ev::submit, |event| submitted(&event));
    let _ = window_event_listener(ev::popstate, |event| went_back(&event));
}

/// Goes to an address of the console.
pub fn go(to: &str) {
    visit(to.to_owned(), RequestInit::new(), How::Go { keep_place: false }, None);
}

/// Shows the page as it is now, unless the visitor is on the way elsewhere.
pub fn refresh() {
    if UNDER_WAY.get() == 0 {
        visit(SHOWN.with_borrow(Clone::clone), RequestInit::new(), How::News, None);
    }
}

fn address() -> String {
    window().location().href().unwrap_or_default()
}

/// An address without what is behind `#`.
fn page_of(address: &str) -> &str {
    address.split('#').next().unwrap_or_default()
}

/// An address without its parameters either.
fn path_of(address: &str) -> &str {
    page_of(address).split('?').next().unwrap_or_default()
}

fn clicked(event: &MouseEvent) {
    let modified = event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key();
    if event.default_prevented() || event.button() != 0 || modified {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let link = target.and_then(|target| target.closest("a[href]").ok().flatten());
    let Some(link) = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) else { return };
    let leaves = link.has_attribute("download") || !link.target().is_empty() || link.rel().contains("external");
    let here = window().location();
    let elsewhere = here.origin().is_ok_and(|origin| link.origin() != origin);
    let within = !link.hash().is_empty() && page_of(&link.href()) == page_of(&address());
    if leaves || elsewhere || within {
        return;
    }
    event.prevent_default();
    let keep_place = link.has_attribute("data-noscroll") || link.href() == address();
    visit(link.href(), RequestInit::new(), How::Go { keep_place }, None);
}

fn submitted(event: &SubmitEvent) {
    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let Some(form) = form.filter(|_| !event.default_prevented()) else { return };
    let Ok(data) = FormData::new_with_form(&form) else { return };
    let button = event.submitter();
    let said = |name: &str| button.as_ref().and_then(|button| button.get_attribute(name));
    if let (Some(name), Some(value)) = (said("name"), said("value")) {
        // A pair of texts can be appended.
        drop(data.append_with_str(&name, &value));
    }
    // A field called `action` or `method` would hide the form's own.
    let method = said("formmethod").or_else(|| form.get_attribute("method")).unwrap_or_default();
    let action = said("formaction").or_else(|| form.get_attribute("action")).unwrap_or_default();
    let Ok(to) = Url::new_with_base(&action, &address()) else { return };
    let Ok(parameters) = UrlSearchParams::new_with_str_sequence_sequence(&data) else { return };
    event.prevent_default();
    if !method.eq_ignore_ascii_case("post") {
        let all = String::from(parameters.to_string());
        let filled: Vec<&str> = all.split('&').filter(|pair| !pair.ends_with('=')).collect();
        to.set_search(&filled.join("&"));
        let keep_place = button.is_some_and(|button| button.has_attribute("data-noscroll"));
        return visit(to.href(), RequestInit::new(), How::Go { keep_place }, Some(form));
    }
    if form.has_attribute("aria-busy") {
        return;
    }
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(if form.get_attribute("enctype").is_some_and(|kind| kind.starts_with("multipart")) {
        data.as_ref()
    } else {
        parameters.as_ref()
    });
    visit(to.href(), init, How::Sent, Some(form));
}

fn went_back(event: &PopStateEvent) {
    let to = address();
    if SHOWN.with_borrow(|shown| page_of(shown) != page_of(&to)) {
        let place = event.state().as_f64().unwrap_or_default();
        visit(to, RequestInit::new(), How::Back { place }, None);
    }
}

fn visit(to: String, init: RequestInit, how: How, form: Option<HtmlFormElement>) {
    let mine = COUNT.get() + 1;
    COUNT.set(mine);
    UNDER_WAY.set(UNDER_WAY.get() + 1);
    mark_busy(form.as_ref(), how, true);
    if matches!(how, How::Go { .. } | How::Back { .. }) && SHOWN.with_borrow(|shown| path_of(shown) != path_of(&to)) {
        set_timeout(move || mark_awaited(UNDER_WAY.get() > 0 && COUNT.get() == mine), PATIENCE);
    }
    spawn_local(async move {
        let answer = ask(&to, &init).await;
        UNDER_WAY.set(UNDER_WAY.get() - 1);
        mark_awaited(false);
        mark_busy(form.as_ref(), how, false);
        // What a form led to is shown even when the visitor went on: it was done.
        if COUNT.get() != mine && how != How::Sent {
            return;
        }
        match answer {
            Some((from, Some(page))) => show(&from, &page, how, form.as_ref()),
            // Not a page of the console: the browser's own business.
            Some((_, None)) if how != How::Sent && how != How::News => leave_for(&to),
            Some((from, None)) if how == How::Sent => leave_for(&from),
            None if how != How::News => say_unreached(),
            _ => (),
        }
    });
}

/// Where the answer came from, and the page if it is one.
async fn ask(to: &str, init: &RequestInit) -> Option<(String, Option<Document>)> {
    let request = Request::new_with_str_and_init(page_of(to), init).ok()?;
    request.headers().set("Accept", "text/html").ok()?;
    let response = JsFuture::from(window().fetch_with_request(&request)).await.ok()?.dyn_into::<Response>().ok()?;
    let hash = to.split_once('#').map(|(_, hash)| format!("#{hash}")).unwrap_or_default();
    let from = if response.redirected() { response.url() } else { format!("{}{hash}", response.url()) };
    let kind = response.headers().get("content-type").ok().flatten().unwrap_or_default();
    if !kind.starts_with("text/html") {
        return Some((from, None));
    }
    let text = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    let page = DomParser::new().ok()?.parse_from_string(&text, SupportedType::TextHtml).ok();
    Some((from, page))
}

fn show(from: &str, page: &Document, how: How, form: Option<&HtmlFormElement>) {
    let (Some(old), Some(new)) = (frame(&document()), frame(page)) else { return leave_for(from) };
    // Another version of the program was started meanwhile.
    if program(&document()) != program(page) {
        return leave_for(from);
    }
    let Ok(to) = Url::new(from) else { return };
    let fault = to.search_params().get("__err").is_some();
    to.search_params().delete("__err");
    to.search_params().delete("__path");
    let (before, after) = (address(), to.href());
    SHOWN.set(page_of(from).to_owned());
    let lost = focus::before(form.map(AsRef::as_ref));
    let asked_before: Vec<HtmlElement> = found(ASKS_FOCUS).collect();
    if how != How::News {
        remember_place(how, &before, &after);
    }
    morph(&old, &new, if how == How::News { Cause::News } else { Cause::Visit });
    document().set_title(&page.title());
    for name in ["data-theme", "data-density"] {
        copy_attribute(page, name);
    }
    if how == How::News {
        lost.restore();
    } else {
        settle(how, form, fault, page_of(&before) != page_of(&after));
        arrive(if fault { How::Go { keep_place: true } } else { how }, &before, &to, || {
            match found(ASKS_FOCUS).find(|asks| !asked_before.contains(asks)) {
                Some(asks) => focus::on(&asks),
                None if path_of(&before) == path_of(&after) => lost.restore(),
                None => focus::on_main(),
            }
        });
    }
    if let Ok(event) = Event::new(VISITED) {
        // Nothing cancels it.
        drop(window().dispatch_event(&event));
    }
}

/// The old page keeps where it was read; the new one gets its address.
fn remember_place(how: How, before: &str, after: &str) {
    let Ok(history) = window().history() else { return };
    let place = JsValue::from_f64(window().scroll_y().unwrap_or_default());
    // An address of this origin is always taken.
    drop(match how {
        How::Back { .. } | How::News => Ok(()),
        _ if before == after => Ok(()),
        How::Sent if path_of(before) == path_of(after) => {
            history.replace_state_with_url(&JsValue::NULL, "", Some(after))
        }
        _ => history
            .replace_state_with_url(&place, "", Some(before))
            .and_then(|()| history.push_state_with_url(&JsValue::NULL, "", Some(after))),
    });
}

/// Fields show what the server knows again: those of the form that was sent, and filters when another page is shown. What
/// is being typed elsewhere stays, and so does what was typed into a form that was refused.
fn settle(how: How, form: Option<&HtmlFormElement>, fault: bool, moved: bool) {
    if fault {
        form.into_iter().for_each(keep_fault_at);
        return show_fault();
    }
    if let (How::Sent, Some(form)) = (how, form) {
        form.reset();
    }
    if moved {
        for form in found::<HtmlFormElement>("main form[method=get]") {
            form.reset();
        }
        for popup in found::<Element>("details.popup[open], details.rail-sheet[open]") {
            // Removing an attribute cannot fail.
            drop(popup.remove_attribute("open"));
        }
    }
}

/// Brings what was wrong into sight, moving the page no further than that.
fn show_fault() {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    if let Some(fault) = found::<Element>(FAULT).next() {
        fault.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Of several forms that do the same, only the one that was sent was refused.
fn keep_fault_at(form: &HtmlFormElement) {
    let around = form.closest("[data-row], tr, li, .act-panel, .card").ok().flatten();
    let Some(around) = around.filter(|around| around.query_selector(FAULT).is_ok_and(|found| found.is_some())) else {
        return;
    };
    for notice in found::<Element>(FAULT).filter(|notice| !around.contains(Some(notice))) {
        notice.remove();
    }
}

/// Where the visitor reads on. The focus first: it may scroll.
fn arrive(how: How, before: &str, to: &Url, focus: impl FnOnce()) {
    focus();
    let hash = to.hash();
    let anchor = document().get_element_by_id(hash.trim_start_matches('#')).filter(|_| !hash.is_empty());
    match (how, anchor) {
        (How::Back { place }, _) => window().scroll_to_with_x_and_y(0.0, place),
        (How::Go { keep_place: true } | How::News, _) => (),
        (_, Some(anchor)) => anchor.scroll_into_view(),
        (How::Sent, _) if before == to.href() => (),
        _ => window().scroll_to_with_x_and_y(0.0, 0.0),
    }
}

fn frame(page: &Document) -> Option<Element> {
    page.query_selector(".frame").ok().flatten()
}

/// Which build of the pages a document belongs to.
fn program(page: &Document) -> Option<String> {
    page.query_selector("link[rel=modulepreload]").ok().flatten()?.get_attribute("href")
}

fn copy_attribute(page: &Document, name: &str) {
    let (Some(old), Some(new)) = (document().document_element(), page.document_element()) else { return };
    // Names of ours are names.
    drop(match new.get_attribute(name) {
        Some(value) => old.set_attribute(name, &value),
        None => old.remove_attribute(name),
    });
}

fn mark_busy(form: Option<&HtmlFormElement>, how: How, busy: bool) {
    let root = document().document_element().filter(|_| how != How::News);
    let form = form.map(AsRef::<Element>::as_ref).filter(|_| how == How::Sent);
    for (element, name) in root.iter().map(|root| (root, "data-busy")).chain(form.map(|form| (form, "aria-busy"))) {
        // Names of ours are names.
        drop(if busy { element.set_attribute(name, "true") } else { element.remove_attribute(name) });
    }
}

/// Another page takes so long that the one shown would mislead: its shape stands in for it.
fn mark_awaited(awaited: bool) {
    let Some(root) = document().document_element() else { return };
    // Names of ours are names.
    drop(if awaited { root.set_attribute("data-awaits", "") } else { root.remove_attribute("data-awaits") });
}

/// The words stand in the page, where every text comes from.
fn say_unreached() {
    let words = document().get_element_by_id("unreached");
    if let Some(words) = words.and_then(|words| words.dyn_into::<HtmlElement>().ok()) {
        words.set_hidden(false);
        words.scroll_into_view();
    }
}

fn leave_for(to: &str) {
    // A refused address leaves the visitor where they are.
    drop(window().location().assign(to));
}

/// Everything in the document that matches.
pub fn found<T: JsCast>(selector: &str) -> impl Iterator<Item = T> + use<T> {
    let list = document().query_selector_all(selector).ok();
    let count = list.as_ref().map_or(0, web_sys::NodeList::length);
    (0..count).filter_map(move |n| list.as_ref()?.item(n)?.dyn_into::<T>().ok())
}
