package otlp

import "github.com/ocgen/ocgen/runtime"

// A partial success says how many points of a request were refused, and not
// which. To find them, half of the request is sent again: what the answer does
// not count of it was refused in the other half. A point that is sent twice is
// the same point, and OTLP allows it. At last everything that must have been
// accepted, by this reckoning, is sent again: a receiver that refuses a point
// because it has it already would have led the search astray, and shows here.

// maxResends is how many halves an export may send. It is enough for some six
// points of two thousand.
const maxResends = 64

// A search looks for the refused points of one batch.
type search struct {
	delivery *delivery
	refused  []item
	accepted []item
	unknown  []item
}

// isolate adds the failures of a batch that a partial success is about.
func (d *delivery) isolate(batch []item, partial answer) {
	s := search{delivery: d}
	s.settle(batch, partial.rejected)
	if len(s.accepted) > 0 && !s.confirm() {
		s.refused, s.unknown = nil, batch
	}
	for _, i := range s.refused {
		d.refused[i.key()] = true
	}
	d.fail(s.refused, runtime.Refused, partial.err)
	d.fail(s.unknown, runtime.Unconfirmed, partial.err)
}

// settle sorts out a part of the batch of which so many points were refused.
func (s *search) settle(part []item, rejected int64) {
	switch {
	case rejected == 0:
		s.accepted = append(s.accepted, part...)
	case rejected >= int64(len(part)) || len(part) == 1:
		s.refused = append(s.refused, part...)
	default:
		s.halve(part, rejected)
	}
}

// halve sends one half of a part of which some points were refused, not all.
func (s *search) halve(part []item, rejected int64) {
	first, second := part[:len(part)/2], part[len(part)/2:]
	ofFirst, ok := s.ask(first)
	if !ok || ofFirst > rejected || rejected-ofFirst > int64(len(second)) {
		s.unknown = append(s.unknown, part...)
		return
	}
	s.settle(first, ofFirst)
	s.settle(second, rejected-ofFirst)
}

// ask sends a part again and returns how many of its points are refused, and
// false if that was not to be learnt.
func (s *search) ask(part []item) (rejected int64, ok bool) {
	if s.delivery.resends == 0 {
		return 0, false
	}
	s.delivery.resends--
	return s.resend(part)
}

func (s *search) resend(part []item) (rejected int64, ok bool) {
	d := s.delivery
	if d.ctx.Err() != nil {
		return 0, false
	}
	answer := d.exporter.client.send(d.ctx, d.exporter.request(part))
	return answer.rejected, answer.err == nil || answer.rejected > 0
}

// confirm sends again what was reckoned to be accepted.
func (s *search) confirm() bool {
	rejected, ok := s.resend(s.accepted)
	return ok && rejected == 0
}
