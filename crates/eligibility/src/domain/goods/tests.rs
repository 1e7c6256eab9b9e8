#![allow(clippy::unwrap_used)]
use std::sync::LazyLock;

use kernel::{Asin, HsCode};

use super::Confidence::{Certain, Possible};
use super::*;

pub(crate) fn offer(title: &str) -> Offer {
    Offer {
        asin: Asin::parse("B000000001").unwrap(),
        title: title.to_owned(),
        bullet_points: Vec::new(),
        description: String::new(),
        category: String::new(),
        group: Group::Other,
        sides: None,
        weight: None,
        hs_code: None,
        confirmed_code: None,
        content_chars: 10,
        declared_families: Vec::new(),
        hazards: Default::default(),
        export_control: Default::default(),
    }
}

static GOODS: LazyLock<Goods> = LazyLock::new(|| Goods::read(&Tables::shipped()).unwrap());

fn found(offer: &Offer) -> Vec<(String, Confidence, String)> {
    let goods = &*GOODS;
    let mut found = Found::default();
    goods.find(offer, 12, &mut found);
    found
        .iter()
        .map(|(class, confidence, evidence)| {
            (goods.class(class).name.clone(), confidence, evidence.to_owned())
        })
        .collect()
}

fn classes(offer: &Offer) -> Vec<(String, Confidence)> {
    found(offer).into_iter().map(|(class, confidence, _)| (class, confidence)).collect()
}

fn of_title(title: &str) -> Vec<(String, Confidence)> {
    classes(&offer(title))
}

fn class(name: &str, confidence: Confidence) -> (String, Confidence) {
    (name.to_owned(), confidence)
}

#[test]
fn a_name_tells_what_no_other_word_does() {
    assert_eq!(of_title("Semaglutide 1mg"), [class("FOOD", Certain), class("MEDICINE", Certain)]);
    assert_eq!(of_title("Harpic Power Plus 6 x 750ml"), [class("CHEMICAL", Possible)]);
    assert_eq!(of_title("Birra Moretti 8L"), [class("ALCOHOL", Possible)]);
    assert_eq!(of_title("Birra Moretti T-Shirt, XL"), []);
}

#[test]
fn a_laser_pointer_is_one_and_a_laser_printer_is_none() {
    assert_eq!(of_title("Green Laser-Pointer, USB"), [class("LASER", Certain)]);
    assert_eq!(of_title("Brother Laser Printer, duplex"), []);
    assert_eq!(of_title("Laser cut wooden puzzle"), []);
}

#[test]
fn an_exclusion_covers_its_own_words_only() {
    assert_eq!(of_title("Laser printer with laser pointer"), [class("LASER", Certain)]);
}

#[test]
fn terms_are_whole_words() {
    assert_eq!(of_title("Begun in burgundy and gunmetal"), []);
    assert_eq!(of_title("Swordfish knifeless"), []);
}

#[test]
fn imitations_of_weapons_are_weapons_and_tools_are_none() {
    assert!(of_title("Sheriff toy gun").contains(&class("TOY_GUN", Certain)));
    for title in ["Sheriff toy gun", "Super water gun for the pool", "Samuraischwert aus Schaumstoff"] {
        let found = of_title(title);
        assert!(found.iter().any(|(class, _)| class == "WEAPON"), "{title}: {found:?}");
    }
    for title in
        ["Hot glue gun with 20 sticks", "Sword stand, oak", "Fidget spinner compatible with gun mounts"]
    {
        let found = of_title(title);
        assert!(!found.iter().any(|(class, _)| class == "WEAPON"), "{title}: {found:?}");
    }
}

#[test]
fn what_stands_beside_a_term_takes_its_meaning_away() {
    let large = |title: &str| of_title(title).iter().any(|(class, _)| class == "LITHIUM_LARGE");
    assert!(large("Hoverboard, 6.5 inch"));
    assert!(!large("Hoverboard cover"));
    assert!(!large("Skin compatible with the newest kind of hoverboard"));
    // Another clause is about something else.
    assert!(large("Compatible with all apps, hoverboard"));
}

