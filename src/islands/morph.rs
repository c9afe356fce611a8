//! Makes what is shown equal to what the server sent, changing as little as possible: what is typed, ticked, unfolded or
//! focused stays, and rows that moved are moved, not made anew.
//!
//! Islands keep their own insides. Elements with an `id`, and rows by where they lead, are recognised wherever they went.

use std::collections::{HashMap, HashSet};
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Node};

/// How far ahead is looked for what an element without a name became.
const LOOK_AHEAD: usize = 40;

/// Why the page changes: tells what happens to what the visitor folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The visitor went somewhere or sent something: what the server unfolds is unfolded.
    Visit,
    /// Something arrived: what the visitor folded stays folded.
    News,
}

/// Makes `old` equal to `new`.
pub fn morph(old: &Element, new: &Element, cause: Cause) {
    if old.tag_name() == "LEPTOS-ISLAND" {
        return;
    }
    attributes(old, new, cause);
    children(old, new, cause);
}

fn attributes(old: &Element, new: &Element, cause: Cause) {
    let own = |name: &str| name == "open" && (cause == Cause::News || !new.has_attribute("open"));
    let (before, after) = (names(old), names(new));
    for name in before.iter().filter(|name| !after.contains(*name) && !own(name)) {
        // Removing an attribute cannot fail.
        drop(old.remove_attribute(name));
    }
    for name in after.iter().filter(|name| !own(name)) {
        let value = new.get_attribute(name);
        if value != old.get_attribute(name) {
            // A name the parser took is a name.
            drop(old.set_attribute(name, &value.unwrap_or_default()));
        }
    }
}

fn names(element: &Element) -> HashSet<String> {
    element.get_attribute_names().iter().filter_map(|name| name.as_string()).collect()
}

fn children(old: &Node, new: &Node, cause: Cause) {
    let Some(document) = old.owner_document() else { return };
    let coming = shown_children(new);
    let coming_keys: HashSet<String> = coming.iter().filter_map(key).collect();
    let present = shown_children(old);
    let mut keyed: HashMap<String, Node> = present.iter().filter_map(|node| Some((key(node)?, node.clone()))).collect();
    let mut left = Left { nodes: present, at: 0 };
    for (n, fresh) in coming.iter().enumerate() {
        let rest = &coming[n + 1..];
        let found = match key(fresh) {
            Some(key) => keyed.remove(&key).filter(|node| like(node, fresh)),
            None => left.like(fresh),
        };
        match found {
            Some(node) => {
                left.drop_unwanted_before(&node, rest, &coming_keys);
                left.take(old, &node);
                same(&node, fresh, cause);
            }
            None => left.insert(old, &document, fresh),
        }
    }
    left.drop_all();
}

/// What is left of the old children: those from `at` on that were not taken.
struct Left {
    nodes: Vec<Node>,
    at: usize,
}

impl Left {
    fn first(&self) -> Option<&Node> {
        self.nodes.get(self.at)
    }

    /// The next one without a key that could be what `fresh` was before.
    fn like(&self, fresh: &Node) -> Option<Node> {
        self.nodes.iter().skip(self.at).take(LOOK_AHEAD).find(|node| key(node).is_none() && like(node, fresh)).cloned()
    }

    /// Moving an element takes its focus, removing what stands before it does not.
    fn drop_unwanted_before(&mut self, node: &Node, rest: &[Node], coming: &HashSet<String>) {
        while let Some(first) = self.first().filter(|first| *first != node) {
            let wanted = match key(first) {
                Some(key) => coming.contains(&key),
                None => rest.iter().take(LOOK_AHEAD).any(|fresh| key(fresh).is_none() && like(first, fresh)),
            };
            if wanted {
                return;
            }
            remove(first);
            self.at += 1;
        }
    }

    fn take(&mut self, parent: &Node, node: &Node) {
        if self.first() == Some(node) {
            self.at += 1;
            return;
        }
        // Both are children of `parent`.
        drop(parent.insert_before(node, self.first()));
        if let Some(at) = self.nodes.iter().position(|left| left == node) {
            self.nodes.remove(at);
        }
    }

    fn insert(&self, parent: &Node, document: &Document, fresh: &Node) {
        if let Ok(copy) = document.import_node_with_deep(fresh, true) {
            // The node before which it goes is a child of `parent`.
            drop(parent.insert_before(&copy, self.first()));
        }
    }

    fn drop_all(self) {
        self.nodes.iter().skip(self.at).for_each(remove);
    }
}

fn remove(node: &Node) {
    if let Some(parent) = node.parent_node() {
        // It is a child of its parent.
        drop(parent.remove_child(node));
    }
}

fn same(old: &Node, fresh: &Node, cause: Cause) {
    match (old.dyn_ref::<Element>(), fresh.dyn_ref::<Element>()) {
        (Some(old), Some(fresh)) => morph(old, fresh, cause),
        _ if old.node_value() != fresh.node_value() => old.set_node_value(fresh.node_value().as_deref()),
        _ => (),
    }
}

/// Elements and texts. Comments are the renderer's marks; nothing of a page outside islands needs them.
fn shown_children(parent: &Node) -> Vec<Node> {
    let list = parent.child_nodes();
    (0..list.length()).filter_map(|n| list.get(n)).filter(|node| node.node_type() != Node::COMMENT_NODE).collect()
}

/// What tells a child from its siblings: its `id`, or where its row leads.
fn key(node: &Node) -> Option<String> {
    let element = node.dyn_ref::<Element>()?;
    // Not the property: a form's is its field of that name.
    if let Some(id) = element.get_attribute("id").filter(|id| !id.is_empty()) {
        return Some(format!("#{id}"));
    }
    if element.has_attribute("data-link") || element.has_attribute("data-row") {
        return element.query_selector("a[href]").ok().flatten()?.get_attribute("href");
    }
    None
}

/// Whether one could have become the other: the same tag and class, for forms and fields also what they are for.
fn like(one: &Node, other: &Node) -> bool {
    match (one.dyn_ref::<Element>(), other.dyn_ref::<Element>()) {
        (Some(one), Some(other)) => {
            one.tag_name() == other.tag_name()
                && ["class", "name", "type", "action"]
                    .iter()
                    .all(|name| one.get_attribute(name) == other.get_attribute(name))
        }
        (None, None) => one.node_type() == other.node_type(),
        _ => false,
    }
}
