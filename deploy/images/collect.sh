#!/bin/sh
# Puts the programs that become images into a folder, without what only a debugger needs.
#   collect.sh FROM TO
set -eu
mkdir -p "$2"
for program in enrollment eligibility fulfillment customs returns fbactl simulator; do
  strip -o "$2/$program" "$1/$program"
done
