// A consumer that keeps a hundred megabytes of sessions, and adds up events by player. With -leak it also keeps a kilobyte of
// every event, in a list that nothing ever takes from.
//
// Debian: apt-get install golang-go golang-github-shopify-sarama-dev golang-github-prometheus-client-golang-dev
// GO111MODULE=off GOPATH=/usr/share/gocode go build -o consumer consumer.go
package main

import (
	"context"
	"encoding/json"
	"flag"
	"log"
	"net/http"
	_ "net/http/pprof"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/Shopify/sarama"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

var (
	brokers  = flag.String("brokers", "", "where the brokers are")
	topic    = flag.String("topic", "", "what is read")
	group    = flag.String("group", "", "which group joins")
	port     = flag.String("port", "", "where metrics and profiles are, on 127.0.0.1")
	sessions = flag.Int("sessions", 100, "megabytes of sessions that are always there")
	leak     = flag.Bool("leak", false, "keep a kilobyte of every event")

	handled = promauto.NewCounter(prometheus.CounterOpts{Name: "events_total", Help: "Events handled."})
	took    = promauto.NewHistogram(prometheus.HistogramOpts{
		Name: "handle_seconds", Help: "From the event's due time to the end of its handler.",
		Buckets: prometheus.ExponentialBuckets(0.001, 1.5, 24),
	})
)

// An entry of 1,024 bytes.
type entry struct {
	next *entry
	data [1016]byte
}

type event struct {
	At     int64  `json:"at"`
	Player string `json:"player"`
}

type handler struct {
	players  map[string]int
	sessions []*entry
	kept     *entry
}

func (h *handler) handle(value []byte) {
	var e event
	if json.Unmarshal(value, &e) != nil {
		return
	}
	h.players[e.Player]++
	if *leak {
		h.kept = &entry{next: h.kept}
		copy(h.kept.data[:], value)
	}
	handled.Inc()
	took.Observe(float64(time.Now().UnixMicro()-e.At) / 1e6)
}

func (*handler) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (*handler) Cleanup(sarama.ConsumerGroupSession) error { return nil }

// One goroutine for each partition; events of all of them come to one.
func (h *handler) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for {
		select {
		case message, open := <-claim.Messages():
			if !open {
				return nil
			}
			work <- message.Value
			session.MarkMessage(message, "")
		case <-session.Context().Done():
			return nil
		}
	}
}

var work = make(chan []byte)

func main() {
	flag.Parse()
	h := &handler{players: map[string]int{}}
	for i := 0; i < *sessions<<10; i++ {
		session := new(entry)
		session.data[0] = 1 // a page that nobody has written to is not resident
		h.sessions = append(h.sessions, session)
	}
	go func() {
		for value := range work {
			h.handle(value)
		}
	}()
	http.Handle("/metrics", promhttp.Handler())
	go func() { log.Fatal(http.ListenAndServe("127.0.0.1:"+*port, nil)) }()

	config := sarama.NewConfig()
	config.Version = sarama.V2_1_0_0
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Offsets.CommitInterval = 500 * time.Millisecond
	config.Consumer.Group.Session.Timeout = 6 * time.Second
	config.Consumer.Group.Heartbeat.Interval = time.Second
	members, err := sarama.NewConsumerGroup(strings.Split(*brokers, ","), *group, config)
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	for ctx.Err() == nil {
		if err := members.Consume(ctx, []string{*topic}, h); err != nil {
			log.Print(err)
			time.Sleep(100 * time.Millisecond)
		}
	}
	members.Close()
}
