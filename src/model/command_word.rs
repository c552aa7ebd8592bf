//! [`CommandWord`]: what a command is called, in guards, refusals and entries.

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
            /// Every word there is, in the order of the variants.
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
    /// A tenant comes to be: a root unit.
    AddTenant = "add-tenant";
    /// A unit comes to be under another.
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
    /// A person's registration ends, and with it all they have there.
    RemovePerson = "remove-person";
    /// A person's name and texts are forgotten.
    ErasePerson = "erase-person";
    /// An affiliation is recorded.
    RecordAffiliation = "record-affiliation";
    /// An affiliation ends.
    EndAffiliation = "end-affiliation";
    /// A group comes to be.
    CreateGroup = "create-group";
    /// A group moves under another, or out of it.
    MoveGroup = "move-group";
    /// A group is no more.
    DeleteGroup = "delete-group";
    /// A group is given a leader, or loses it.
    SetLeader = "set-leader";
    /// People become members of a group.
    AddMembers = "add-members";
    /// People are members of a group no longer.
    RemoveMembers = "remove-members";
    /// An access grid comes to be.
    CreateGrid = "create-grid";
    /// The hours of a grid change.
    EditGrid = "edit-grid";
    /// An access grid is no more.
    DeleteGrid = "delete-grid";
    /// People are enrolled in a grid.
    Enrol = "enrol";
    /// People are enrolled in a grid no longer.
    Unenrol = "unenrol";
    /// A tenant's own role comes to be.
    CreateRole = "create-role";
    /// What a tenant's own role holds changes.
    EditRole = "edit-role";
    /// A tenant's own role is no more.
    DeleteRole = "delete-role";
    /// Roles are given to people.
    Grant = "grant";
    /// A grant is taken back.
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
    /// A request is withdrawn by whom it is from.
    WithdrawRequest = "withdraw-request";
    /// A tenant is given its first administrator.
    Bootstrap = "bootstrap";
    /// A tenant's administrator makes way for another, on an attestation.
    ReplaceAdministrator = "replace-administrator";
    /// A tenant's administrator is verified, on an attestation.
    AttestAdministrator = "attest-administrator";
    /// What a revocation plan draws is taken back.
    CarryOutPlan = "carry-out-plan";
    /// A campaign of review is opened.
    OpenCampaign = "open-campaign";
    /// Grants of a campaign are reviewed.
    Review = "review";
    /// A campaign of review is closed.
    CloseCampaign = "close-campaign";
}

impl CommandWord {
    /// The command that is called so.
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
