//! The audit log: who did what to which thing, from where. Append-only; each row holds the hash of the one before.

use super::status::vocabulary;
use super::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

vocabulary! {
    /// What was done.
    Act, "act":
    SignIn = "sign_in", "Signed in";
    Access = "access", "Asked for what is not theirs";
    SignOut = "sign_out", "Signed out";
    SetUp = "set_up", "Made the first admin";
    PasswordChange = "password.change", "Changed their password";
    PasswordReset = "password.reset", "Reset a password";
    FactorEnrol = "second_factor.enrol", "Set up a second factor";
    FactorRemove = "second_factor.remove", "Removed a second factor";
    FactorReset = "second_factor.reset", "Reset a second factor";
    SessionEnd = "session.end", "Ended sessions";
    UserAdd = "user.add", "Added a user";
    UserRole = "user.role", "Gave another role";
    UserLink = "user.link", "Linked with a provider";
    UserDisable = "user.disable", "Let in or kept out";
    TokenMake = "token.make", "Made an API token";
    TokenRevoke = "token.revoke", "Revoked an API token";
    EndpointAdd = "endpoint.add", "Added an endpoint";
    EndpointChange = "endpoint.change", "Changed an endpoint";
    EndpointRemove = "endpoint.remove", "Removed an endpoint";
    EndpointUrl = "endpoint.url", "Made a new address";
    SecretPut = "secret.put", "Stored a secret";
    Registration = "registration", "Asked a carrier";
    TestSend = "test.send", "Sent a test event";
    DeliveryReplay = "delivery.replay", "Replayed a delivery";
    DeliveryReverify = "delivery.reverify", "Checked proofs again";
    ParcelRegister = "parcel.register", "Registered a number";
    ParcelAct = "parcel.act", "Spoke on a timeline";
    ParcelTag = "parcel.tag", "Tagged a parcel";
    ParcelBulk = "parcel.bulk", "Acted on many parcels";
    ParcelImport = "parcel.import", "Imported parcels";
    EventVoid = "event.void", "Voided an event";
    EventUnvoid = "event.unvoid", "Put an event back";
    EventMove = "event.move", "Moved an event";
    Attention = "attention", "Looked after a parcel";
    MappingChange = "mapping.change", "Changed a mapping";
    ViewChange = "view.change", "Changed a list's view";
    DataReveal = "data.reveal", "Revealed personal data";
    DataExport = "data.export", "Exported data";
    DataErase = "data.erase", "Erased personal data";
    DataPurge = "data.purge", "Removed what had its time";
    SettingsChange = "settings.change", "Changed settings";
    Backup = "backup", "Made a backup";
    Maintenance = "maintenance", "Maintained the database";
}

vocabulary! {
    /// How somebody showed who they are.
    Door, "door":
    Session = "session", "Console";
    Token = "token", "API token";
    SignIn = "sign_in", "Sign-in page";
    CommandLine = "command_line", "Command line";
    System = "system", "Parcelwire itself";
}

vocabulary! {
    /// What became of an act.
    ActOutcome, "outcome":
    Done = "done", "Done";
    Refused = "refused", "Refused";
    Failed = "failed", "Failed";
}

/// One row of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditRow {
    /// Its number, counting up without a gap.
    #[schema(minimum = 1)]
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// A user's or an API token's name; empty for a stranger.
    pub actor: String,
    /// The user or the token; `null` for strangers and the command line.
    pub actor_id: Option<String>,
    /// How they showed who they are.
    pub via: Door,
    /// From which address; `null` on the machine itself.
    pub remote_addr: Option<String>,
    /// What was done.
    pub act: Act,
    /// To which thing: an id or a name; empty where there is none.
    pub subject: String,
    /// What became of it.
    pub outcome: ActOutcome,
    /// What else there is to say; never a secret.
    pub detail: BTreeMap<String, String>,
    /// The hash of the row before; zeros before the first.
    pub previous: String,
    /// SHA-256 over `previous` and every field above.
    pub hash: String,
}

/// What the log is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct AuditFilter {
    /// By whom, by exact name.
    pub actor: Option<String>,
    /// What was done.
    pub act: Option<Act>,
    /// To which thing, exactly.
    pub subject: Option<String>,
    /// What became of it.
    pub outcome: Option<ActOutcome>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
}

/// What walking the chain found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainCheck {
    /// Rows that hold, from the first on.
    pub rows: u64,
    /// The number of the first row that does not hold.
    pub broken_at: Option<i64>,
    /// Why not.
    pub reason: Option<String>,
    /// The hash of the last row that holds: kept elsewhere, it proves later that nothing was cut off.
    pub head: String,
}
