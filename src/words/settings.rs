//! `/settings`.

use std::fmt::Display;

// What was just done
pub const PASSWORD_RESET: &str = "The password is set, and they are signed out everywhere. Tell them the new one.";
pub const PASSWORD_CHANGED: &str = "Your password is changed. Your other browsers are signed out.";
pub const SESSION_ENDED: &str = "The session is ended.";
pub const OTHERS_SIGNED_OUT: &str = "Your other browsers are signed out.";
pub const TOKEN_MADE: &str = "The token is made.";
pub const TOKEN_REVOKED: &str = "The token is revoked; it stopped working at once.";
pub const CHOOSE_ZONE_FIRST: &str = "Choose your time zone first: this browser did not say in which one it runs.";

// Sections
pub const SECTIONS: &str = "Sections";
pub const PREFERENCES: &str = "Preferences";
pub const PASSWORD: &str = "Password";
pub const SESSIONS: &str = "Sessions";
pub const PEOPLE: &str = "People";
pub const TOKENS: &str = "API tokens";
pub const KEPT: &str = "What is kept";
pub const SIGNED_IN_AS: &str = "Signed in as ";
pub const KEPT_TITLE: &str = "What is kept, and for how long";
pub const TOKEN_NOUN: &str = "token";

// People
pub const USER_NAME: &str = "User name";
pub const ROLE: &str = "Role";
pub const ADD: &str = "Add";
pub const PEOPLE_HELP: &str = "Viewers look. Operators also act on parcels, mappings and deliveries. Admins also change endpoints, secrets and people.";
pub const LAST_SIGNED_IN: &str = "Last signed in";
pub const ACCESS: &str = "Access";
pub const YOU: &str = "You";
pub const DISABLED: &str = "Disabled";
pub fn role_of(name: &str) -> String {
    format!("Role of {name}")
}
pub const SET: &str = "Set";
pub const SET_ROLE_OF: &str = " the role of ";
pub const SET_NEW: &str = "Set a new one";
pub const FOR: &str = " for ";
pub fn new_password_of(name: &str) -> String {
    format!("New password of {name}")
}
pub const SET_AND_SIGN_OUT: &str = "Set and sign out";
pub const LET_IN: &str = "Let in again";
pub const DISABLE: &str = "Disable";

// Preferences
pub const COLOURS: &str = "Colours";
pub const TABLES: &str = "Tables";
pub const TIMES: &str = "Times";
pub const TIMES_HELP: &str =
    "“Where it happened” shows each scan on the clock of its place; what has no place is shown in UTC.";
pub const MY_ZONE: &str = "My time zone";
pub const AS_BROWSER: &str = "As this browser says";
pub const MY_ZONE_HELP: &str = "Used for “My time zone” and for what counts as today. Kept in this browser.";
pub const SAVE_PREFERENCES: &str = "Save preferences";

// Password and sessions
pub const MY_PASSWORD: &str = "My password";
pub const PRESENT_PASSWORD: &str = "Present password";
pub const NEW_PASSWORD: &str = "New password";
pub const NEW_PASSWORD_HELP: &str = "At least 8 characters. Your other browsers are signed out.";
pub const CHANGE_PASSWORD: &str = "Change password";
pub const EVERYBODYS_SESSIONS: &str = "Everybody’s sessions";
pub const MY_SESSIONS: &str = "My sessions";
pub const SIGN_OUT_OTHERS: &str = "Sign out my other browsers";
pub const WHO: &str = "Who";
pub const BROWSER: &str = "Browser";
pub const FROM: &str = "From";
pub const OPENED: &str = "Opened";
pub const LAST_USED: &str = "Last used";
pub const END: &str = "End";
pub fn opened_by(user: &str, at: impl Display) -> String {
    format!(" of {user}, opened {at}")
}
pub const THIS_ONE: &str = "This one";

// Tokens
pub const SCOPE: &str = "Scope";
pub const MAKE_TOKEN: &str = "Make a token";
pub const MADE: &str = "Made";
pub const REVOKE: &str = "Revoke";
pub const REVOKED: &str = "Revoked";

// Second factor
pub const FACTOR: &str = "Second factor";
pub const FACTOR_OFF: &str =
    "Signing in asks for your password alone. With a second factor it also asks for a code from an app on your phone.";
pub const FACTOR_BEGIN: &str = "Set up a second factor";
pub const FACTOR_SCAN: &str =
    "Scan this with your app, or type the key into it. Then type the code the app shows: from then on it is asked for.";
pub const FACTOR_QR: &str = "QR code with the key";
pub const FACTOR_KEY: &str = "Key";
pub const FACTOR_CODE: &str = "Code of the app";
pub const FACTOR_CONFIRM: &str = "Turn it on";
pub const FACTOR_RENEW: &str = "Make another key";
pub const FACTOR_ON: &str = "Signing in asks for a code of your app.";
pub fn recovery_left(count: u32) -> String {
    format!("{} left.", super::plural(count, "recovery code is", "recovery codes are"))
}
pub const FACTOR_REMOVE: &str = "Remove the second factor";
pub const FACTOR_IS_ON: &str = "The second factor is on. Keep your recovery codes.";
pub const FACTOR_IS_OFF: &str = "The second factor is removed.";
pub const FACTOR_IS_RESET: &str = "The second factor is reset, and they are signed out everywhere.";
pub const RESET_FACTOR: &str = "Reset the second factor";
pub const RECOVERY_CODES: &str = "Copy your recovery codes now: they are not shown again.";
pub const RECOVERY_HELP: &str = "Each signs you in once in place of a code, on the day the app is lost.";
pub const RECOVERY_NOUN: &str = "recovery codes";
