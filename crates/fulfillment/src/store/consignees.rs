//! Who receives an order: personal data, in a table of its own.

use std::collections::HashMap;

use kernel::{Address, AddressParts, OrderId, TaxId};
use sqlx::PgConnection;

use super::{decode, parsed};

/// Who receives an order.
#[derive(Debug, Clone)]
pub(crate) struct Consignee {
    /// Where it goes.
    pub(crate) ship_to: Address,
    /// Tax id, where one was given.
    pub(crate) tax_id: Option<TaxId>,
}

/// Stores the consignees of new orders.
///
/// # Errors
/// The database's.
pub(crate) async fn insert(
    db: &mut PgConnection,
    all: &[(OrderId, &Address, Option<&TaxId>)],
) -> sqlx::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let line = |address: &Address, index: usize| address.lines().get(index).cloned();
    let rows = all.iter();
    let ids: Vec<&str> = rows.clone().map(|(id, ..)| id.as_str()).collect();
    let names: Vec<&str> = rows.clone().map(|(_, to, _)| to.name()).collect();
    let first: Vec<Option<String>> = rows.clone().map(|(_, to, _)| line(to, 0)).collect();
    let second: Vec<Option<String>> = rows.clone().map(|(_, to, _)| line(to, 1)).collect();
    let third: Vec<Option<String>> = rows.clone().map(|(_, to, _)| line(to, 2)).collect();
    let cities: Vec<&str> = rows.clone().map(|(_, to, _)| to.city()).collect();
    let regions: Vec<&str> = rows.clone().map(|(_, to, _)| to.region()).collect();
    let codes: Vec<&str> = rows.clone().map(|(_, to, _)| to.postal_code()).collect();
    let countries: Vec<&str> = rows.clone().map(|(_, to, _)| to.country().as_str()).collect();
    let phones: Vec<&str> = rows.clone().map(|(_, to, _)| to.phone()).collect();
    let emails: Vec<&str> = rows.clone().map(|(_, to, _)| to.email()).collect();
    let tax_ids: Vec<Option<&str>> = rows.map(|(_, _, tax_id)| tax_id.map(TaxId::as_str)).collect();
    sqlx::query!(
        "INSERT INTO consignees (order_id, name, line_1, line_2, line_3, city, region, postal_code, country, phone,
                                 email, tax_id)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                              $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])",
        &ids as &[&str],
        &names as &[&str],
        &first as &[Option<String>],
        &second as &[Option<String>],
        &third as &[Option<String>],
        &cities as &[&str],
        &regions as &[&str],
        &codes as &[&str],
        &countries as &[&str],
        &phones as &[&str],
        &emails as &[&str],
        &tax_ids as &[Option<&str>],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The consignees of orders.
///
/// # Errors
/// The database's.
pub(crate) async fn load(
    db: &mut PgConnection,
    orders: &[OrderId],
) -> sqlx::Result<HashMap<OrderId, Consignee>> {
    let keys: Vec<&str> = orders.iter().map(OrderId::as_str).collect();
    let rows = sqlx::query!(
        "SELECT order_id, name, line_1, line_2, line_3, city, region, postal_code, country, phone, email, tax_id
         FROM consignees WHERE order_id = ANY($1)",
        &keys as &[&str]
    )
    .fetch_all(db)
    .await?;
    let mut consignees = HashMap::with_capacity(rows.len());
    for row in rows {
        let parts = AddressParts {
            name: row.name,
            lines: [Some(row.line_1), row.line_2, row.line_3].into_iter().flatten().collect(),
            city: row.city,
            region: row.region,
            postal_code: row.postal_code,
            country: parsed(&row.country)?,
            phone: row.phone,
            email: row.email,
        };
        let ship_to = Address::new(parts).map_err(decode)?;
        let tax_id = row.tax_id.as_deref().map(parsed).transpose()?;
        consignees.insert(parsed(&row.order_id)?, Consignee { ship_to, tax_id });
    }
    Ok(consignees)
}

/// Stores a tax id that was given later.
///
/// # Errors
/// The database's.
pub(crate) async fn set_tax_id(db: &mut PgConnection, order: OrderId, tax_id: &TaxId) -> sqlx::Result<()> {
    sqlx::query!("UPDATE consignees SET tax_id = $2 WHERE order_id = $1", order.as_str(), tax_id.as_str())
        .execute(db)
        .await?;
    Ok(())
}

/// Stores a corrected address.
///
/// # Errors
/// The database's.
pub(crate) async fn set_address(db: &mut PgConnection, order: OrderId, to: &Address) -> sqlx::Result<()> {
    let line = |index: usize| to.lines().get(index).map(String::as_str);
    sqlx::query!(
        "UPDATE consignees SET name = $2, line_1 = $3, line_2 = $4, line_3 = $5, city = $6, region = $7,
                               postal_code = $8, phone = $9, email = $10
         WHERE order_id = $1",
        order.as_str(),
        to.name(),
        line(0).unwrap_or_default(),
        line(1),
        line(2),
        to.city(),
        to.region(),
        to.postal_code(),
        to.phone(),
        to.email(),
    )
    .execute(db)
    .await?;
    Ok(())
}
