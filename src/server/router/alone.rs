//! Keeps pages that are rendered at the same time apart.
//!
//! Leptos finds the values of a page through the thread it runs on, and restores them around most of a page's own
//! futures, but not around the writing of the document's head. A page that waits there may go on after another page has
//! taken the thread, and then finds that one's values, or none. [`alone`] restores them around the whole page.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures::future::BoxFuture;
use leptos::prelude::Owner;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The middleware around everything that renders.
pub(super) async fn alone(request: Request, next: Next) -> Response {
    Alone { owner: None, page: Box::pin(next.run(request)) }.await
}

struct Alone {
    owner: Option<Owner>,
    page: BoxFuture<'static, Response>,
}

impl Future for Alone {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Response> {
        if let Some(owner) = &self.owner {
            owner.set();
        }
        let polled = self.page.as_mut().poll(context);
        self.owner = Owner::current();
        polled
    }
}
