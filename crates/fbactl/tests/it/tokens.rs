//! Development keys and tokens.

use std::os::unix::fs::PermissionsExt as _;

use chassis::{Authenticator, Role, Sellers, SigningKey};

use crate::fake::fbactl;

fn run(args: &[&str]) -> crate::fake::Done {
    fbactl("http://127.0.0.1:9", &args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>())
}

#[test]
fn a_token_of_a_new_key_is_taken_by_services_that_know_its_public_half() {
    let folder = tempfile::tempdir().unwrap();
    let (key, jwks) = (folder.path().join("key.pem"), folder.path().join("jwks.json"));
    let (key_arg, jwks_arg) = (key.to_str().unwrap(), jwks.to_str().unwrap());
    let made = run(&["key", "new", "--out", key_arg, "--jwks", jwks_arg]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);

    let args =
        ["token", "make", "--key", key_arg, "--role", "seller", "--seller", "A1EXAMPLESELLER", "--ttl", "2d"];
    let token = run(&args);
    assert_eq!(token.code, 0, "{}", token.err);
    let public = serde_json::from_str(&std::fs::read_to_string(&jwks).unwrap()).unwrap();
    let authenticator = Authenticator::new(&public, "fba-export-dev").unwrap();
    let principal = authenticator.authenticate(Some(&format!("Bearer {}", token.out.trim()))).unwrap();
    assert_eq!((principal.subject.as_str(), principal.role), ("seller:fbactl", Role::Seller));
    let Sellers::Only(sellers) = principal.sellers else { panic!("it may act for all sellers") };
    assert_eq!(sellers.len(), 1);
}

#[test]
fn a_sellers_token_without_a_seller_is_not_made() {
    let key = tempfile::NamedTempFile::new().unwrap();
    SigningKey::generate().unwrap().save(key.path()).unwrap();
    let key = key.path().to_str().unwrap();
    assert_eq!(run(&["token", "make", "--key", key, "--role", "seller"]).code, 2);
    assert_eq!(run(&["token", "make", "--key", key, "--role", "king"]).code, 2);
    assert_eq!(run(&["token", "make", "--key", key, "--role", "operator", "--ttl", "91d"]).code, 2);
}

#[test]
fn a_key_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key.pem");
    std::fs::write(&key, "precious").unwrap();
    let jwks = folder.path().join("jwks.json");
    let done = run(&["key", "new", "--out", key.to_str().unwrap(), "--jwks", jwks.to_str().unwrap()]);
    assert_eq!(done.code, 2);
    assert_eq!(std::fs::read_to_string(&key).unwrap(), "precious");
    assert!(!jwks.exists());
}
