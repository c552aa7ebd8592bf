//! A network of a big city's shape, made up: 13 districts, 1,566 schools of
//! thirteen kinds, 46 functions with a hundred actions.

use crate::network::{District, Entry, Network, School};
use crate::random::Random;

const DISTRICTS: [&str; 13] = [
    "Old Harbour",
    "Northfield",
    "Mill Lane",
    "Stonebridge",
    "Eastgate",
    "Orchard Hill",
    "Riverside",
    "Kingsway",
    "Lakeview",
    "Southmoor",
    "Westbrook",
    "Fairmount",
    "Greenwood",
];

/// Each kind with how many of a thousand schools are of it.
const KINDS: [(&str, u64); 13] = [
    ("nursery", 327),
    ("primary", 319),
    ("creche", 202),
    ("campus nursery", 30),
    ("campus", 30),
    ("campus primary", 29),
    ("campus creche", 29),
    ("infant", 12),
    ("adult", 10),
    ("secondary", 5),
    ("bilingual", 4),
    ("village", 2),
    ("campus infant", 1),
];

const FIRST: [&str; 12] = [
    "Ash", "Birch", "Cedar", "Elm", "Hazel", "Juniper", "Linden", "Maple", "Oak", "Rowan",
    "Willow", "Yew",
];
const SECOND: [&str; 12] = [
    "Bank", "Close", "Corner", "Court", "Cross", "Field", "Gate", "Green", "Grove", "Park", "Road",
    "Square",
];

/// Its name, the words it is about, and what can be done with each: view, add,
/// change, delete, submit, print, receive a notice.
type Function = (&'static str, &'static str, &'static str);

/// The functions of each vision.
const FUNCTIONS: [(&str, &[Function]); 3] = [
    (
        "UE",
        &[
            ("Funds", "funds", "v"),
            ("Expenses", "expense", "vacd"),
            ("Income", "income", "vacd"),
            ("SchoolRecord", "school_record", "vc"),
            ("Accounts", "accounts", "vcsp"),
            ("Bank", "bank_statement", "vc"),
            ("Review", "review", "vc"),
            ("Home", "home", "v"),
            ("SchoolProfiles", "school_profiles", "v"),
            (
                "Notices",
                "notice_opening,notice_due,notice_late,notice_returned,notice_approved,notice_rejected,notice_comment,notice_closed",
                "n",
            ),
            ("SchoolBalance", "school_balance", "vc"),
            ("SchoolUsers", "school_users", "vc"),
            ("Members", "association_members", "vc"),
            ("YearPlan", "year_plan", "vac"),
            ("Assets", "assets", "vacd"),
            ("Inventory", "inventory", "vacd"),
            ("Quotes", "quotes", "vac"),
        ],
    ),
    (
        "DRE",
        &[
            ("Associations", "association,unit_record,unit_finances,unit_assets", "v"),
            ("District", "district_record", "vc"),
            ("Questions", "questions", "v"),
            ("Followup", "followup", "vc"),
            ("Report", "report,report_minutes", "vc"),
            ("Extract", "district_extract", "v"),
            ("DistrictProfiles", "district_profiles", "v"),
            ("Assignment", "assignment", "vc"),
            ("Files", "case_file", "vc"),
            ("Officers", "officers", "vc"),
            ("Suppliers", "suppliers", "vc"),
            ("Standing", "standing", "vc"),
            ("Committees", "committees", "vc"),
            ("DistrictSupport", "district_support", "v"),
            ("DistrictBalance", "district_balance", "vc"),
            ("Amendments", "amendments", "v"),
            ("DistrictUsers", "district_users", "vc"),
            ("Closures", "closure", "v"),
        ],
    ),
    (
        "SME",
        &[
            ("Parameters", "parameters", "vc"),
            ("CityFollowup", "city_followup", "v"),
            ("CityProfiles", "city_profiles", "v"),
            ("Loads", "loads", "v"),
            ("Balances", "balances", "v"),
            ("CitySupport", "city_support", "v"),
            ("CityExtract", "city_extract", "v"),
            ("CityReports", "city_reports", "v"),
            ("Dissolution", "dissolution", "c"),
            ("CityUsers", "city_users", "vc"),
        ],
    ),
];

pub fn network() -> Network {
    let mut random = Random::new(0x5c00);
    let districts: Vec<District> = DISTRICTS
        .iter()
        .enumerate()
        .map(|(n, name)| District { code: format!("{}", 9_001 + 10 * n), name: (*name).to_owned() })
        .collect();
    let schools = (0..1_566u64).map(|n| {
        let kind = random.weighted(&KINDS);
        let (first, second) = (random.pick(&FIRST), random.pick(&SECOND));
        School {
            code: format!("{:06}", 10_007 + n * 53),
            kind: kind.to_owned(),
            name: format!("{first} {second} {}", n / 144 + 1),
            district: random.pick(&districts).code.clone(),
        }
    });
    Network { schools: schools.collect(), catalogue: catalogue(), districts }
}

fn catalogue() -> Vec<Entry> {
    let mut entries = Vec::new();
    for (vision, functions) in FUNCTIONS {
        for (function, subjects, verbs) in functions {
            for subject in subjects.split(',') {
                entries.extend(verbs.chars().map(|verb| Entry {
                    vision: vision.to_owned(),
                    function: (*function).to_owned(),
                    codename: format!("{}_{subject}", word(verb)),
                }));
            }
        }
    }
    let services = ["read", "write"].iter().map(|verb| Entry {
        vision: "API".to_owned(),
        function: "ProfileService".to_owned(),
        codename: format!("{verb}_profiles"),
    });
    entries.extend(services);
    entries
}

fn word(verb: char) -> &'static str {
    match verb {
        'v' => "view",
        'a' => "add",
        'c' => "change",
        'd' => "delete",
        's' => "submit",
        'p' => "print",
        _ => "receive",
    }
}
