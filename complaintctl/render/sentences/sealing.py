"""Sentences about sealed customer data and the keyring."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

SEALING_SENTENCES: Final[Mapping[str, str]] = {
    "crypto-extra-missing": N_(
        "The library pyrage is not installed, so sealed customer data can be neither written nor read. "
        "Install it: pip install 'complaintctl[crypto]'"
    ),
    "recipient-spelling": N_(
        "{value} is neither an age recipient (age1…) nor an SSH public key (ssh-ed25519 …, ssh-rsa …)."
    ),
    "recipient-known": N_("{name} can open the keys already."),
    "recipient-last": N_("{name} is the only one who can open the keys. Add a colleague first."),
    "recipient-unknown": N_(
        "{value} is none of the recipients of the keyring, or several. See: complaintctl keys list"
    ),
    "private-key-missing": N_("The private key {path} does not exist. COMPLAINTCTL_IDENTITY names it."),
    "identity-none": N_(
        "You have no private key: there is no ~/.ssh/id_ed25519, no ~/.ssh/id_rsa and no "
        "~/.config/complaintctl/identity.txt. COMPLAINTCTL_IDENTITY names another file."
    ),
    "identity-locked": N_(
        "A passphrase protects {path}, and sealed data cannot be opened with such a key. Make an age identity: "
        "complaintctl keys identity"
    ),
    "identity-unusable": N_(
        "{path} is no private key that opens sealed data: an SSH key of type ed25519 or rsa, or an age identity."
    ),
    "identity-foreign": N_(
        "None of your private keys opens {path}. Ask a colleague to add yours: complaintctl keys add"
    ),
    "keyring-unnamed": N_(
        "The policy seals customer data, but names no keyring. Add one outside of the repository: "
        "personal: {{level: sealed, keyring: [/srv/complaint-keys]}}"
    ),
    "keyring-in-git": N_(
        "The keyring {folder} lies in {place}, whose history would keep a key that was destroyed. Move it to a "
        "folder outside of every git repository."
    ),
    "keyring-missing": N_(
        "The keyring {folder} cannot be reached. Connect its disk, or name another folder: COMPLAINTCTL_KEYRING. "
        "A new casebook needs one: complaintctl keys init"
    ),
    "keyring-copy-missing": N_(
        "The copy {folder} of the keyring cannot be reached, and would keep the key. Connect its disk first."
    ),
    "keyring-exists": N_("{folder} is a keyring already."),
    "keyring-nobody": N_("{path} names no recipient, so a key could be opened by nobody."),
    "key-missing": N_(
        "The keyring {folder} has no key of {name}. It was destroyed, or this copy is not complete: "
        "complaintctl keys check"
    ),
    "key-damaged": N_(
        "{path} is damaged. Restore it from another copy of the keyring: complaintctl keys check"
    ),
    "key-destroyed": N_("The key of {case} was destroyed, so no customer can be sealed in it again."),
    "seal-damaged": N_(
        "The sealed customer of {case} is damaged and cannot be opened. git has the earlier versions of the file."
    ),
    "seal-other-key": N_(
        "The sealed customer of {case} was sealed with another key than that of the keyring. Is it the keyring "
        "of another casebook?"
    ),
    "seal-of-other-case": N_(
        "The sealed customer in {case} is that of another case; somebody copied it there."
    ),
    "not-sealable": N_("{case} would have faults, so its customer cannot be sealed. Nothing was written."),
    "not-a-sealed-policy": N_(
        "The customer of {case} is sealed, but the policy names no keyring: personal: {{level: sealed, keyring: […]}}"
    ),
    "policy-not-sealed": N_(
        "The policy does not seal customer data. To do so, add personal: {{level: sealed, keyring: [/srv/complaint-keys]}}"
    ),
    "no-own-key": N_(
        "You have no private key, so nobody could open the keyring. Make one: complaintctl keys identity. Or name "
        "a colleague: --recipient"
    ),
    "person-without-key": N_("{name} has no signing_keys in the policy of type ssh-ed25519 or ssh-rsa."),
    "identity-exists": N_("{path} exists already, and is kept."),
    "seal-which": N_("Name the cases to seal, or all of them: --all"),
    # problems of keyrings
    "keyring-copy-gone": N_("this copy of the keyring cannot be reached, or is none"),
    "recipients-differ": N_("the recipients differ from those in {other}"),
    "recipients-none": N_("names no recipient"),
    "keyring-open": N_("others may read this folder (mode {mode}): chmod 700"),
    "key-copy-gone": N_("this copy has no such key: complaintctl keys check --mend"),
    "key-copies-differ": N_("differs from the other copies: complaintctl keys rekey"),
    "key-came-back": N_("was destroyed, and an old copy brought it back: complaintctl keys check --mend"),
    "key-for-others": N_("is wrapped for other people than the recipients of today: complaintctl keys rekey"),
    "pseudonym-key-gone": N_("has no key of the pseudonyms, so no customer is recognised in a later case"),
    "sealed-key-gone": N_("has no key of {case}, whose customer is sealed: nobody can open it"),
    "sealed-key-destroyed": N_("the key of {case} was destroyed, and its customer is still in the file"),
    "seal-block-damaged": N_(
        "the sealed customer is damaged and cannot be opened; git has the earlier versions of the file"
    ),
    "seal-beside-text": N_(
        "a field of the customer stands in plain text beside the sealed block, which counts alone"
    ),
    "seal-key-gone": N_("the keyring has no key for this customer: complaintctl keys check"),
    "case-in-plain-text": N_("the customer of {case} is in plain text: complaintctl keys seal {case}"),
    "customer-not-opened": N_(
        "The customer of {case} is sealed; it can be changed only by somebody with a key of the team."
    ),
}
