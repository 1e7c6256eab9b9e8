//! The commercial invoice from its model to sheets.

use super::fonts::Fonts;
use super::goods::{Column, Pen, table};
use super::parts;
use super::sheet::{Sheet, Style};
use super::text::forms;
use crate::domain::invoice::{Invoice, InvoiceLine};

/// Height that totals, statements and signature need together: they are never torn apart.
const CLOSING: f32 = 176.0;
/// Space before a table.
const SPACE: f32 = 8.0;

/// Lays the invoice out on as many sheets as it needs.
pub(super) fn lay_out(fonts: &Fonts, model: &Invoice) -> Vec<Sheet> {
    let continued = |sheet: &mut Sheet| parts::continued(fonts, model, sheet);
    let mut pen = Pen { fonts, sheets: Vec::new(), y: 0.0, continued: &continued };
    parts::title(&mut pen, model);
    parts::parties(&mut pen, model);
    parts::details(&mut pen, model);
    let rows: Vec<_> =
        model.lines.iter().enumerate().map(|(index, line)| goods_row(fonts, index, line)).collect();
    table(&mut pen, &goods_columns(), &rows);
    pen.room(CLOSING);
    parts::totals(&mut pen, model);
    parts::declaration(&mut pen, model);
    packages(&mut pen, model);
    let mut sheets = pen.sheets;
    let pages = sheets.len();
    for (index, sheet) in sheets.iter_mut().enumerate() {
        parts::footer(fonts, model, sheet, index + 1, pages);
    }
    sheets
}

fn goods_columns() -> [Column; 8] {
    [
        Column::left("NO.", 24.0),
        Column::left("DESCRIPTION OF GOODS", 206.0),
        Column::left("HS CODE", 58.0),
        Column::left("ORIGIN", 46.0),
        Column::right("QUANTITY", 50.0),
        Column::right("UNIT VALUE", 52.0),
        Column::right("TOTAL USD", 52.0),
        Column::right("NET KG", 40.0),
    ]
}

fn goods_row(fonts: &Fonts, index: usize, line: &InvoiceLine) -> Vec<Vec<String>> {
    let origin = line.origin.map_or("not known".to_owned(), |country| country.to_string());
    let weight = line
        .net_weight
        .map_or("not known".to_owned(), |weight| weight.to_kg_decimal().normalize().to_string());
    vec![
        vec![(index + 1).to_string()],
        forms(fonts, &line.description),
        vec![line.hs_code.to_string()],
        vec![origin],
        vec![format!("{} pcs", line.quantity)],
        vec![parts::digits(line.unit_value)],
        vec![parts::digits(line.total)],
        vec![weight],
    ]
}

/// The list of packages; one package is described above already, except for its sides.
fn packages(pen: &mut Pen<'_>, model: &Invoice) {
    let columns = [
        Column::left("PACKAGE", 60.0),
        Column::left("AIR WAYBILL / TRACKING", 200.0),
        Column::right("GROSS KG", 90.0),
        Column::right("LENGTH X WIDTH X HEIGHT", 178.0),
    ];
    let rows: Vec<Vec<Vec<String>>> = model
        .packages
        .iter()
        .enumerate()
        .map(|(index, package)| {
            vec![
                vec![format!("{} of {}", index + 1, model.packages.len())],
                vec![package.tracking_number.to_string()],
                vec![package.gross_weight.to_kg_decimal().normalize().to_string()],
                vec![package.dimensions.clone()],
            ]
        })
        .collect();
    pen.y += SPACE;
    pen.room(Style::HEAD.leading * 5.0);
    table(pen, &columns, &rows);
}
