// A member of a group: joins, reads so many events, commits, and leaves only if asked to.
//
// Arguments: SERVERS TOPIC GROUP EVENTS [die]. Reads until it has so many events and two seconds have passed in which
// there may be more, commits, and prints "read N". With "die" it then waits to be killed; else it leaves its group and ends.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/Shopify/sarama"
)

type handler struct {
	events int64
	read   int64
	done   context.CancelFunc
}

func (*handler) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (*handler) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (h *handler) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for {
		select {
		case message, open := <-claim.Messages():
			if !open {
				return nil
			}
			session.MarkMessage(message, "")
			if atomic.AddInt64(&h.read, 1) == h.events {
				go h.end()
			}
		case <-session.Context().Done():
			return nil
		}
	}
}

// Marked offsets are committed once a second.
func (h *handler) end() {
	time.Sleep(2 * time.Second)
	fmt.Printf("read %d\n", atomic.LoadInt64(&h.read))
	for len(os.Args) > 5 {
		time.Sleep(time.Second)
	}
	h.done()
}

func main() {
	config := sarama.NewConfig()
	config.Version = sarama.V2_1_0_0
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Group.Session.Timeout = 6 * time.Second
	config.Consumer.Group.Heartbeat.Interval = time.Second
	group, err := sarama.NewConsumerGroup(strings.Split(os.Args[1], ","), os.Args[3], config)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	events, _ := strconv.ParseInt(os.Args[4], 10, 64)
	ctx, done := context.WithCancel(context.Background())
	h := &handler{events: events, done: done}
	for ctx.Err() == nil {
		if err := group.Consume(ctx, []string{os.Args[2]}, h); err != nil {
			fmt.Fprintln(os.Stderr, err)
			time.Sleep(100 * time.Millisecond)
		}
	}
	group.Close()
}
