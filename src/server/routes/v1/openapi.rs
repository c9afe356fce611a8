//! The description of the API, made from the same declarations as its routes.
//!
//! What holds for every operation (the bearer token, the common refusals) is added here once instead of on each handler.

use super::{PREFIX, resources};
use crate::server::problem::{PROBLEM_JSON, Problem, ProblemKind};
use crate::server::routes::v1::Api;
use crate::tracking::view::{ParcelColumn, ParcelGroup, ParcelOrder};
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde_json::{Map, Value, json};
use utoipa::PartialSchema;

/// This description
///
/// OpenAPI 3.1. Served without a token.
#[utoipa::path(
    get, path = "/openapi.json", tag = "description", operation_id = "get_openapi",
    responses((status = 200, description = "The OpenAPI document", body = Object, content_type = "application/json"))
)]
pub async fn document(State(state): State<Api>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], openapi(&state.base).to_string())
}

/// The whole description; `base` is the path everything is mounted under, without a slash at its end.
pub fn openapi(base: &str) -> Value {
    let described = resources().into_openapi();
    let mut document = serde_json::to_value(described).expect("a description has only string keys");
    document["openapi"] = json!("3.1.0");
    document["info"] = json!({
        "title": "Parcelwire",
        "version": env!("CARGO_PKG_VERSION"),
        "description": DESCRIPTION,
        "license": { "name": "AGPL-3.0-only", "identifier": "AGPL-3.0-only" },
    });
    document["servers"] = json!([{ "url": if base.is_empty() { "/" } else { base } }]);
    document["security"] = json!([{ "bearer": [] }]);
    document["tags"] = json!(TAGS.map(|(name, description)| json!({ "name": name, "description": description })));
    document["components"]["securitySchemes"] = json!({
        "bearer": { "type": "http", "scheme": "bearer",
            "description": "An API token: `parcelwire token create --name N --scope read|operate|admin`." }
    });
    // Nothing else refers to these: problems are added below, the others stand in queries only.
    for (name, schema) in [
        ("Problem", Problem::schema()),
        ("ParcelOrder", ParcelOrder::schema()),
        ("ParcelGroup", ParcelGroup::schema()),
        ("ParcelColumn", ParcelColumn::schema()),
    ] {
        let schema = serde_json::to_value(schema).expect("a schema has only string keys");
        document["components"]["schemas"][name] = schema;
    }
    document["components"]["responses"] = Value::Object(ProblemKind::ALL.iter().map(|kind| response(*kind)).collect());
    document["components"]["schemas"].as_object_mut().into_iter().flat_map(Map::values_mut).for_each(tighten);
    // Which code it is stands in the body, where changing a mapping has it in the address.
    let preview = "/paths/~1mappings~1preview/post/requestBody/content/application~1json/schema";
    if let Some(schema) = document.pointer_mut(preview) {
        let mut code = json!({ "type": "object", "required": ["carrier", "key"], "properties": {
            "carrier": { "$ref": "#/components/schemas/CarrierId" },
            "key": { "type": "string", "minLength": 1 },
        } });
        tighten(&mut code);
        *schema = json!({ "allOf": [schema.take(), code] });
    }
    let paths = document["paths"].as_object().cloned().unwrap_or_default();
    document["paths"] = Value::Object(
        paths.into_iter().map(|(path, item)| (format!("{PREFIX}{path}"), dress_item(&path, item))).collect(),
    );
    document
}

const DESCRIPTION: &str = "Self-hosted parcel tracking. Scopes: `read` (every GET) < `operate` (also parcels, replay, \
re-verify, test events, acts on timelines) < `admin` (also endpoints, secrets, registration). Times are RFC 3339 in UTC with milliseconds. \
Lists are newest first; pass `next_cursor` as `cursor` to go on. Errors are RFC 9457 problems. An id that is not a UUID \
names nothing and is answered 404, like an unknown one. Unknown or repeated query parameters are answered 400, unknown \
fields of a body 422.";

const TAGS: [(&str, &str); 8] = [
    (
        "endpoints",
        "Receiving URLs, one per carrier account, with their secrets, settings, registration and test events",
    ),
    ("deliveries", "Every HTTP request a carrier made"),
    ("attention", "Parcels that need a person"),
    ("parcels", "Parcels and their timelines"),
    ("personal data", "For how long it is kept; revealing and erasing it"),
    ("audit", "Who did what"),
    ("mappings", "From carriers' codes to statuses"),
    ("description", "This description"),
];

