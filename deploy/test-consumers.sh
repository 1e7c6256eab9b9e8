#!/usr/bin/env bash
# Proves docs/consumers.md: starts the system, lets it play some orders, gives the page's own commands, and kills and
# repeats its clients. A toolchain that is missing is skipped, loudly. FBA_BIN names a folder of built programs.
. "$(dirname "$0")/common.sh"
guide=$PWD/docs/consumers.md
work=$cache/consumers
orders=100

failures=0
skipped=0
say() { echo "consumers: $*"; }
skip() { say "SKIPPED: $*"; skipped=$((skipped + 1)); }
have() { command -v "$1" >/dev/null; }

# Says whether something holds: `holds TEXT COMMAND...`. What a command that does not hold says is shown.
holds() {
  local text=$1 said
  shift
  if said=$("$@" 2>&1); then
    say "holds  $text"
  else
    say "FAILS  $text"
    head -n 30 <<<"$said" | sed 's/^/    /'
    failures=$((failures + 1))
  fi
}

equal() { [ "$1" = "$2" ] || { echo "found < and expected >:"; diff <(echo "$1") <(echo "$2"); return 1; }; }
has() { [[ "$1" == *"$2"* ]] || { echo "expected somewhere: $2"; echo "found: $1"; return 1; }; }
between() { [ "$1" -ge "$2" ] && [ "$1" -le "$3" ] || { echo "$1 is not between $2 and $3"; return 1; }; }

