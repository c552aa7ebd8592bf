//! The policy, built in the program from the catalogue: what a developer would
//! otherwise write as TOML.

use std::error::Error;

use alcada::{
    Name, Permission,
    policy::{self, Ceiling, IdentifierScheme, Kind, Pattern, Role, UnitKind},
};

use crate::network::{Entry, Network, VISIONS};

/// The affiliations: in exercise at a unit; member of a school's association.
pub const EXERCISE: &str = "exercise";
pub const ASSOCIATION: &str = "association";
pub const STAFF: &str = "staff";
pub const NON_STAFF: &str = "non-staff";
/// The kinds of unit that are not schools.
pub const DEPARTMENT: &str = "department";
pub const DISTRICT: &str = "district";

/// What an action does, as far as its codename tells.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    View,
    Change,
    Delete,
}

impl Entry {
    pub fn effect(&self) -> Effect {
        let starts = |words: &[&str]| words.iter().any(|word| self.codename.starts_with(word));
        if starts(&["access_", "view_", "read_", "custom_access_", "rece"])
            || self.codename.ends_with("_leitura")
        {
            Effect::View
        } else if starts(&["delete_"]) {
            Effect::Delete
        } else {
            Effect::Change
        }
    }

    /// Whether it is about the accounts and profiles of users.
    fn is_of_users(&self) -> bool {
        ["Usuarios", "Users", "Perfis", "Profile"].iter().any(|word| self.function.contains(word))
    }

    pub fn permission(&self) -> String {
        format!("{}:{}", self.function, self.codename)
    }
}

/// A role of this policy in a line: what it is called, who holds it, at which vision.
pub struct Profile {
    pub role: &'static str,
    pub vision: &'static str,
    pub label: &'static str,
}

pub const PROFILES: [Profile; 11] = [
    Profile {
        role: "ue-viewer",
        vision: "UE",
        label: "sees what is the school's, but for its users",
    },
    Profile {
        role: "ue-member",
        vision: "UE",
        label: "a ue-viewer of the association, sent no notices",
    },
    Profile { role: "ue-clerk", vision: "UE", label: "a ue-viewer who also adds and changes" },
    Profile { role: "ue-treasurer", vision: "UE", label: "a ue-clerk who also deletes" },
    Profile { role: "ue-principal", vision: "UE", label: "everything that is the school's" },
    Profile {
        role: "dre-viewer",
        vision: "DRE",
        label: "sees what is the district's and its schools'",
    },
    Profile {
        role: "dre-analyst",
        vision: "DRE",
        label: "a dre-viewer who changes what is the district's",
    },
    Profile {
        role: "dre-supervisor",
        vision: "DRE",
        label: "a dre-analyst who keeps the district's users",
    },
    Profile { role: "sme-viewer", vision: "SME", label: "sees everything, but for users" },
    Profile { role: "sme-auditor", vision: "SME", label: "an sme-viewer who is sent no notices" },
    Profile { role: "sme-administrator", vision: "SME", label: "everything" },
];

pub fn document(network: &Network) -> Result<policy::Document, Box<dyn Error>> {
    let mut document =
        policy::Document { version: 1, name: Some("school network".into()), ..Default::default() };
    document.visions = names(&VISIONS)?;
    document.affiliations = names(&[EXERCISE, ASSOCIATION])?;

    for entry in &network.catalogue {
        let function = document.functions.entry(Name::new(&entry.function)?).or_default();
        function.actions.push(Name::new(&entry.codename)?);
        if VISIONS.contains(&entry.vision.as_str()) && function.visions.is_empty() {
            function.visions = names(&[&entry.vision])?;
        }
    }

    let mut add_unit_kind = |kind: &str, vision: &str| -> Result<(), Box<dyn Error>> {
        document.unit_kinds.insert(Name::new(kind)?, UnitKind { vision: Some(Name::new(vision)?) });
        Ok(())
    };
    add_unit_kind(DEPARTMENT, "SME")?;
    add_unit_kind(DISTRICT, "DRE")?;
    for (kind, _) in network.school_kinds() {
        add_unit_kind(kind, "UE")?;
    }

    let kind = |identifier| Kind { identifier, channels: Vec::new() };
    document.kinds.insert(Name::new(STAFF)?, kind(IdentifierScheme::Digits(7)));
    document.kinds.insert(Name::new(NON_STAFF)?, kind(IdentifierScheme::Cpf));

    for profile in &PROFILES {
        let mut role = role(profile.role, &network.catalogue)?;
        role.label = Some(profile.label.into());
        role.visions = names(&[profile.vision])?;
        document.roles.insert(Name::new(profile.role)?, role);
    }

    // Whatever a non-staff member is granted at the district or the department, now
    // or by a later mistake: they look, and change nothing.
    document.ceilings.push(Ceiling {
        kinds: names(&[NON_STAFF])?,
        visions: names(&["SME", "DRE"])?,
        permissions: patterns(&network.catalogue, |entry| entry.effect() == Effect::View)?,
    });
    Ok(document)
}

