//! Whose tokens are taken.

use std::collections::BTreeSet;
use std::time::Duration;

use chassis::{AuthArgs, Error, Principal, Role, Sellers, SigningKey};
use wire::ErrorReason;

const HOUR: Duration = Duration::from_secs(3_600);

fn operator() -> Principal {
    Principal::new("operator:ada", Role::Operator)
}

fn bearer(key: &SigningKey, principal: &Principal) -> String {
    format!("Bearer {}", key.sign(principal, HOUR).unwrap())
}

fn refusal(result: Result<Principal, Error>) -> Error {
    let error = result.unwrap_err();
    assert_eq!(error.reason, ErrorReason::Unauthenticated);
    error
}

#[test]
fn a_token_gives_back_the_principal_it_was_signed_for() {
    let key = SigningKey::generate().unwrap();
    let sellers = Sellers::Only(BTreeSet::from(["A2EXAMPLE0001".parse().unwrap()]));
    for principal in [operator(), Principal { subject: "seller:1".to_owned(), role: Role::Seller, sellers }] {
        let token = bearer(&key, &principal);
        assert_eq!(key.authenticator().unwrap().authenticate(Some(&token)).unwrap(), principal);
    }
}

#[test]
fn a_token_of_another_key_is_refused() {
    let (ours, other) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
    let error = refusal(ours.authenticator().unwrap().authenticate(Some(&bearer(&other, &operator()))));
    assert!(error.message.contains("its key is not known"), "{}", error.message);
}

#[test]
fn a_token_of_another_issuer_is_refused() {
    let key = SigningKey::generate().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let jwks_file = folder.path().join("jwks.json");
    std::fs::write(&jwks_file, key.jwks_json().unwrap()).unwrap();
    let args = AuthArgs { jwks_file, token_issuer: "https://issuer.example".to_owned() };
    refusal(args.authenticator().unwrap().authenticate(Some(&bearer(&key, &operator()))));
}

#[test]
fn a_changed_token_is_refused_and_never_quoted() {
    let key = SigningKey::generate().unwrap();
    let token = bearer(&key, &operator());
    let (head, signature) = token.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { "B" } else { "A" };
    let changed = format!("{head}.{other}{}", &signature[1..]);
    let error = refusal(key.authenticator().unwrap().authenticate(Some(&changed)));
    assert!(!error.message.contains(&changed[10..40]), "{}", error.message);
}

#[test]
fn what_is_no_bearer_token_is_refused() {
    let key = SigningKey::generate().unwrap();
    let authenticator = key.authenticator().unwrap();
    let long = format!("Bearer {}", "a".repeat(10_000));
    for header in
        [None, Some(""), Some("Basic abc"), Some("Bearer "), Some("Bearer a.b.c"), Some(long.as_str())]
    {
        refusal(authenticator.authenticate(header));
    }
}

#[test]
fn a_saved_key_signs_tokens_of_the_same_identity() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key.pem");
    let key = SigningKey::generate().unwrap();
    key.save(&path).unwrap();
    let loaded = SigningKey::load(&path).unwrap();
    assert_eq!(loaded.jwks_json().unwrap(), key.jwks_json().unwrap());
    key.authenticator().unwrap().authenticate(Some(&bearer(&loaded, &operator()))).unwrap();
}

#[test]
fn a_saved_key_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key.pem");
    SigningKey::generate().unwrap().save(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_seller_may_act_for_its_own_sellers_only() {
    let (own, other) = ("A2EXAMPLE0001".parse().unwrap(), "A2EXAMPLE0002".parse().unwrap());
    let sellers = Sellers::Only(BTreeSet::from([own]));
    let principal = Principal { subject: "seller:1".to_owned(), role: Role::Seller, sellers };
    principal.may_act_for(&own).unwrap();
    assert_eq!(principal.may_act_for(&other).unwrap_err().reason, ErrorReason::SellerNotAllowed);
    operator().may_act_for(&other).unwrap();
}

#[test]
fn a_jwks_file_that_cannot_be_used_is_named() {
    let args = AuthArgs { jwks_file: "/nowhere/jwks.json".into(), token_issuer: "x".to_owned() };
    let error = format!("{:#}", args.authenticator().err().unwrap());
    assert!(error.starts_with("cannot read JWKS file /nowhere/jwks.json"), "{error}");
}
