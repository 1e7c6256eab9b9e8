//! What the sample's sellers sell: invented goods that touch every rule of the programme at least once.

use simulator::chance::Chance;

/// One row of the catalogue.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) key: &'static str,
    pub(crate) seller: usize,
    pub(crate) sku: String,
    pub(crate) asin: String,
    pub(crate) fnsku: String,
    pub(crate) title: String,
    pub(crate) cents: i64,
    pub(crate) kind: &'static Kind,
    pub(crate) stock: String,
    pub(crate) listed_at: &'static str,
}

/// A kind of product; each of its variants becomes a row.
pub(crate) struct Kind {
    pub(crate) key: &'static str,
    /// Number of the seller in sellers.csv, from 1.
    pub(crate) seller: usize,
    pub(crate) group: &'static str,
    pub(crate) category: &'static str,
    /// `{}` stands for the variant.
    pub(crate) title: &'static str,
    pub(crate) variants: &'static str,
    pub(crate) hs: &'static str,
    pub(crate) origin: &'static str,
    /// Sides in millimetres, `0x0x0` = unknown.
    pub(crate) mm: &'static str,
    /// 0 = unknown.
    pub(crate) grams: u32,
    pub(crate) cents: i64,
    /// Separated by blanks: `nocontent`, `plain`, `late`, `empty`, `scarce`, `deep`, `oil`, `family=…`, `un=…`, `reg=…`,
    /// `battery=PACKAGING/composition/mWh/mg`, `region=…`.
    pub(crate) notes: &'static str,
}

impl Kind {
    pub(crate) fn has(&self, note: &str) -> bool {
        self.notes.split(' ').any(|word| word == note)
    }

    pub(crate) fn note(&self, name: &str) -> &'static str {
        let found = self.notes.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        found.unwrap_or_default()
    }
}

macro_rules! kinds {
    ($($key:literal $seller:literal $group:literal $category:literal $title:literal [$variants:literal]
       $hs:literal $origin:literal $mm:literal $grams:literal $cents:literal $notes:literal;)+) => {
        pub(crate) static KINDS: &[Kind] = &[$(Kind {
            key: $key, seller: $seller, group: $group, category: $category, title: $title, variants: $variants,
            hs: $hs, origin: $origin, mm: $mm, grams: $grams, cents: $cents, notes: $notes,
        }),+];
    };
}

