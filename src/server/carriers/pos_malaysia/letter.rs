//! The inquiry to POS Malaysia, filled in with our address.

use super::{SIGNATURE_HEADER, settings};
use crate::server::carriers::RegistrationContext;

/// A letter that asks for webhooks and says what we offer. Holds no secret.
pub fn letter(context: &RegistrationContext<'_>) -> String {
    let header = settings::text(context.settings, "signature_header").unwrap_or(SIGNATURE_HEADER);
    let account = settings::text(context.settings, "account_no").unwrap_or("[your account number]");
    let url = context.hook_url;
    format!(
        "To: API Support, POS Malaysia\n\
         Subject: Webhooks for tracking events, account {account}\n\
         \n\
         Dear API support team,\n\
         \n\
         We ship with POS Malaysia under account {account} and would like to receive tracking events as they happen \
         instead of polling for them. Our receiver is ready:\n\
         \n\
         Address:  {url}\n\
         Method:   POST, Content-Type: application/json\n\
         Answer:   200 with a short JSON acknowledgement, given once the event is stored\n\
         \n\
         We would like to receive\n\
         \n\
         1. status changes: collected from the sender, in transit, out for delivery, delivered, failed delivery \
         attempt, exceptions such as delay or damage;\n\
         2. location updates: GPS position, arrival at and departure from a facility, processing at a hub or sorting \
         centre, customs status;\n\
         3. confirmations of delivery: proof of delivery, signature of the recipient, photo, special handling.\n\
         \n\
         Could you please tell us\n\
         \n\
         - whether webhooks are available for our account, how we subscribe and what they cost;\n\
         - the format of the messages, with a sample of each event, the list of event codes and of failure reasons;\n\
         - the time zone of the times in them, domestic and international;\n\
         - how often and how long you retry when we do not answer with 200, and whether events can come twice or out \
         of order;\n\
         - the addresses the requests come from;\n\
         - whether the requests are signed. We propose\n\
         \n\
         Header:    {header}\n\
         Algorithm: HMAC-SHA256 over the raw body, in lower-case hexadecimal\n\
         Secret:    one for this address, agreed between us\n\
         \n\
         - and how we can test, first in staging and then in production.\n\
         \n\
         Thank you, and kind regards\n\
         [name, company, e-mail, telephone]\n"
    )
}