# A command block of the guide: `block HEADING NUMBER`.
block() {
  local text
  text=$(awk -v heading="$1" -v wanted="$2" '
    /^#+ / { inside = 0; sub(/^#+ /, ""); here = ($0 == heading); next }
    here && /^```sh$/ { inside = (++count == wanted); next }
    /^```/ { inside = 0 }
    inside' "$guide")
  [ -n "$text" ] || { say "the guide has no block $2 under $1" >&2; exit 1; }
  echo "$text"
}

# ---- the code that is shown is the code that runs -----------------------------------------------------------------------

# Every block of Python or Go stands, as it is, in the file that was last linked before it.
shown_code_is_run_code() {
  local line link='\]\((consumers/[^)]*\.(py|go))\)' source='' excerpt='' inside='' count=0
  while IFS= read -r line; do
    if [ -n "$inside" ] && [ "$line" = '```' ]; then
      inside=''
      count=$((count + 1))
      [[ "$(<"docs/$source")" == *"$excerpt"* ]] || { echo "not in docs/$source:"; echo "$excerpt"; return 1; }
    elif [ -n "$inside" ]; then
      excerpt+=$line$'\n'
    elif [[ "$line" =~ ^\`\`\`(python|go)$ ]]; then
      inside=yes excerpt=''
    elif [[ "$line" =~ $link ]]; then
      source=${BASH_REMATCH[1]}
    fi
  done <"$guide"
  [ "$count" -gt 0 ]
}

links_lead_somewhere() {
  local target
  while read -r target; do
    [ -e "docs/$target" ] || { echo "$target is not there"; return 1; }
  done < <(grep -o '](\([a-z][^)]*\))' "$guide" | tr -d '()]')
}

# ---- the system ---------------------------------------------------------------------------------------------------------

system=''
run=''
stop() {
  [ -z "$system" ] || { kill -CONT "$system" && kill -TERM "$system" && wait "$system"; } 2>/dev/null || true
  [ -z "$run" ] || rm -rf "$run"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

start_system() {
  mkdir "$run/out"
  # It stays up after the table only where its input is a terminal: a new one is.
  "$bin/standalone" run --order-limit "$orders" --out "$run/out" </dev/ptmx >"$run/log" 2>&1 &
  system=$!
}

# Takes addresses and prefix from the line that it prints for people.
await_system() {
  local second
  for ((second = 0; second < 1200; second++)); do
    if grep -q '^The services stay up' "$run/log"; then
      eval "$(sed -n 's/^ *export /export /p' "$run/log")"
      return
    fi
    kill -0 "$system" 2>/dev/null || break
    sleep 1
  done
  tail -n 20 "$run/log"
  say "the system did not come up" >&2
  exit 1
}

# ---- asking -------------------------------------------------------------------------------------------------------------

sample=(A1NORTHPINE01,MUG-01,DE A3TINGEAR0003,CARDS-03,NO)
verdicts='A1NORTHPINE01,MUG-01,DE yes
A3TINGEAR0003,CARDS-03,NO no SELLER_EXCLUDED_COUNTRY'

# Runs a command and shows what it said and how it ended.
ended() {
  local code=0
  "$@" || code=$?
  echo "exit $code"
}

ask_with_grpcurl() {
  local service=fbaexport.eligibility.v1.EligibilityService address=${FBA_ELIGIBILITY_URL#http://} answer line
  answer=$(eval "$(block "With grpcurl" 2)")
  holds "grpcurl: the guide's call is answered: one line may go" has "$answer" '"eligible": true'
  holds "grpcurl: the other may not, and the answer says why" has "$answer" '"code": "SELLER_EXCLUDED_COUNTRY"'
  holds "grpcurl: reflection answers without a token" has "$(grpcurl -plaintext "$address" list)" "$service"
  answer=$(ended grpcurl -plaintext -d '{}' "$address" "$service/CheckEligibility" 2>&1)
  holds "grpcurl: a call without a token is refused" has "$answer" 'Code: Unauthenticated'
  answer=$({
    echo '{"lines": ['
    for ((line = 1; line <= 2000; line++)); do echo '{},'; done
    echo '{}]}'
  } | ended grpcurl -plaintext -d @ -H "authorization: Bearer $(<"$FBA_TOKEN_FILE")" \
    "$address" "$service/CheckEligibility" 2>&1)
  holds "grpcurl: 2,001 lines in one call are refused" has "$answer" 'has 2001 lines; at most 2000'
}

# `ask_with NAME`: the client of a language.
ask_with() {
  local name=$1 command many
  eval "command=($(block "With $name" 2))"
  holds "$name: check says of each line whether it may go" equal "$(ended "${command[@]}")" "$verdicts"$'\nexit 1'
  command=("${command[@]:0:${#command[@]}-2}")
  holds "$name: check ends with 0 when all may go" \
    equal "$(ended "${command[@]}" "${sample[0]}")" 'A1NORTHPINE01,MUG-01,DE yes'$'\nexit 0'
  holds "$name: a role that may not ask is told which may" \
    has "$(FBA_TOKEN_FILE=$run/out/carrier.token ended "${command[@]}" "${sample[0]}" 2>&1)" \
    '(allowed: operator, service, storefront) (docs/errors/ROLE_NOT_ALLOWED.md)'$'\nexit 3'
  many=()
  while [ ${#many[@]} -lt 2001 ]; do many+=("${sample[0]}"); done
  holds "$name: 2,001 lines are asked for in two calls" equal "$(ended "${command[@]}" "${many[@]}" | sort | uniq -c)" \
    "$(printf '%7d %s\n' 2001 "${sample[0]} yes" 1 "exit 0" )"
  # The service stands still for longer than the deadline of one attempt.
  local stopped=$run/$name.stopped
  kill -STOP "$system"
  ended "${command[@]}" "${sample[0]}" >"$stopped" 2>&1 &
  local asking=$!
  sleep 7
  kill -CONT "$system"
  wait $asking
  holds "$name: a call that had no answer in time is made again" has "$(<"$stopped")" ': attempt 2 in '
  holds "$name: and is answered then" has "$(<"$stopped")" 'A1NORTHPINE01,MUG-01,DE yes'$'\nexit 0'
}

# ---- listening ----------------------------------------------------------------------------------------------------------

# What fulfillment's own books say: events published for orders, orders accepted and their value.
books() {
  if [ -n "$with_python" ]; then
    FBA_TOKEN_FILE=$run/out/token "$work/python/bin/python" docs/consumers/test/books.py
    return
  fi
  grpcurl -plaintext -max-msg-sz 16777216 -H "authorization: Bearer $(<"$run/out/token")" \
    "${FBA_FULFILLMENT_URL#http://}" fbaexport.ops.v1.AuditService/StreamFacts |
    awk '/"kind":/ { order = /"order"/ }
      order && /"version":/ { gsub(/[^0-9]/, ""); events += $0 }
      order && /"amount_due":/ { due = 1 }
      due && /"minorUnits":/ { gsub(/[^0-9]/, ""); if ($0 > 0) { accepted++; value += $0 }; due = 0 }
      END { print events + 0, accepted + 0, value + 0 }'
}

totals() { grep '^total ' "$1" | sort; }
sum_of() { awk '/^total / { orders += $4; value += $5 } END { print orders + 0, value + 0 }' "$1"; }
number_of() { grep -c "^$1 " "$2" || true; }

# Lets a client run until its 250th line is read, and kills it: it cannot end before, because nobody reads what it says after,
# and a pipe holds 64 KiB. What the pipe holds is read when the client is dead.
killed_midway() {
  local said=$1 client line count
  shift
  mkfifo "$said.pipe"
  "$@" >"$said.pipe" &
  client=$!
  {
    for ((count = 0; count < 250; count++)); do IFS= read -r line && echo "$line"; done
    kill -KILL $client
    wait $client || true
    cat
  } <"$said.pipe" >"$said"
}

# `listen_with NAME NUMBER_OF_ITS_BLOCK`: killed midway, started again.
listen_with() {
  local name=$1 command first=$run/$1.killed second=$run/$1.resumed
  eval "command=($(block "Count each event once" "$2"))"
  killed_midway "$first" "${command[@]}" 2>/dev/null
  holds "$name: follow was killed midway, after $(number_of taken "$first") of $events events" \
    between "$(number_of taken "$first")" 250 $((events - 1))
  "${command[@]}" >"$second"
  # One may be stored and not said when the kill comes between the two.
  holds "$name: started again, it took the rest ($(number_of repeat "$second") came twice)" \
    between $(($(number_of taken "$first") + $(number_of taken "$second"))) $((events - 1)) "$events"
  holds "$name: no event was taken twice" equal "$(cat "$first" "$second" | grep '^taken ' | sort | uniq -d)" ''
  holds "$name: the totals are those of fulfillment's own books: ${accepted/ / orders, } cents" \
    equal "$(sum_of "$second")" "$accepted"
}

# `repeat_with NAME NUMBER_OF_ITS_BLOCK`: the whole topic again, and odd records at its end.
repeat_with() {
  local name=$1 command again=$run/$1.again
  eval "command=($(block "Count each event once" "$2"))"
  "${command[@]}" --group "example.again.$name" >"$again"
  holds "$name: with its offsets lost it saw the topic again, and took nothing twice" \
    equal "$(number_of taken "$again") $(number_of repeat "$again")" "0 $((events + odd_repeats))"
  holds "$name: the totals are what they were" equal "$(totals "$again")" "$(totals "$run/$name.resumed")"
  [ "$odd_repeats" = 1 ] || return 0
  holds "$name: an event of a later version was skipped" equal "$(number_of unknown "$again")" 1
  holds "$name: two unreadable records were set aside" equal "$(number_of 'set aside' "$again")" 2
}

sequences_without_gaps() {
  "$work/python/bin/python" - "$run/out/totals.sqlite" "$events" <<'PYTHON'
import sqlite3, sys
state = sqlite3.connect(sys.argv[1])
seen, = state.execute("SELECT count(*) FROM seen").fetchone()
gaps = state.execute("SELECT subject FROM seen GROUP BY subject HAVING count(*) != max(sequence)").fetchall()
sys.exit(f"{seen} marks, gaps in {gaps}" if gaps or str(seen) != sys.argv[2] else 0)
PYTHON
}

# ---- all together -------------------------------------------------------------------------------------------------------

[ -n "${FBA_BIN:-}" ] || cargo build --workspace --bins
bin=$(cd "${FBA_BIN:-$built}" && pwd)
export PATH=$work/bin:$bin:$PATH
mkdir -p "$work"

holds "the guide shows code as it stands in the clients" shown_code_is_run_code
holds "the guide's links lead somewhere" links_lead_somewhere

run=$(mktemp -d)
start_system
say "the system plays $orders orders meanwhile"

# Where the guide's commands are given: it looks like the root, and out/ is this run's.
ln -s "$PWD/docs" "$PWD/proto" "$PWD/buf.yaml" "$run/"
cd "$run"

with_grpcurl='' with_python='' with_go=''
if have grpcurl; then
  with_grpcurl=yes
elif have go; then
  eval "$(block "With grpcurl" 1)"
  with_grpcurl=yes
else
  skip "grpcurl: neither it nor Go to build it is here"
fi
if have python3 && python3 -c 'import ensurepip, venv' 2>/dev/null; then
  eval "$(block "With Python" 1)"
  with_python=yes
else
  skip "the Python client, and the odd records: python3 with venv is not here"
fi
if have go && have buf; then
  rm -rf "$work/go"
  eval "$(block "With Go" 1)"
  with_go=yes
else
  skip "the Go client: go or buf is not here"
fi

await_system
eval "$(block "Get a token" 1)"
holds "the guide's command makes a token" [ -s "$FBA_TOKEN_FILE" ]
fbactl token make --key out/signing-key.pem --role carrier >out/carrier.token

[ -z "$with_grpcurl" ] || ask_with_grpcurl
[ -z "$with_python" ] || ask_with Python
[ -z "$with_go" ] || ask_with Go

# Who follows no topic has nothing to compare.
if [ -n "$with_python$with_go" ]; then
  export FBA_KAFKA_EXTRA=client.id=example # what a cluster's TLS settings are given by; any setting shows that it is read
  read -r events accepted < <(books)
  [ -z "$with_python" ] || listen_with Python 1
  [ -z "$with_python" ] || holds "Python: the events of each order are numbered from 1 without gaps" sequences_without_gaps
  [ -z "$with_go" ] || listen_with Go 2
  odd_repeats=0
  if [ -n "$with_python" ]; then
    "$work/python/bin/python" docs/consumers/test/odd_records.py
    odd_repeats=1
  fi
  [ -z "$with_python" ] || repeat_with Python 1
  [ -z "$with_go" ] || repeat_with Go 2
  [ -z "$with_python" ] || [ -z "$with_go" ] ||
    holds "Python and Go came to the same totals" equal "$(totals "$run/Go.again")" "$(totals "$run/Python.again")"
fi

say "$failures do not hold, $skipped skipped"
[ "$failures" = 0 ]
