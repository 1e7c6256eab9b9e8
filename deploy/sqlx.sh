#!/usr/bin/env bash
# `make sqlx`: writes crates/*/.sqlx anew. Each crate with a sqlx.toml gets an empty database with its migrations; then
# one compilation lets sqlx's macros ask those databases and write down what they answered.
. "$(dirname "$0")/common.sh"

if [ -z "${FBA_POSTGRES_URL:-}" ]; then
  cargo build --workspace --bin backing
  exec "$built/backing" --postgres-only -- "$0"
fi

# The macros of each crate write into a folder of their own here; see sqlx-rustc.sh.
export FBA_SQLX_OUT
FBA_SQLX_OUT=$(mktemp -d)
databases=()

finish() {
  for database in "${databases[@]}"; do psql -qX "$FBA_POSTGRES_URL" -c "DROP DATABASE $database WITH (FORCE)"; done
  rm -rf "$FBA_SQLX_OUT"
}
trap finish EXIT

# A value of a crate's sqlx.toml: value CRATE KEY
value() { sed -n "s/^$2 *= *\(.*\)/\1/p" "crates/$1/sqlx.toml" | tr -d '[]",'; }

make_database() {
  local crate=$1 database=sqlx_$1_$$ url schema migration
  url=${FBA_POSTGRES_URL%/*}/$database
  psql -qX "$FBA_POSTGRES_URL" -c "CREATE DATABASE $database"
  databases+=("$database")
  # What sqlx does before the migrations of a crate that shares the database of its service.
  for schema in $(value "$crate" create-schemas); do psql -qX "$url" -c "CREATE SCHEMA $schema"; done
  for migration in "crates/$crate"/migrations/*.sql; do psql -qX -v ON_ERROR_STOP=1 -1 -f "$migration" "$url"; done
  export "$(value "$crate" database-url-var)=$url"
  mkdir "$FBA_SQLX_OUT/$crate"
  # The macros speak when the crate is compiled, and cargo compiles what is newer than its last result.
  find "crates/$crate" -name '*.rs' -exec touch {} +
}

crates=()
for toml in crates/*/sqlx.toml; do crates+=("$(basename "$(dirname "$toml")")"); done
for crate in "${crates[@]}"; do make_database "$crate"; done

RUSTC_WORKSPACE_WRAPPER=$PWD/deploy/sqlx-rustc.sh cargo check --workspace --all-targets

for crate in "${crates[@]}"; do
  rm -rf "crates/$crate/.sqlx"
  cp -r "$FBA_SQLX_OUT/$crate" "crates/$crate/.sqlx"
  echo "sqlx: $crate: $(find "crates/$crate/.sqlx" -name '*.json' | wc -l) queries"
done
