"""Takes the telephone numbers and e-mail addresses of any person out of a text."""

from typing import Final

from complaintctl.domain.case import identity
from complaintctl.domain.privacy.linting.personal_texts import find_personal

# The fields for what `find_personal` finds, by its kind.
_CONTACTS: Final = {"phone": identity.PHONE_FIELD, "email": identity.EMAIL_FIELD}


def hide_contacts(text: str) -> str:
    """Returns the text with `[customer.phone]` and `[customer.email]` for every telephone number and e-mail address.

    What a stranger wrote may name numbers that no field of the customer has. Numbers of offices stay.
    """
    for span in reversed(list(find_personal(text))):
        if (field := _CONTACTS.get(span.kind)) is not None:
            text = f"{text[: span.start]}[{field}]{text[span.end :]}"
    return text
