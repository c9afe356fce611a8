//! The page of components; seen in development builds only.

pub const TITLE: &str = "Components";
pub const LEAD: &str =
    "Every part pages are made of, in every state. Look at it in both themes and at 360 px after changing one.";
pub const COLOURS: &str = "Colours";
pub const TYPE: &str = "Type";
pub const STATUSES: &str = "Statuses";
pub const FINER: &str = "Substatuses and reasons";
pub const PROOF: &str = "Proof and outcome";
pub const BUTTONS: &str = "Buttons";
pub const NOTICES: &str = "Notices";
pub const FIELDS: &str = "Fields";
pub const TABLE: &str = "Table";
pub const FIGURES: &str = "Figures";
pub const TEXT: &str = "Long and foreign texts";
pub const STATES: &str = "Empty and failed";
pub const PLAIN: &str = "Plain";
pub const MAIN: &str = "Main act";
pub const DANGER: &str = "Cannot be undone";
pub const QUIET: &str = "Quiet";
pub const SENTENCE: &str = "A sentence says what happened, what it means for parcels and what to do.";
pub const HELP: &str = "Help says what is expected, in one line.";
pub const WRONG: &str = "This is what is wrong with it.";
pub const GREEK: &str = "Παπαδόπουλος Κωνσταντίνος, Λεωφόρος Βασιλίσσης Σοφίας";
pub const MALAY: &str = "Penghantaran tidak berjaya: penerima tiada di premis semasa percubaan penghantaran dibuat";
pub const HEBREW: &str = "שליח בדרך אל הנמען";
pub const CODE: &str = "{\"WaybillNumber\":\"ACP1055352\",\"TrackingTypeId\":7}";