kinds! {
    // Northpine: home and kitchen. Plain goods, the size tiers, and what is missing.
    "MUG" 1 "OTHER" "Home & Kitchen > Drinkware" "Northpine Enamel Camp Mug {}" ["Blue|Red|Moss|White|Black|Mustard|Sky|Plum|Sand|Copper"] "732394" "CN" "120x100x95" 230 1495 "plain";
    "TOWEL" 1 "OTHER" "Home & Kitchen > Linens" "Northpine Waffle Kitchen Towel {}" ["Sand|Slate|Rose|Olive|Ink"] "630260" "TR" "280x200x30" 260 1290 "plain";
    "LANTERN" 1 "OTHER" "Home & Kitchen > Decor" "Northpine Glass Tealight Holder {}" ["Clear|Amber|Smoke|Green|Rose"] "701399" "PL" "110x110x130" 540 1890 "plain";
    "BOARD" 1 "OTHER" "Home & Kitchen > Cookware" "Northpine Maple Cutting Board {}" ["Small|Medium|Large|Round|Bread"] "441911" "US" "380x260x25" 1350 3450 "plain";
    "PAN" 1 "OTHER" "Home & Kitchen > Cookware" "Northpine Cast Iron Skillet {}" ["8 in|10 in|12 in"] "732391" "US" "430x300x70" 2900 3990 "plain";
    "NAPKIN" 1 "OTHER" "Home & Kitchen > Paper" "Northpine Paper Napkins Pack of 20 {}" ["Dots|Stripes|Leaves|Plain|Birds|Waves|Checks"] "481830" "DE" "170x170x30" 180 499 "plain";
    "MAGNET" 1 "OTHER" "Home & Kitchen > Decor" "Northpine Fridge Clips Set {}" ["Fruit|Birds|Letters|Shapes"] "732690" "CN" "120x90x15" 90 799 "plain";
    "CUSHION" 1 "OTHER" "Home & Kitchen > Decor" "Northpine Linen Cushion Cover {}" ["Sand|Slate|Rose|Olive|Ink"] "630492" "IN" "300x250x20" 210 1650 "plain";
    "STOOL" 1 "OTHER" "Home & Kitchen > Furniture" "Northpine Flat-Pack Step Stool {}" ["Oak|White|Black"] "940169" "VN" "900x600x300" 7800 5990 "";
    "SHELF" 1 "OTHER" "Home & Kitchen > Furniture" "Northpine Wall Bookcase {}" ["Oak|White"] "940360" "VN" "1400x700x300" 21000 12900 "";
    "MATTRESS" 1 "OTHER" "Home & Kitchen > Bedding" "Northpine Folding Guest Mattress {}" ["Single|Double"] "940429" "CN" "1900x950x320" 26000 18900 "";
    "DRESSER" 1 "OTHER" "Home & Kitchen > Furniture" "Northpine Five-Drawer Dresser {}" ["Oak"] "940350" "VN" "1600x800x550" 52000 34900 "";
    "SAFE" 1 "OTHER" "Home & Kitchen > Storage" "Northpine Fireproof Document Cabinet {}" ["Gray"] "830300" "CN" "1300x800x700" 98000 89900 "";
    "NODIM" 1 "OTHER" "Home & Kitchen > Drinkware" "Northpine Stoneware Pitcher {}" ["Blue|Sand|White"] "691200" "PT" "0x0x0" 1400 2990 "";
    "NOWEIGHT" 1 "OTHER" "Home & Kitchen > Drinkware" "Northpine Stoneware Bowl {}" ["Blue|Sand|White"] "691200" "PT" "180x180x90" 0 1790 "";
    "NOCONTENT" 1 "OTHER" "Home & Kitchen > Decor" "Northpine Mystery Ornament {}" ["A|B|C"] "691390" "CN" "100x80x80" 150 999 "nocontent";
    "NOHS" 1 "OTHER" "Home & Kitchen > Decor" "Northpine Woven Trivet {}" ["Round|Square|Oval"] "" "VN" "220x220x15" 190 1150 "";
    "NOORIGIN" 1 "OTHER" "Home & Kitchen > Decor" "Northpine Brass Coat Hook {}" ["Small|Large|Double"] "830250" "" "120x80x40" 170 1390 "";
    "HOMEBREW" 1 "OTHER" "Home & Kitchen > Home Brewing" "Northpine Home Brewing Kit 5 Gallon {}" ["Ale|Cider"] "843840" "CN" "420x330x190" 4200 7990 "family=BREWING";
    "STILL" 1 "OTHER" "Home & Kitchen > Home Brewing" "Northpine Copper Alcohol Still {}" ["2 Gallon"] "841940" "CN" "400x300x200" 4800 12900 "";
    // Blue Heron: books, music, video, DVD.
    "NOVEL" 2 "BOOK" "Books > Fiction" "The Lighthouse Ledger, a Novel, Part {}" ["One|Two|Three|Four|Five|Six|Seven"] "490199" "US" "203x133x24" 340 1299 "";
    "COOKBOOK" 2 "BOOK" "Books > Cooking" "Quiet Kitchens: {} Suppers" ["Winter|Spring|Summer|Autumn"] "490199" "US" "260x210x28" 980 2999 "";
    "ATLAS" 2 "BOOK" "Books > Reference" "Heron Pocket Atlas of {}" ["Rivers|Islands|Railways"] "490591" "US" "190x120x18" 290 1599 "";
    "GUIDE" 2 "BOOK" "Books > Religion" "Old Hymns Retold, Volume {}" ["I|II"] "490199" "US" "210x140x22" 380 1899 "";
    "ALBUM" 2 "MUSIC" "CDs & Vinyl" "Paper Boats, an Album by The Tin Ferries ({})" ["CD|Vinyl|Live CD|Remastered CD|Second CD|Second Vinyl"] "852349" "US" "140x125x10" 105 1399 "plain";
    "CHOIR" 2 "MUSIC" "CDs & Vinyl" "Harbor Choir Sings {}" ["Carols|Shanties|Psalms"] "852349" "US" "140x125x10" 110 1199 "plain";
    "DOCU" 2 "VIDEO" "Movies & TV" "Tides: a Film about {} (Blu-ray)" ["Estuaries|Reefs|Fjords"] "852349" "US" "172x136x14" 120 1999 "region=1";
    "SERIES" 2 "DVD" "Movies & TV" "The Ferrymen, Season {} (DVD)" ["1|2|3|4"] "852349" "US" "190x136x15" 160 2499 "region=ALL";
    "TEXTBOOK" 2 "BOOK" "Books > Education" "Cargo and Tariff: a Workbook, Level {}" ["A|B|C"] "490199" "US" "280x215x20" 870 3999 "";
    // Tin Gear: toys and baby goods.
    "TRAIN" 3 "OTHER" "Toys & Games > Vehicles" "Tin Gear Wind-Up Train {}" ["Red|Green|Blue|Black|Gold|Silver"] "950300" "CN" "240x90x80" 420 2490 "plain";
    "PUZZLE" 3 "OTHER" "Toys & Games > Puzzles" "Tin Gear Wooden Puzzle {}" ["Farm|Harbor|Forest|City|Space|Garden|Island|Castle|Railway"] "950300" "VN" "300x220x35" 610 1690 "plain";
    "BLOCKS" 3 "OTHER" "Toys & Games > Building" "Tin Gear Stacking Blocks {}" ["24 Pieces|48 Pieces|96 Pieces"] "950300" "CN" "320x240x120" 1400 2890 "plain";
    "ROBOT" 3 "OTHER" "Toys & Games > Electronic" "Tin Gear Walking Robot {}" ["Silver|Red|Blue"] "950300" "CN" "200x120x110" 480 3290 "battery=PACKED_WITH_EQUIPMENT/alkaline/0/0";
    "DRONE" 3 "OTHER" "Toys & Games > Remote Control" "Tin Gear Mini Quadcopter {}" ["Black|White"] "880622" "CN" "180x150x70" 260 4990 "un=UN3481 battery=CONTAINED_IN_EQUIPMENT/lithium_polymer/3700/0";
    "WALKER" 3 "OTHER" "Baby Products > Activity" "Tin Gear Baby Walker with Wheels {}" ["Gray|Mint"] "950300" "CN" "440x340x190" 3900 6990 "family=BABY";
    "CARSEAT" 3 "OTHER" "Baby Products > Travel" "Tin Gear Infant Car Seat {}" ["Black"] "940180" "CN" "440x350x200" 4300 11900 "";
    "FEEDER" 3 "OTHER" "Baby Products > Feeding" "Tin Gear Self-Feeding Bottle Prop {}" ["Bear|Duck"] "392490" "CN" "150x120x60" 130 1290 "family=BABY";
    "DARTGUN" 3 "OTHER" "Toys & Games > Blasters" "Tin Gear Replica Toy Pistol {}" ["Black|Chrome"] "950300" "CN" "260x180x50" 390 1990 "family=WEAPON";
    "CARDS" 3 "OTHER" "Toys & Games > Card Games" "Tin Gear Family Card Game {}" ["Herons|Ferries|Foxes"] "950490" "CN" "120x90x30" 160 1190 "plain";
    "SEESAW" 3 "OTHER" "Toys & Games > Outdoor" "Tin Gear Backyard Seesaw {}" ["Steel"] "950699" "CN" "1900x500x400" 24000 15900 "";
    // Amperlane: electronics.
    "CABLE" 4 "OTHER" "Electronics > Cables" "Amperlane Braided USB-C Cable {}" ["1 m|2 m|3 m|1 m White|2 m White|3 m White|0.3 m|5 m"] "854442" "CN" "150x90x25" 70 1190 "plain";
    "HUB" 4 "OTHER" "Electronics > Accessories" "Amperlane Seven-Port Hub {}" ["Gray|Black"] "847330" "CN" "180x120x45" 310 3990 "plain";
    "STAND" 4 "OTHER" "Electronics > Accessories" "Amperlane Aluminium Tablet Stand {}" ["Silver|Gray|Rose"] "761699" "CN" "250x200x40" 690 3490 "plain";
    "SPEAKER" 4 "OTHER" "Electronics > Audio" "Amperlane Pocket Speaker {}" ["Black|Blue|Sand"] "851822" "CN" "120x120x90" 380 4490 "un=UN3481 battery=CONTAINED_IN_EQUIPMENT/lithium_ion/9250/0";
    "WATCH" 4 "OTHER" "Electronics > Wearables" "Amperlane Activity Watch {}" ["Black|Silver"] "851762" "CN" "130x90x60" 160 8990 "un=UN3481 battery=CONTAINED_IN_EQUIPMENT/lithium_polymer/1110/0";
    "POWERBANK" 4 "OTHER" "Electronics > Power" "Amperlane Power Bank {}" ["5000|10000|20000"] "850760" "CN" "160x90x40" 330 3990 "un=UN3480 battery=BATTERIES_ONLY/lithium_ion/37000/0";
    "BIGPACK" 4 "OTHER" "Electronics > Power" "Amperlane Camping Power Station {}" ["300 Wh|500 Wh"] "850760" "CN" "320x240x190" 6200 29900 "un=UN3481 battery=CONTAINED_IN_EQUIPMENT/lithium_ion/296000/0";
    "COINCELL" 4 "OTHER" "Electronics > Batteries" "Amperlane Lithium Coin Cells Pack of 10 {}" ["CR2032|CR2025"] "850650" "JP" "120x90x10" 60 990 "un=UN3090 battery=BATTERIES_ONLY/lithium_metal/0/110";
    "CALCULATOR" 4 "OTHER" "Electronics > Office" "Amperlane Desk Calculator {}" ["Gray"] "847029" "CN" "190x140x40" 240 1990 "un=UN3091 battery=CONTAINED_IN_EQUIPMENT/lithium_metal/0/110";
    "UNKNOWNCELL" 4 "OTHER" "Electronics > Lighting" "Amperlane Rechargeable Reading Light {}" ["White|Black"] "851310" "CN" "150x90x50" 120 2290 "battery=UNSPECIFIED/lithium_ion/0/0";
    "SPYCAM" 4 "OTHER" "Electronics > Surveillance" "Amperlane Hidden Camera Clock {}" ["Black"] "852589" "CN" "150x120x60" 290 6990 "family=SURVEILLANCE";
    "BUG" 4 "OTHER" "Electronics > Audio" "Amperlane Covert Listening Device {}" ["Mini"] "851981" "CN" "90x60x20" 40 4990 "";
    "CRYPTO" 4 "OTHER" "Electronics > Security" "Amperlane Hardware Encrypted Drive {}" ["256 GB|512 GB"] "852351" "TW" "110x70x20" 95 15900 "family=CRYPTO";
    "POINTER" 4 "OTHER" "Electronics > Office" "Amperlane Green Laser Pointer {}" ["5 mW"] "901320" "CN" "170x60x30" 80 2490 "family=LASER_POINTER";
    "CAMERA" 4 "OTHER" "Electronics > Photo" "Amperlane Field Camera Body {}" ["Mark I|Mark II"] "852589" "JP" "190x160x130" 1150 189900 "scarce";
    // Ridgetrail: outdoor goods, weapons among them.
    "TENTPEG" 5 "OTHER" "Sports & Outdoors > Camping" "Ridgetrail Tent Pegs Set of 12 {}" ["Steel|Aluminium|Titanium"] "732690" "CN" "250x110x60" 720 1890 "plain";
    "BOTTLE" 5 "OTHER" "Sports & Outdoors > Hydration" "Ridgetrail Insulated Bottle {}" ["Moss|Slate|Copper|White|Black|Sky|Rust"] "961700" "CN" "280x90x90" 410 2790 "plain";
    "PACK" 5 "OTHER" "Sports & Outdoors > Packs" "Ridgetrail Day Pack 22 l {}" ["Moss|Slate|Rust"] "420292" "VN" "400x300x90" 780 6490 "plain";
    "HAMMOCK" 5 "OTHER" "Sports & Outdoors > Camping" "Ridgetrail Travel Hammock {}" ["Green|Blue"] "630690" "VN" "250x150x120" 690 4990 "plain";
    "SCOPE" 5 "OTHER" "Sports & Outdoors > Optics" "Ridgetrail Rifle Scope {}" ["3-9x40|4-12x50"] "901310" "CN" "380x110x100" 720 13900 "family=WEAPON_PART";
    "HOLSTER" 5 "OTHER" "Sports & Outdoors > Accessories" "Ridgetrail Leather Gun Holster {}" ["Left|Right"] "420500" "US" "240x150x60" 310 4490 "";
    "PELLETS" 5 "OTHER" "Sports & Outdoors > Airsoft" "Ridgetrail Airsoft BB Pellets {}" ["0.20 g|0.25 g"] "930690" "TW" "120x90x90" 1050 1590 "family=WEAPON_PART";
    "SPRAY" 5 "OTHER" "Sports & Outdoors > Safety" "Ridgetrail Bear Deterrent Pepper Spray {}" ["225 g"] "930400" "US" "230x70x70" 390 4490 "un=UN1950 reg=transportation";
    "CAST" 5 "OTHER" "Sports & Outdoors > Fishing" "Ridgetrail Folding Fishing Rod {}" ["1.8 m|2.1 m"] "950710" "CN" "440x90x60" 460 3990 "plain";
    "KAYAK" 5 "OTHER" "Sports & Outdoors > Water" "Ridgetrail Two-Seat Kayak {}" ["Yellow"] "890399" "US" "3200x850x400" 38000 79900 "";
    // Verdantly: garden and pets.
    "TROWEL" 6 "OTHER" "Patio, Lawn & Garden > Tools" "Verdantly Hand Trowel {}" ["Ash|Beech|Steel"] "820110" "CN" "330x90x50" 320 1790 "plain";
    "GLOVES" 6 "OTHER" "Patio, Lawn & Garden > Wear" "Verdantly Garden Gloves {}" ["S|M|L|XL|S Blue|M Blue|L Blue"] "611610" "CN" "250x130x30" 150 1290 "plain";
    "POT" 6 "OTHER" "Patio, Lawn & Garden > Pots" "Verdantly Glazed Planter {}" ["Teal|Cream|Coral"] "691490" "CN" "240x240x200" 2100 2990 "plain";
    "SEEDS" 6 "OTHER" "Patio, Lawn & Garden > Plants" "Verdantly Wildflower Seeds {}" ["Meadow|Shade|Coast"] "120991" "US" "140x90x10" 45 599 "family=PLANT";
    "SOIL" 6 "OTHER" "Patio, Lawn & Garden > Soil" "Verdantly Potting Soil 4 l {}" ["Universal"] "310100" "US" "350x250x90" 2600 1490 "";
    "WEEDKILLER" 6 "OTHER" "Patio, Lawn & Garden > Chemicals" "Verdantly Weed Killer Concentrate {}" ["500 ml"] "380893" "US" "220x90x70" 640 1990 "family=CHEMICAL reg=ghs";
    "FERTILIZER" 6 "OTHER" "Patio, Lawn & Garden > Chemicals" "Verdantly Ammonium Nitrate Lawn Chemical {}" ["2 kg"] "310230" "US" "280x190x90" 2150 1890 "";
    "PETBED" 6 "OTHER" "Pet Supplies > Beds" "Verdantly Pet Bed {}" ["Small|Medium"] "940490" "CN" "440x350x190" 1250 4490 "plain";
    "LEASH" 6 "OTHER" "Pet Supplies > Leashes" "Verdantly Rope Leash {}" ["Red|Blue|Black"] "420100" "CN" "200x120x50" 240 1690 "plain";
    "PETFOOD" 6 "OTHER" "Pet Supplies > Food" "Verdantly Grain-Free Dog Food {}" ["2 kg"] "230910" "US" "350x240x90" 2100 2490 "family=FOOD";
    "FURTOY" 6 "OTHER" "Pet Supplies > Toys" "Verdantly Rabbit Fur Cat Toy {}" ["Mouse|Bird"] "430310" "CN" "120x90x40" 40 899 "family=ANIMAL";
    "IVORY" 6 "OTHER" "Collectibles" "Verdantly Antique Bone and Horn Comb {}" ["Small"] "960190" "US" "160x60x15" 60 5990 "";
    // Silkmoth: clothing, plain throughout.
    "TEE" 7 "OTHER" "Clothing > Shirts" "Silkmoth Cotton T-Shirt {}" ["White S|White M|White L|Black S|Black M|Black L|Indigo S|Indigo M|Indigo L|Rust S|Rust M|Rust L|Moss M|Moss L"] "610910" "BD" "280x220x25" 190 1990 "plain";
    "SCARF" 7 "OTHER" "Clothing > Accessories" "Silkmoth Wool Scarf {}" ["Gray|Camel|Navy|Rust|Moss|Cream"] "621420" "IT" "300x200x40" 220 3990 "plain";
    "SOCKS" 7 "OTHER" "Clothing > Socks" "Silkmoth Socks Pack of 3 {}" ["36-39|40-43|44-47"] "611595" "TR" "220x120x40" 170 1490 "plain";
    "DRESS" 7 "OTHER" "Clothing > Dresses" "Silkmoth Linen Dress {}" ["S|M|L|S Rust|M Rust|L Rust"] "620442" "IN" "340x260x40" 390 6990 "plain";
    "BELT" 7 "OTHER" "Clothing > Accessories" "Silkmoth Leather Belt {}" ["85 cm|95 cm|105 cm"] "420330" "IT" "140x140x50" 250 3490 "plain";
    "JACKET" 7 "OTHER" "Clothing > Outerwear" "Silkmoth Rain Jacket {}" ["S|M|L"] "620240" "VN" "380x300x80" 690 9990 "plain deep";
    // Hearthstow: pantry, health, care.
    "SOAP" 8 "OTHER" "Beauty > Bath" "Hearthstow Bar Soap Set {}" ["Cedar|Rose|Oat|Mint|Citrus|Lavender"] "340111" "US" "180x120x40" 420 1590 "plain";
    "BRUSH" 8 "OTHER" "Beauty > Tools" "Hearthstow Wooden Hairbrush {}" ["Paddle|Round|Travel"] "960329" "DE" "240x80x50" 160 1890 "plain";
    "PERFUME" 8 "OTHER" "Beauty > Fragrance" "Hearthstow Eau de Parfum {}" ["Cedar|Rose"] "330300" "FR" "130x90x60" 290 5990 "un=UN1266 reg=transportation";
    "VITAMIN" 8 "OTHER" "Health > Supplements" "Hearthstow Vitamin D Supplement Capsules {}" ["60|120"] "210690" "US" "120x65x65" 120 1790 "family=FOOD";
    "PAINRELIEF" 8 "OTHER" "Health > Medicine" "Hearthstow Ibuprofen Tablets {}" ["50"] "300490" "US" "90x60x40" 50 890 "";
    "TEA" 8 "OTHER" "Grocery > Tea" "Hearthstow Breakfast Tea {}" ["Loose|Bags"] "090230" "LK" "150x100x80" 260 1290 "family=FOOD";
    "WINE" 8 "OTHER" "Grocery > Wine" "Hearthstow Red Wine {}" ["Bottle"] "220421" "US" "330x90x90" 1350 1990 "family=ALCOHOL";
    "BITTERS" 8 "OTHER" "Grocery > Spirits" "Hearthstow Bourbon Whiskey Miniature {}" ["50 ml"] "220830" "US" "130x50x50" 140 1290 "";
    "MONITOR" 8 "OTHER" "Health > Devices" "Hearthstow Blood Pressure Monitor {}" ["Arm|Wrist"] "901890" "CN" "180x140x110" 540 4990 "family=MEDICAL_DEVICE";
    "PIPE" 8 "OTHER" "Health > Novelty" "Hearthstow Glass Smoking Pipe {}" ["Blue"] "961400" "US" "160x70x60" 160 2490 "family=DRUG_PARAPHERNALIA";
    "MASSAGER" 8 "OTHER" "Health > Adult" "Hearthstow Adult Personal Massager {}" ["Small"] "901910" "CN" "210x90x60" 240 3990 "family=ADULT";
    "MOTOROIL" 8 "OTHER" "Automotive > Oil" "Hearthstow Reclaimed Used Motor Oil {}" ["1 l"] "271091" "US" "230x120x80" 950 1290 "oil";
    "LIGHTER" 8 "OTHER" "Health > Novelty" "Hearthstow Butane Lighter {}" ["Steel"] "961320" "CN" "100x50x20" 70 1290 "un=UN1057 reg=transportation";
    // Quitter & Sons leaves the programme; gambling and imitation money are with them and with Tin Gear.
    "SLOT" 3 "OTHER" "Toys & Games > Casino" "Tin Gear Casino Poker Chip and Roulette Set {}" ["200|500"] "950440" "CN" "400x220x70" 3900 5990 "family=GAMBLING";
    "PLAYMONEY" 3 "OTHER" "Toys & Games > Pretend" "Tin Gear Prop Replica Banknotes {}" ["100 Bills"] "490700" "CN" "180x90x20" 130 1190 "family=IMITATION_CURRENCY";
    "JOKE" 9 "OTHER" "Toys & Games > Novelty" "Quitter Whoopee Cushion {}" ["Pink|Green"] "950590" "CN" "160x120x20" 60 799 "";
    "CREAM" 10 "OTHER" "Home & Kitchen > Drinkware" "Albion Stoneware Jug {}" ["White|Blue"] "691200" "GB" "160x140x140" 720 2190 "";
    // Listed in mid-month, out of stock, nearly out of stock.
    "LATE" 1 "OTHER" "Home & Kitchen > Decor" "Northpine Paper Lantern {}" ["Moon|Star|Fish"] "482390" "CN" "260x200x30" 140 1290 "late";
    "EMPTY" 7 "OTHER" "Clothing > Hats" "Silkmoth Straw Hat {}" ["S|M"] "650400" "CN" "330x300x130" 210 2990 "empty";
    "SCARCE" 7 "OTHER" "Clothing > Hats" "Silkmoth Felt Hat {}" ["S|M"] "650500" "CN" "330x300x130" 240 4490 "scarce";
}

