//! What the pages ask of the search.

use super::Fault;
use crate::tracking::screen::Screen;
use crate::tracking::search::Found;
use leptos::prelude::*;

/// Searches everything. Recipients are searched for operators and admins only. Role: viewer.
#[server(endpoint = "search")]
pub async fn search(
    /// What was typed, whatever it is.
    q: String,
    /// The first few of each group, while somebody types.
    brief: bool,
) -> Result<Screen<Found>, Fault> {
    let views: crate::server::views::Views = super::lent()?;
    let actor: crate::server::auth::Actor = super::lent()?;
    views.search(&q, actor.may_reveal(), brief).await
}
