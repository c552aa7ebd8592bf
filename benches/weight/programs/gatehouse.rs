use gatehouse::{EvaluationSession, PermissionChecker, PolicyBuilder, PolicyDomain};

struct Articles;

impl PolicyDomain for Articles {
    type Subject = String;
    type Action = String;
    type Resource = String;
    type Context = ();
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let policy = PolicyBuilder::<Articles>::new("editors")
        .when(|person: &String, action: &String, _: &String, ()| person == "ana" && action == "edit")
        .build();
    let mut checker = PermissionChecker::new();
    checker.add_policy(policy);
    let (person, action, article) = ("ana".to_owned(), "edit".to_owned(), "news".to_owned());
    let session = EvaluationSession::empty();
    assert!(checker.bind(&session, &person, &action, &()).check(&article).await.is_granted());
}