/// Centers of the sample's stock.
const CENTERS: [&str; 12] =
    ["EWR4", "LEX1", "ONT8", "PHX7", "DFW7", "MDW6", "MIA1", "BFI4", "CVG3", "RNO4", "BNA3", "IND5"];

/// All rows of the catalogue.
pub(crate) fn items(chance: Chance) -> Vec<Item> {
    let variants = |kind: &'static Kind| {
        let names = kind.variants.split('|').enumerate();
        names.map(move |(n, variant)| item(chance, kind, n, variant))
    };
    KINDS.iter().flat_map(variants).collect()
}

fn item(chance: Chance, kind: &'static Kind, n: usize, variant: &str) -> Item {
    let sku = format!("{}-{:02}", kind.key, n + 1);
    let asin = if kind.group == "BOOK" {
        isbn(chance, &sku)
    } else {
        format!("B0S{}", code(chance, "asin", &sku, 7))
    };
    let fnsku =
        if kind.group == "OTHER" { format!("X0{}", code(chance, "fnsku", &sku, 8)) } else { asin.clone() };
    Item {
        key: kind.key,
        seller: kind.seller,
        title: kind.title.replace("{}", variant),
        cents: kind.cents + kind.cents * i64::try_from(n).unwrap_or(0) / 20,
        stock: stock(chance, kind, &sku),
        listed_at: if kind.has("late") { "2026-10-12T08:00:00Z" } else { "" },
        asin,
        fnsku,
        sku,
        kind,
    }
}