fn response_name(kind: ProblemKind) -> String {
    kind.slug().split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

fn response(kind: ProblemKind) -> (String, Value) {
    let mut content = Map::new();
    content.insert(PROBLEM_JSON.into(), json!({ "schema": { "$ref": "#/components/schemas/Problem" } }));
    (response_name(kind), json!({ "description": kind.title(), "content": content }))
}

/// Adds to every operation of a path what holds for it without being said on its handler.
fn dress_item(path: &str, mut item: Value) -> Value {
    let has_id = path.contains('{');
    for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut).filter(|value| value.is_object()) {
        let has_query = operation["parameters"].as_array().is_some_and(|all| all.iter().any(|p| p["in"] == "query"));
        let has_body = operation.get("requestBody").is_some();
        let mut kinds = Vec::new();
        if path == "/openapi.json" {
            operation["security"] = json!([]);
        } else {
            kinds.extend([
                ProblemKind::Unauthorized,
                ProblemKind::Forbidden,
                ProblemKind::Internal,
                ProblemKind::Unavailable,
            ]);
        }
        if has_id {
            kinds.push(ProblemKind::NotFound);
        }
        if has_query || has_body || has_id {
            kinds.push(ProblemKind::BadRequest);
        }
        if has_body {
            kinds.extend([ProblemKind::TooLarge, ProblemKind::UnsupportedMediaType]);
        }
        if has_body || path.contains("{tag}") {
            kinds.push(ProblemKind::Invalid);
        }
        for kind in kinds {
            let reference = json!({ "$ref": format!("#/components/responses/{}", response_name(kind)) });
            let status = kind.status().to_string();
            if operation["responses"].get(&status).is_none() {
                operation["responses"][status] = reference;
            }
        }
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            strip_nulls(&mut parameter["schema"]);
            tighten(&mut parameter["schema"]);
        }
    }
    item
}

/// Says what the types they are read into do not tell of themselves: text that must not be empty must not be blank
/// either, a count goes up to 2³²−1, and what is done (`action`) takes the fields of that act and no others.
fn tighten(schema: &mut Value) {
    if schema["format"] == "int32" && schema["minimum"].is_u64() {
        schema["format"] = json!("int64");
        if schema.get("maximum").is_none() {
            schema["maximum"] = json!(u32::MAX);
        }
    }
    if schema["type"] == "string" && schema["minLength"] == 1 && schema.get("pattern").is_none() {
        schema["pattern"] = json!("[^\\s\\u0085]");
    }
    for act in schema.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten() {
        if act["properties"].get("action").is_some() {
            act["additionalProperties"] = json!(false);
        }
        tighten(act);
    }
    if let Some(items) = schema.get_mut("items") {
        tighten(items);
    }
    schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut).for_each(tighten);
}

/// A query parameter is there or not: it cannot be null, whatever the type it is read into says.
fn strip_nulls(schema: &mut Value) {
    if let Some(types) = schema.get_mut("type").and_then(Value::as_array_mut) {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            schema["type"] = only.clone();
        }
    }
    if let Some(choices) = schema.get_mut("oneOf").and_then(Value::as_array_mut) {
        choices.retain(|choice| choice["type"] != "null");
        if let [only] = choices.as_slice() {
            *schema = only.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::auth::grants::{self, Who};
    use crate::tracking::people::Role;

    #[test]
    fn every_reference_leads_somewhere_and_every_operation_has_a_name() {
        let document = openapi("/parcels");
        let text = document.to_string();
        for (at, _) in text.match_indices("\"$ref\":\"#") {
            let pointer: String = text[at + 9..].chars().take_while(|c| *c != '"').collect();
            assert!(document.pointer(&pointer).is_some(), "{pointer} leads nowhere");
        }
        let mut names = std::collections::BTreeSet::new();
        for (path, item) in document["paths"].as_object().expect("there are paths") {
            assert!(path.starts_with(PREFIX), "{path}");
            for (method, operation) in item.as_object().expect("an item is an object") {
                let name = operation["operationId"].as_str().unwrap_or_default().to_owned();
                assert!(!name.is_empty() && names.insert(name.clone()), "{method} {path}: {name}");
                assert!(operation["summary"].is_string(), "{method} {path} says nothing");
            }
        }
        assert_eq!(document["servers"][0]["url"], "/parcels");
    }

    #[test]
    fn every_operation_is_granted_as_its_method_asks() {
        for (path, item) in openapi("")["paths"].as_object().expect("there are paths") {
            for method in item.as_object().expect("an item is an object").keys() {
                let method = method.to_uppercase();
                let granted = grants::find(&method, &path.replace("{id}", "1").replace("{act}", "check"));
                let open = path.ends_with("/openapi.json");
                // Reading is one scope, but for what admins alone read.
                let reading = method == "GET" && !path.contains("/audit");
                let right = match granted.map(|grant| grant.who) {
                    Some(Who::Anybody) => open,
                    Some(Who::AtLeast(role)) => !open && (role == Role::Viewer) == reading,
                    Some(Who::TokenOr(_)) => reading,
                    None => false,
                };
                assert!(right, "{method} {path}: {granted:?}");
            }
        }
    }
}
