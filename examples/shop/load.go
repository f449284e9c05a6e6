package main

import (
	"fmt"
	"html/template"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// A load is how badly the shop is doing. It can be changed while the shop is
// open, so that its SLOs can be seen to burn.
type load struct {
	errors, slow atomic.Uint64 // parts of the requests, as bits of a float64
}

func newLoad(errors, slow float64) (*load, error) {
	l := &load{}
	return l, l.set(errors, slow)
}

func (l *load) set(errors, slow float64) error {
	for _, part := range []float64{errors, slow} {
		if !(part >= 0 && part <= 1) {
			return fmt.Errorf("%v is not a part of the requests: say 0 to 1, e.g. 0.02", part)
		}
	}
	l.errors.Store(math.Float64bits(errors))
	l.slow.Store(math.Float64bits(slow))
	return nil
}

// Errors returns which part of the requests fails, and Slow which takes long.
func (l *load) Errors() float64 { return math.Float64frombits(l.errors.Load()) }

func (l *load) Slow() float64 { return math.Float64frombits(l.slow.Load()) }

// fails draws whether a request does.
func (l *load) fails() bool { return rand.Float64() < l.Errors() }

// slowDown makes some requests wait, a few of them for longer than anybody does.
func (l *load) slowDown() {
	if rand.Float64() < l.Slow() {
		time.Sleep(time.Duration(300+rand.IntN(1000)) * time.Millisecond)
	}
}

// change takes a form with errors and slow, and shows the front page again.
func (l *load) change(w http.ResponseWriter, r *http.Request) {
	errors, err := strconv.ParseFloat(r.FormValue("errors"), 64)
	slow, err2 := strconv.ParseFloat(r.FormValue("slow"), 64)
	if err != nil || err2 != nil {
		http.Error(w, "errors and slow are parts of the requests: say 0 to 1, e.g. errors=0.02&slow=0.1", http.StatusBadRequest)
		return
	}
	if err := l.set(errors, slow); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// front is the shop's front page.
func (l *load) front(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = frontPage.Execute(w, l) // who no longer listens needs no answer
}

var frontPage = template.Must(template.New("").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Shop</title>
<link rel="icon" href="data:,">
<style>
body { max-width: 34rem; margin: 3rem auto; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; }
label { display: block; margin: 1rem 0; }
input { display: block; width: 100%; }
button { font: inherit; padding: .3rem .9rem; margin: .3rem .5rem .3rem 0; }
form + form { display: inline; }
</style>
<h1>The shop is open</h1>
<p>Customers come by themselves. <a href="/debug/sloz/" target="sloz">See what they get</a>, and change it here.</p>
<form method="post" action="/load">
<label>Requests that fail: {{.Errors}}
<input type="range" name="errors" min="0" max="0.5" step="0.01" value="{{.Errors}}"></label>
<label>Requests that take long: {{.Slow}}
<input type="range" name="slow" min="0" max="0.5" step="0.01" value="{{.Slow}}"></label>
<button>Change</button>
</form>
<form method="post" action="/load"><input type="hidden" name="errors" value="0"><input type="hidden" name="slow" value="0"><button>Healthy</button></form>
<form method="post" action="/load"><input type="hidden" name="errors" value="0.05"><input type="hidden" name="slow" value="0.2"><button>Burning</button></form>
</html>
`))
