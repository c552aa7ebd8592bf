//! [`CommandWord`]: the word for a command, in guards, refusals and journal entries.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($($(#[$doc:meta])* $variant:ident = $word:literal;)*) => {
        /// What people can do to the facts, each by the word that a policy's guards,
        /// a refusal and a journal's entry call it.
        ///
        /// ```
        /// use alcada::admin::CommandWord;
        /// assert_eq!(CommandWord::EndAffiliation.as_str(), "end-affiliation");
        /// assert_eq!(CommandWord::named("grant"), Some(CommandWord::Grant));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum CommandWord {
            $($(#[$doc])* $variant,)*
        }

        impl CommandWord {
            /// Every word, in the order of the variants.
            pub const ALL: &'static [CommandWord] = &[$(CommandWord::$variant),*];

            /// The word as it is written.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(CommandWord::$variant => $word,)*
                }
            }
        }
    };
}

words! {
    /// A tenant is added: a root unit.
    AddTenant = "add-tenant";
    /// A unit is added under another.
    AddUnit = "add-unit";
    /// A unit moves under another of its tenant.
    MoveUnit = "move-unit";
    /// A unit takes nothing new from now on.
    CloseUnit = "close-unit";
    /// A person is registered in a tenant or on the platform.
    Register = "register";
    /// The kind or the place of a registration changes.
    EditPerson = "edit-person";
    /// A person is denied everything.
    Suspend = "suspend";
    /// A suspension ends.
    Resume = "resume";
    /// The registration of a person ends, with all that the person has there.
    RemovePerson = "remove-person";
    /// A person's name and texts are forgotten.
    ErasePerson = "erase-person";
    /// An affiliation is recorded.
    RecordAffiliation = "record-affiliation";
    /// An affiliation ends.
    EndAffiliation = "end-affiliation";
    /// A group is created.
    CreateGroup = "create-group";
    /// A group moves under another, or out of it.
    MoveGroup = "move-group";
    /// A group is deleted.
    DeleteGroup = "delete-group";
    /// The leader of a group changes.
    SetLeader = "set-leader";
    /// People become members of a group.
    AddMembers = "add-members";
    /// People cease to be members of a group.
    RemoveMembers = "remove-members";
    /// An access grid is created.
    CreateGrid = "create-grid";
    /// The hours of a grid change.
    EditGrid = "edit-grid";
    /// An access grid is deleted.
    DeleteGrid = "delete-grid";
    /// People are enrolled in a grid.
    Enrol = "enrol";
    /// The enrolment of people in a grid ends.
    Unenrol = "unenrol";
    /// A tenant creates a role of its own.
    CreateRole = "create-role";
    /// A tenant's own role is changed.
    EditRole = "edit-role";
    /// A tenant's own role is deleted.
    DeleteRole = "delete-role";
    /// Roles are given to people.
    Grant = "grant";
    /// A grant is revoked.
    Revoke = "revoke";
    /// The interval of a grant changes.
    SetValidity = "set-validity";
    /// Units are opened to a person in support.
    OpenSupport = "open-support";
    /// Support ends.
    CloseSupport = "close-support";
    /// A restriction is imposed on a person or a role.
    ImposeRestriction = "impose-restriction";
    /// A restriction is lifted.
    LiftRestriction = "lift-restriction";
    /// The number of holders that a contract allows changes.
    ContractSeats = "contract-seats";
    /// A role is asked for.
    AskRole = "ask-role";
    /// A request is approved.
    ApproveRequest = "approve-request";
    /// A request is denied.
    DenyRequest = "deny-request";
    /// A request is withdrawn by the one who asked.
    WithdrawRequest = "withdraw-request";
    /// A tenant is given its first administrator.
    Bootstrap = "bootstrap";
    /// A tenant's administrator makes way for another, on an attestation.
    ReplaceAdministrator = "replace-administrator";
    /// A tenant's administrator is verified, on an attestation.
    AttestAdministrator = "attest-administrator";
    /// The grants that a revocation plan lists are revoked.
    CarryOutPlan = "carry-out-plan";
    /// A campaign of review is opened.
    OpenCampaign = "open-campaign";
    /// Grants of a campaign are reviewed.
    Review = "review";
    /// A campaign of review is closed.
    CloseCampaign = "close-campaign";
}

impl CommandWord {
    /// The command with this word. `None` if there is none.
    #[must_use]
    pub fn named(word: &str) -> Option<CommandWord> {
        CommandWord::ALL.iter().copied().find(|command| command.as_str() == word)
    }
}

impl fmt::Display for CommandWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::CommandWord;

    #[test]
    fn serde_writes_each_word_as_it_is_called() {
        for &word in CommandWord::ALL {
            let json = format!("\"{word}\"");
            assert_eq!(serde_json::to_string(&word).unwrap(), json);
            assert_eq!(serde_json::from_str::<CommandWord>(&json).unwrap(), word);
            assert_eq!(CommandWord::named(word.as_str()), Some(word));
        }
        assert_eq!(CommandWord::named("Grant"), None);
    }
}
