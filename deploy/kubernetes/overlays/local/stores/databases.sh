#!/bin/sh
# A database and a role for each service, once. Where the server trusts its network, roles need no password.
set -eu
export PGHOST=postgres PGUSER=postgres PGDATABASE=postgres
until pg_isready --quiet; do sleep 1; done
for service in enrollment eligibility fulfillment customs returns; do
  psql --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --set=service="$service" <<'SQL'
SELECT format('CREATE ROLE %I LOGIN', :'service')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'service') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'service', :'service')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'service') \gexec
SELECT format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', :'service') \gexec
SQL
  echo "database $service is there"
done
