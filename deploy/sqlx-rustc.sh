#!/bin/sh
# cargo calls this in place of rustc while `make sqlx` compiles: sqlx's macros write what a database answered into
# SQLX_OFFLINE_DIR, and each crate shall have its own.
SQLX_OFFLINE_DIR=$FBA_SQLX_OUT/$CARGO_PKG_NAME exec "$@"
