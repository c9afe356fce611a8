//! Registration: how far the carrier's side has come, and asking it to do the next step.

use crate::server::auth::Actor;
use crate::server::routes::extract::{Filters, Id, NoFilter};
use crate::server::routes::problem::{ApiError, ApiResult};
use crate::server::state::AppState;
use crate::tracking::registration::{Registration, RegistrationAct};
use axum::extract::{RawPathParams, State};
use axum::{Extension, Json};
use uuid::Uuid;

