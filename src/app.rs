//! The document, its routes, and the frame around its pages.

mod frame;

use crate::components::console::{Console, console};
use crate::pages::attention::AttentionPage;
use crate::pages::audit::AuditPage;
use crate::pages::carriers::CarriersPage;
use crate::pages::deliveries::DeliveriesPage;
use crate::pages::delivery::DeliveryPage;
use crate::pages::endpoint::EndpointPage;
use crate::pages::endpoint_new::EndpointNewPage;
#[cfg(debug_assertions)]
use crate::pages::gallery::GalleryPage;
use crate::pages::home::HomePage;
use crate::pages::login::LoginPage;
use crate::pages::mappings::MappingsPage;
use crate::pages::not_found::NotFoundPage;
#[cfg(not(debug_assertions))]
use crate::pages::not_found::NotFoundPage as GalleryPage;
use crate::pages::notes::NotesPage;
use crate::pages::parcel::ParcelPage;
use crate::pages::parcel_new::ParcelNewPage;
use crate::pages::parcels::ParcelsPage;
use crate::pages::parcels_import::ParcelsImportPage;
use crate::pages::search::SearchPage;
use crate::pages::settings::SettingsPage;
use crate::pages::setup::SetupPage;
use crate::pages::shipment::ShipmentPage;
use crate::pages::test_bench::TestBenchPage;
use crate::pages::trust::TrustPage;
use crate::words::common as words;
use frame::Frame;
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::SsrMode;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

/// The document around the app. Needs a [`Console`] in context.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let Console { base, theme, preferences, viewer, .. } = console();
    let (root, script, icon) = (base.clone(), format!("{base}/theme.js"), format!("{base}/favicon.svg"));
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.mark() data-density=preferences.density.mark() data-base=base>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff"/>
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#161b20"/>
                <meta name="robots" content="noindex"/>
                <script src=script></script>
                <HashedStylesheet options=options.clone() id="style" root=root.clone()/>
                <link rel="icon" type="image/svg+xml" href=icon/>
                <AutoReload options=options.clone()/>
                // Nothing wakes up for a stranger.
                {viewer.map(|_| view! { <HydrationScripts options root islands=true/> })}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The app: the frame around the pages, or the pages alone for a stranger.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let signed_in = console().viewer.is_some();
    view! {
        <Title formatter=titled/>
        <Router>
            {if signed_in {
                view! { <Frame><Pages/></Frame> }.into_any()
            } else {
                view! { <Pages/> }.into_any()
            }}
        </Router>
    }
}

#[component]
fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=NotFoundPage>
            <Route path=path!("/") view=HomePage ssr=SsrMode::Async/>
            <Route path=path!("/login") view=LoginPage ssr=SsrMode::Async/>
            <Route path=path!("/setup") view=SetupPage ssr=SsrMode::Async/>
            <Route path=path!("/parcels") view=ParcelsPage ssr=SsrMode::Async/>
            <Route path=path!("/parcels/new") view=ParcelNewPage ssr=SsrMode::Async/>
            <Route path=path!("/parcels/import") view=ParcelsImportPage ssr=SsrMode::Async/>
            <Route path=path!("/parcels/:id") view=ParcelPage ssr=SsrMode::Async/>
            <Route path=path!("/shipments/:id") view=ShipmentPage ssr=SsrMode::Async/>
            <Route path=path!("/search") view=SearchPage ssr=SsrMode::Async/>
            <Route path=path!("/attention") view=AttentionPage ssr=SsrMode::Async/>
            <Route path=path!("/notes") view=NotesPage ssr=SsrMode::Async/>
            <Route path=path!("/deliveries") view=DeliveriesPage ssr=SsrMode::Async/>
            <Route path=path!("/deliveries/:id") view=DeliveryPage ssr=SsrMode::Async/>
            <Route path=path!("/carriers") view=CarriersPage ssr=SsrMode::Async/>
            <Route path=path!("/carriers/new") view=EndpointNewPage ssr=SsrMode::Async/>
            <Route path=path!("/carriers/:id") view=EndpointPage ssr=SsrMode::Async/>
            <Route path=path!("/test-bench") view=TestBenchPage ssr=SsrMode::Async/>
            <Route path=path!("/mappings") view=MappingsPage ssr=SsrMode::Async/>
            <Route path=path!("/settings/audit") view=AuditPage ssr=SsrMode::Async/>
            <Route path=path!("/trust") view=TrustPage ssr=SsrMode::Async/>
            <Route path=path!("/settings") view=SettingsPage ssr=SsrMode::Async/>
            <Route path=path!("/components") view=GalleryPage ssr=SsrMode::Async/>
            <Route path=path!("/*any") view=NotFoundPage ssr=SsrMode::Async/>
        </Routes>
    }
}

/// The document's title. What names it came from outside, and the library writes a title as it is: it is escaped here.
fn titled(page: String) -> String {
    let page = page.replace('&', "&amp;").replace('<', "&lt;");
    if page.is_empty() { words::PRODUCT.into() } else { words::titled(&page) }
}
