package otlp

import "github.com/ocgen/ocgen/runtime"

// A partial success has the number of refused points of a request, but does not name them.
// To find them, half of the request is sent again: the remaining number was refused in the
// other half. OTLP allows sending the same point twice. At the end all points that must have
// been accepted are sent again: a receiver that refuses points because it has them already
// makes the search wrong, and is detected here.

// maxResends is the maximum of halves that an export sends. It is enough to find about six
// points of two thousand.
const maxResends = 64

// A search looks for the refused points of one batch.
type search struct {
	delivery *delivery
	refused  []item
	accepted []item
	unknown  []item
}

// isolate adds the failures of a batch after a partial success.
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

// settle finds the refused points of a part of the batch, given their number.
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

// halve sends one half of a part in which some but not all points were refused.
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

// ask sends a part again and returns the number of refused points. It returns false if the
// number is unknown.
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
	answer := d.send(part)
	return answer.rejected, answer.err == nil || answer.rejected > 0
}

// confirm sends again the points that must have been accepted.
func (s *search) confirm() bool {
	rejected, ok := s.resend(s.accepted)
	return ok && rejected == 0
}
