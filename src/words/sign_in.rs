//! `/login` and `/setup`.

pub const SIGN_IN: &str = "Sign in";
pub const PASSWORD: &str = "Password";
pub const CODE_OF_APP: &str = "Code";
pub const CODE_OF_APP_HELP: &str = "Six digits from your app, or one of your recovery codes.";
pub const START_AGAIN: &str = "Sign in as somebody else";

/// The button that leads to a provider.
pub fn sign_in_at(name: &str) -> String {
    format!("Sign in with {name}")
}

// The first admin
pub const SET_UP: &str = "Set up";
pub const FIRST_ADMIN: &str = "Make the first admin";
pub const CODE: &str = "Set-up code";
pub const CODE_HELP: &str = "It stands in the log of the server, written when it started.";
pub const PASSWORD_HELP: &str = "At least 8 characters.";
pub const MAKE: &str = "Make it and sign in";

// What is missing
pub const FILL_IN: &str = "Fill in the name and the password.";
pub const FILL_IN_ALL: &str = "Fill in all three fields.";