fn role(name: &str, catalogue: &[Entry]) -> Result<Role, Box<dyn Error>> {
    use Effect::{Change, Delete, View};
    let own = |vision: &str, effects: &[Effect]| {
        patterns(catalogue, |entry| {
            entry.vision == vision && effects.contains(&entry.effect()) && !entry.is_of_users()
        })
    };
    let whole = |vision: &str| functions(catalogue, |entry| entry.vision == vision);
    let (permissions, includes): (Vec<Pattern>, &[&str]) = match name {
        "ue-viewer" => (own("UE", &[View])?, &[]),
        "ue-member" => (Vec::new(), &["ue-viewer"]),
        "ue-clerk" => (own("UE", &[Change])?, &["ue-viewer"]),
        "ue-treasurer" => (own("UE", &[Delete])?, &["ue-clerk"]),
        "ue-principal" => (whole("UE")?, &[]),
        "dre-viewer" => (own("DRE", &[View])?, &["ue-viewer"]),
        "dre-analyst" => (own("DRE", &[Change, Delete])?, &["dre-viewer"]),
        "dre-supervisor" => (whole("DRE")?, &["dre-analyst"]),
        "sme-viewer" => (own("SME", &[View])?, &["dre-viewer"]),
        "sme-auditor" => (Vec::new(), &["sme-viewer"]),
        _ => (vec![Pattern::parse("*:*")?], &[]),
    };
    let mut role = Role { permissions, includes: names(includes)?, ..Role::default() };
    if name == "ue-member" {
        role.kinds = names(&[NON_STAFF])?;
    }
    let notices = |of: &[&str]| {
        patterns(catalogue, |entry| {
            of.contains(&entry.vision.as_str()) && entry.codename.starts_with("rece")
        })
    };
    match name {
        "ue-member" => role.except = notices(&["UE"])?,
        "sme-auditor" => role.except = notices(&VISIONS)?,
        _ => {}
    }
    Ok(role)
}

/// The exact permissions of the entries chosen.
fn patterns(
    catalogue: &[Entry],
    chosen: impl Fn(&Entry) -> bool,
) -> Result<Vec<Pattern>, Box<dyn Error>> {
    let permissions = catalogue.iter().filter(|entry| chosen(entry)).map(Entry::permission);
    permissions.map(|permission| Ok(Permission::parse(&permission)?.into())).collect()
}

/// `function:*` for the functions of the entries chosen: an action that comes later is in them too.
fn functions(
    catalogue: &[Entry],
    chosen: impl Fn(&Entry) -> bool,
) -> Result<Vec<Pattern>, Box<dyn Error>> {
    let mut functions: Vec<&str> = catalogue
        .iter()
        .filter(|entry| chosen(entry))
        .map(|entry| entry.function.as_str())
        .collect();
    functions.dedup();
    functions.iter().map(|function| Ok(Pattern::parse(format!("{function}:*"))?)).collect()
}

fn names(words: &[&str]) -> Result<Vec<Name>, Box<dyn Error>> {
    words.iter().map(|word| Ok(Name::new(word)?)).collect()
}