#[test]
fn numbers_with_units_are_terms() {
    let large = |title: &str| of_title(title).iter().any(|(class, _)| class == "LITHIUM_LARGE");
    assert!(large("Portable 518Wh pack with outlets"));
    assert!(large("Portable 1024 Wh pack"));
    assert!(!large("Portable 74Wh pack"));
}

#[test]
fn the_evidence_names_field_and_term() {
    let found = found(&offer("Spy pen, 4K hidden camera"));
    assert_eq!(found[0].0, "SURVEILLANCE");
    assert!(found[0].2.starts_with("title: \""), "{}", found[0].2);
}

#[test]
fn a_category_counts_by_whole_segments() {
    let by_category = |category: &str| classes(&Offer { category: category.to_owned(), ..offer("Thing") });
    assert!(by_category("Grocery & Gourmet Food > Snack Foods").contains(&class("FOOD", Certain)));
    assert_eq!(by_category("Home & Kitchen > Food Storage"), []);
    assert_eq!(by_category("Toys & Games > Toy Food"), [class("TOY", Certain)]);
}

#[test]
fn bullet_points_count_for_the_terms_that_say_so() {
    let bullets = |text: &str| {
        classes(&Offer { bullet_points: vec!["Nice".to_owned(), text.to_owned()], ..offer("Cat teaser") })
    };
    let found = bullets("With a built-in laser pointer");
    assert!(matches!(found.as_slice(), [(family, _)] if family == "LASER"), "{found:?}");
    assert_eq!(bullets("Goes well with whiskey"), []);
}

#[test]
fn a_title_of_a_medium_names_a_work() {
    let of_group = |group| classes(&Offer { group, ..offer("The Gun Seller: whiskey, laser and a sword") });
    assert_eq!(of_group(Group::Book), [class("BOOK", Certain)]);
    assert_eq!(of_group(Group::Dvd), []);
    assert!(!of_group(Group::Other).is_empty());
}

#[test]
fn declared_families_are_known_by_name_and_alias() {
    let declared =
        |family: &str| classes(&Offer { declared_families: vec![family.to_owned()], ..offer("Thing") });
    assert_eq!(declared("LASER"), [class("LASER", Certain)]);
    assert_eq!(declared("LASER_POINTER"), [class("LASER", Certain)]);
    assert_eq!(declared("PET_FOOD"), [class("FOOD", Certain)]);
}

#[test]
fn a_family_that_nobody_knows_is_answered_apart() {
    let offer = Offer { declared_families: vec!["SPACE_ROCKS".to_owned()], ..offer("Thing") };
    let unknown = GOODS.find(&offer, 12, &mut Found::default()).families;
    assert_eq!(unknown, ["SPACE_ROCKS"]);
}

#[test]
fn an_hs_code_decides_suggests_or_corroborates() {
    let with_code = |title: &str, code: &str| {
        classes(&Offer { hs_code: Some(HsCode::parse(code).unwrap()), ..offer(title) })
    };
    assert_eq!(with_code("Thing", "220830"), [class("ALCOHOL", Certain)]);
    assert_eq!(with_code("Thing", "901320"), [class("LASER", Possible)]);
    assert_eq!(with_code("Thing", "420292"), []);
    assert_eq!(with_code("Belt holster", "420292"), [class("WEAPON_PART", Certain)]);
    assert_eq!(with_code("Belt holster", "640399"), [class("WEAPON_PART", Possible)]);
}

#[test]
fn a_narrow_class_brings_its_family_along() {
    assert_eq!(
        of_title("GPS jammer for cars"),
        [class("SURVEILLANCE", Certain), class("SIGNAL_JAMMER", Certain)]
    );
    assert!(of_title("Pork rinds").contains(&class("FOOD", Certain)));
}

