// Command follow keeps the orders accepted for export per country, in number and value, from fulfillment's events: each
// counted once.
//
// FBA_KAFKA_BROKERS and FBA_TOPIC_PREFIX say where the events are. The totals are in a bbolt file, with the ids of the
// events they are made of, and are printed at the end. Killed at any moment, it goes on where it was.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"go.etcd.io/bbolt"
)

const topic = "fbaexport.fulfillment.events.v1"

var (
	group = flag.String("group", "", "consumer group: its members share the partitions")
	file  = flag.String("state", "", "bbolt file of the totals; made where it is missing")
	idle  = flag.Duration("idle", 0, "end when no record has come for so long; 0: never")
)

// follow takes records until none has come for the idle time, or until it is told to stop.
func follow(ctx context.Context, client *kgo.Client, state *bbolt.DB) error {
	for {
		polling, cancel := ctx, context.CancelFunc(func() {})
		if *idle > 0 {
			polling, cancel = context.WithTimeout(ctx, *idle)
		}
		fetches := client.PollRecords(polling, 100)
		cancel()
		if err := fetches.Err0(); errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
			return nil
		}
		if err := fetches.Err(); err != nil {
			return err
		}
		for _, record := range fetches.Records() {
			outcome, err := take(state, record)
			if err != nil {
				return err
			}
			fmt.Println(outcome)
		}
		// Only now: what was not applied comes again.
		if err := client.CommitUncommittedOffsets(ctx); err != nil {
			return err
		}
		client.AllowRebalance()
	}
}

func run() error {
	state, err := bbolt.Open(*file, 0o600, nil)
	if err != nil {
		return err
	}
	defer state.Close()
	err = state.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{seen, totals, setAside} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	client, err := kgo.NewClient(
		kgo.SeedBrokers(strings.Split(os.Getenv("FBA_KAFKA_BROKERS"), ",")...),
		kgo.ConsumerGroup(*group),
		kgo.ConsumeTopics(os.Getenv("FBA_TOPIC_PREFIX")+topic),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.DisableAutoCommit(),
		kgo.BlockRebalanceOnPoll(), // partitions move between batches, never within one
		kgo.SessionTimeout(10*time.Second),
	)
	if err != nil {
		return err
	}
	defer client.CloseAllowingRebalance()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := follow(ctx, client, state); err != nil {
		return err
	}
	return state.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(totals).ForEach(func(key, value []byte) error {
			_, err := fmt.Printf("total %s %s\n", key, value)
			return err
		})
	})
}

func main() {
	log.SetFlags(0)
	flag.Parse()
	if *group == "" || *file == "" {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(); err != nil {
		log.Fatal(err)
	}
}
