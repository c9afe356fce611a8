//! What two or more pages use. Data in, never fetched here. Plain HTML: what runs in the browser is in `islands`.
//!
//! How a page is put together:
//!
//! ```text
//! view! {
//!     <PageHead title="Carriers" lead="One sentence."> <a class="button" href=path("/carriers/new")>"Add"</a> </PageHead>
//!     <Asked answer=list_carriers() live="endpoints" children=|cards| …/>   // waits, shows faults, sets the clocks
//!     <Card title="Details"> <dl class="facts"> … </dl> </Card>
//!     <TableBox label="Deliveries"> <table class="table" data-cards> … </table> </TableBox>
//!     <ActForm action> <Field …/> <button class="button" data-kind="primary">"Save"</button> </ActForm>
//!     <ActNotice action/>
//! }
//! ```
//!
//! - Every address goes through [`link::path`], which knows the base path; links are plain `<a href>`.
//! - Filters are [`form::GetForm`], acts are [`form::ActForm`]: both work without scripts.
//! - Colours come from `data-tone="grey|blue|orange|violet|teal|red|brown|green|amber"`; no `style` attribute, ever.
//! - What only works with scripts carries `data-needs-scripts` and is not shown without them.
//! - Times: [`time::Moment`], [`time::Ago`] inside [`asked::Asked`]. The browser's clock is never read.
//! - What an answer is about is named with it (`live`): the page is asked for again when that changes.

pub mod act;
pub mod asked;
pub mod badge;
pub mod bars;
pub mod card;
pub mod code;
pub mod console;
pub mod copy;
pub mod delivery;
pub mod details;
pub mod field;
pub mod filter;
pub mod form;
pub mod hit;
pub mod icon;
pub mod keys;
pub mod link;
pub mod notice;
pub mod page_head;
pub mod pager;
pub mod rederiving;
pub mod setting;
pub mod state;
pub mod table;
pub mod theme;
pub mod time;
pub mod time_switch;
pub mod timeline;