#[test]
fn a_book_is_known_by_group_by_isbn_and_by_hs_code() {
    let book = [class("BOOK", Certain)];
    assert_eq!(classes(&Offer { group: Group::Book, ..offer("X") }), book);
    assert_eq!(classes(&Offer { asin: Asin::parse("0306406152").unwrap(), ..offer("X") }), book);
    assert_eq!(classes(&Offer { hs_code: Some(HsCode::parse("490199").unwrap()), ..offer("X") }), book);
    let record = Offer { asin: Asin::parse("0306406152").unwrap(), group: Group::Music, ..offer("X") };
    assert_eq!(classes(&record), []);
}

#[test]
fn every_restricted_family_of_the_programme_is_found_by_a_term() {
    let examples = [
        ("WEAPON", "Tactical knife, black"),
        ("PLANT", "Heirloom seeds, 12 kinds"),
        ("ANIMAL", "Taxidermy pheasant"),
        ("SURVEILLANCE", "Spy camera clock"),
        ("LASER", "Laser pen"),
        ("ALCOHOL", "Single malt whisky 0.7 l"),
        ("WEAPON_PART", "Pepper spray keychain"),
        ("CHEMICAL", "Weed killer concentrate"),
        ("FOOD", "Whey protein vanilla"),
        ("MEDICAL_DEVICE", "Pulse oximeter"),
        ("DRUG_PARAPHERNALIA", "Hookah set"),
        ("ADULT", "Adult toy"),
        ("BREWING", "Home brew kit"),
        ("BABY", "Baby walker with wheels"),
        ("CRYPTO", "Hardware wallet"),
        ("GAMBLING", "Poker chip set"),
        ("IMITATION_CURRENCY", "Prop money"),
        ("DANGEROUS_GOODS", "Propane cylinder"),
        ("LITHIUM_STANDALONE", "Power bank 20000 mAh"),
        ("USED_OIL", "Used motor oil"),
    ];
    for (family, title) in examples {
        assert!(of_title(title).iter().any(|(found, _)| found == family), "{family}: {title}");
    }
}

#[test]
fn ordinary_goods_belong_to_no_class() {
    for title in [
        "Cotton T-shirt, navy",
        "Stainless steel water bottle 750 ml",
        "Whiskey glasses, set of 4",
        "Coffee mug with cat",
        "Meat thermometer for grills",
        "Garden hose 50 ft",
        "Phone holster for bikes",
        "Car seat covers, universal",
        "Baby monitor mount",
    ] {
        assert_eq!(of_title(title), [], "{title}");
    }
}

fn not_understood(title: &str, description: &str) -> bool {
    let offer = Offer { description: description.to_owned(), ..offer(title) };
    GOODS.find(&offer, 12, &mut Found::default()).text.is_some()
}

#[test]
fn terms_are_found_in_other_languages_with_and_without_accents() {
    assert_eq!(of_title("Échter Laserpointer grün"), [class("LASER", Certain)]);
    assert_eq!(of_title("Épée de samouraï décorative"), [class("WEAPON", Possible)]);
    assert_eq!(of_title("EPEE DE SAMOURAI"), [class("WEAPON", Possible)]);
    assert_eq!(of_title("新品レーザーポインター緑"), [class("LASER", Certain)]);
}

#[test]
fn a_text_in_an_unknown_language_is_not_understood() {
    let polish =
        "Ten produkt jest wykonany z bardzo dobrego materiału i nadaje się do każdego domu oraz ogrodu";
    assert!(not_understood("Produkt", polish));
    assert!(not_understood("Набор ножей туристических", ""));
    assert!(not_understood("กระเป๋าสะพายข้าง", ""));
    let english = "This product is made of a very good material and fits every house and garden of the world";
    assert!(!not_understood("Product", english));
    assert!(!not_understood("新品 コットン Tシャツ", "とても柔らかい素材です"));
    // Too short to tell: names and numbers are the same in all languages.
    assert!(!not_understood("Sony WH-1000XM4", "Noise cancelling, 30 h"));
}

#[test]
fn the_language_of_a_work_is_not_that_of_its_listing() {
    let book = Offer { group: Group::Book, ..offer("Война и мир") };
    assert_eq!(GOODS.find(&book, 12, &mut Found::default()).text, None);
}
