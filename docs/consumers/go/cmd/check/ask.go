package main

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	eligibility "example.com/consumer/gen/fbaexport/eligibility/v1"
)

const (
	maxLines   = 2_000            // of one call, by the contract
	maxAnswer  = 16 * 1024 * 1024 // of maxLines lines with many reasons each; gRPC's default is 4 MiB
	deadline   = 5 * time.Second  // for each attempt
	attempts   = 4
	firstPause = 250 * time.Millisecond // doubled after each attempt
)

// tokenFile sends the token in a file. It is read for each attempt: it is replaced before its token expires.
type tokenFile string

func (file tokenFile) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	token, err := os.ReadFile(string(file))
	return map[string]string{"authorization": "Bearer " + strings.TrimSpace(string(token))}, err
}

func (tokenFile) RequireTransportSecurity() bool { return false }

// explain returns the reason in an error ("" when it is not the service's own) and how long to wait at least.
func explain(err error) (reason string, atLeast time.Duration) {
	for _, detail := range status.Convert(err).Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			if detail.Domain == "fba-export" {
				reason = detail.Reason
			}
		case *errdetails.RetryInfo:
			atLeast = detail.RetryDelay.AsDuration()
		}
	}
	return reason, atLeast
}

// refusal is an error as people read it.
func refusal(err error) string {
	message := status.Convert(err).Message()
	if reason, _ := explain(err); reason != "" {
		return fmt.Sprintf("%s: %s (docs/errors/%s.md)", reason, message, reason)
	}
	return fmt.Sprintf("%s: %s", status.Code(err), message)
}

// ask calls until there is an answer or an error that a repeat cannot mend.
func ask(client eligibility.EligibilityServiceClient, lines []*eligibility.EligibilityLine) (
	[]*eligibility.EligibilityResult, error) {
	for attempt, pause := 1, firstPause; ; attempt, pause = attempt+1, pause*2 {
		ctx, cancel := context.WithTimeout(context.Background(), deadline)
		answer, err := client.CheckEligibility(ctx, &eligibility.CheckEligibilityRequest{Lines: lines})
		cancel()
		if err == nil {
			return answer.Results, nil
		}
		code := status.Code(err)
		reason, atLeast := explain(err)
		passes := code == codes.Unavailable || code == codes.DeadlineExceeded || reason == "OVERLOADED"
		if !passes || attempt == attempts {
			return nil, err
		}
		wait := max(atLeast, pause/2+rand.N(pause))
		log.Printf("%s: attempt %d in %s", code, attempt+1, wait.Round(time.Millisecond))
		time.Sleep(wait)
	}
}
