//go:build go1.25

package runtime

import (
	"testing"
	"testing/synctest"
	"time"
)

// A proposing exporter is an Intervaler.
type proposing struct {
	*backend
	interval time.Duration
}

func (p proposing) DefaultInterval() time.Duration { return p.interval }

// An exporter proposes the interval, WithInterval proposes another, and what stands in
// code comes before both.
func TestIntervalOfTheExporter(t *testing.T) {
	for _, c := range []struct {
		name string
		of   func(b *backend) Exporter
		opts Options
		want time.Duration
	}{
		{"none", func(b *backend) Exporter { return b }, Options{}, time.Minute},
		{"proposed", func(b *backend) Exporter { return proposing{b, 10 * time.Second} }, Options{}, 10 * time.Second},
		{"WithInterval", func(b *backend) Exporter { return WithInterval(proposing{b, 10 * time.Second}, 7*time.Second) }, Options{}, 7 * time.Second},
		{"in code", func(b *backend) Exporter { return WithInterval(proposing{b, 10 * time.Second}, 7*time.Second) }, Options{Interval: 20 * time.Second}, 20 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBackend(testSpacing)
				b.set("a", 1)
				began := time.Now()
				c.opts.Exporter, c.opts.source = c.of(b), b.source()
				tel, err := Start(t.Context(), c.opts)
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(3*c.want + time.Second)
				if err := tel.Shutdown(within(t, testGrace)); err != nil {
					t.Error(err)
				}
				all := b.exported()
				if len(all) < 3 || all[0].at.Sub(began) > c.want || all[1].at.Sub(all[0].at) != c.want {
					t.Errorf("%d exports, at %v", len(all), all)
				}
				if b.spacing != tel.ledger.spacing {
					t.Error("the spacing of the exporter is hidden")
				}
			})
		})
	}
}

// With an Intervaler the first export comes after a whole interval: a program that ends
// before writes its metrics once.
func TestFirstExportOfAnIntervaler(t *testing.T) {
	for range 20 {
		synctest.Test(t, func(t *testing.T) {
			b := newBackend(testSpacing)
			b.set("a", 1)
			began := time.Now()
			tel, err := Start(t.Context(), Options{Exporter: proposing{b, 10 * time.Second}, source: b.source()})
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(15 * time.Second)
			if err := tel.Shutdown(within(t, testGrace)); err != nil {
				t.Error(err)
			}
			if all := b.exported(); len(all) == 0 || all[0].at.Sub(began) != 10*time.Second {
				t.Errorf("the exports: %v, want the first after 10s", all)
			}
		})
	}
}
