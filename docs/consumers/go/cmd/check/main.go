// Command check says whether items may be exported: `check SELLER,SKU,COUNTRY...` prints one line for each.
//
// FBA_ELIGIBILITY_URL is where eligibility answers, FBA_TOKEN_FILE holds the token. Exit codes: 0 all may go, 1 some may
// not, 3 the service did not answer or refused.
package main

import (
	"fmt"
	"log"
	"os"
	"slices"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	eligibility "example.com/consumer/gen/fbaexport/eligibility/v1"
)

// parse reads SELLER,SKU,COUNTRY. A SKU may contain commas: it is what stands between the first and the last.
func parse(text string) *eligibility.EligibilityLine {
	seller, rest, _ := strings.Cut(text, ",")
	last := strings.LastIndex(rest, ",")
	return &eligibility.EligibilityLine{SellerId: seller, Sku: rest[:max(last, 0)], CountryCode: rest[last+1:]}
}

// show prints a line's result and says whether it may go.
func show(line *eligibility.EligibilityLine, result *eligibility.EligibilityResult) bool {
	verdict := "yes"
	if !result.Eligible {
		verdict = "no"
		for _, reason := range result.Reasons {
			verdict += " " + reason.Code
		}
	}
	fmt.Printf("%s,%s,%s %s\n", line.SellerId, line.Sku, line.CountryCode, verdict)
	return result.Eligible
}

func main() {
	log.SetFlags(0)
	connection, err := grpc.NewClient(strings.TrimPrefix(os.Getenv("FBA_ELIGIBILITY_URL"), "http://"),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithPerRPCCredentials(tokenFile(os.Getenv("FBA_TOKEN_FILE"))),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxAnswer)))
	if err != nil {
		log.Fatal(err)
	}
	client := eligibility.NewEligibilityServiceClient(connection)
	exit := 0
	for texts := range slices.Chunk(os.Args[1:], maxLines) {
		var lines []*eligibility.EligibilityLine
		for _, text := range texts {
			lines = append(lines, parse(text))
		}
		results, err := ask(client, lines)
		if err != nil {
			log.Print(refusal(err))
			os.Exit(3)
		}
		for i, result := range results { // in the order of the lines
			if !show(lines[i], result) {
				exit = 1
			}
		}
	}
	os.Exit(exit)
}