fn stock(chance: Chance, kind: &Kind, sku: &str) -> String {
    if kind.has("empty") {
        return String::new();
    }
    if kind.has("scarce") {
        return "LEX1:3".to_owned();
    }
    if kind.has("deep") {
        return "LEX1:240|ONT8:200".to_owned();
    }
    let first = chance.below(12, "center", sku) as usize;
    let count = 1 + chance.below(3, "centers", sku) as usize;
    let held = |n: usize| {
        let units = 15 + chance.below(90, "units", &format!("{sku}/{n}"));
        format!("{}:{units}", CENTERS[(first + n * 5) % CENTERS.len()])
    };
    (0..count).map(held).collect::<Vec<_>>().join("|")
}

fn code(chance: Chance, what: &str, sku: &str, length: u32) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = chance.bits(what, sku);
    (0..length).map(|n| char::from(ALPHABET[(bits >> (n * 5)) as usize % 32])).collect()
}

/// An ISBN-10 of a group that is not assigned to any publisher (99999), with its check digit.
fn isbn(chance: Chance, sku: &str) -> String {
    let body = format!("99999{:04}", chance.below(10_000, "isbn", sku));
    let sum: u32 =
        body.bytes().zip((2..=10).rev()).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    match (11 - sum % 11) % 11 {
        10 => format!("{body}X"),
        check => format!("{body}{check}"),
    }
}
