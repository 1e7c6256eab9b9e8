# What our images are called: `. deploy/images/names.sh`.
programs=(enrollment eligibility fulfillment customs returns fbactl simulator)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
revision=$(git rev-parse --short=12 HEAD)$(git diff --quiet HEAD || echo -dirty)
servers=(fba-export/kafka:"$(sed -n 's:.*<kafka.version>\(.*\)</kafka.version>.*:\1:p' deploy/local/kafka/pom.xml)" fba-export/postgres:15)
