package main

import (
	"fmt"

	"github.com/twmb/franz-go/pkg/kgo"
	"go.etcd.io/bbolt"
	"google.golang.org/protobuf/proto"

	fulfillment "example.com/consumer/gen/fbaexport/fulfillment/events/v1"
)

// The buckets: ids of the events that were taken, orders and value per country, records that cannot be read.
var seen, totals, setAside = []byte("seen"), []byte("totals"), []byte("set aside")

// read returns the record's CloudEvents headers and its event. An error will never go away, however often it is tried.
func read(record *kgo.Record) (map[string]string, *fulfillment.FulfillmentEvent, error) {
	headers, event := map[string]string{}, &fulfillment.FulfillmentEvent{}
	for _, header := range record.Headers {
		headers[header.Key] = string(header.Value)
	}
	for _, name := range []string{"ce_id", "ce_type", "ce_subject", "ce_sequence"} {
		if headers[name] == "" {
			return nil, nil, fmt.Errorf("header %s is missing", name)
		}
	}
	return headers, event, proto.Unmarshal(record.Value, event)
}

// take applies one record in one transaction, and says what became of it.
func take(state *bbolt.DB, record *kgo.Record) (outcome string, err error) {
	headers, event, problem := read(record)
	if problem != nil {
		where := fmt.Sprintf("%s[%d]@%d", record.Topic, record.Partition, record.Offset)
		return "set aside " + where + ": " + problem.Error(), state.Update(func(tx *bbolt.Tx) error {
			return tx.Bucket(setAside).Put([]byte(where), record.Value)
		})
	}
	shown := fmt.Sprintf("%s %s #%s", headers["ce_type"], headers["ce_subject"], headers["ce_sequence"])
	if event.Event == nil {
		return "unknown " + shown, nil // of a later version of the contract, and so not for this client
	}
	err = state.Update(func(tx *bbolt.Tx) error { // One transaction: mark and effect are both stored, or neither.
		id, marks := []byte(headers["ce_id"]), tx.Bucket(seen)
		if marks.Get(id) != nil {
			outcome = "repeat " + shown
			return nil
		}
		outcome = "taken " + shown
		if err := marks.Put(id, []byte(headers["ce_subject"]+" "+headers["ce_sequence"])); err != nil {
			return err
		}
		return apply(tx.Bucket(totals), event)
	})
	return outcome, err
}

// apply is the effect. Adding is not idempotent: without the mark, a repeat would count twice.
func apply(totals *bbolt.Bucket, event *fulfillment.FulfillmentEvent) error {
	order := event.GetOrderAccepted()
	if order == nil {
		return nil
	}
	key := []byte(order.DestinationCountryCode + " " + order.AmountDue.GetCurrencyCode())
	var orders, minorUnits int64
	if value := totals.Get(key); value != nil {
		if _, err := fmt.Sscan(string(value), &orders, &minorUnits); err != nil {
			return err
		}
	}
	return totals.Put(key, fmt.Appendf(nil, "%d %d", orders+1, minorUnits+order.AmountDue.GetMinorUnits()))
}
