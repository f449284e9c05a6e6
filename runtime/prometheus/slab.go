package prometheus

// A slab has elements that are used again and again. They stay where they are, so they may
// point to one another.
type slab[T any] struct {
	made    func(*T) // completes a new element; nil: nothing to do
	cleared func(*T) // removes what an element that is not in use refers to
	chunks  [][]T
	end     position // of the elements in use
	last    position // of the elements that were in use before
}

// A position is the place of an element.
type position struct{ chunk, element int }

// The numbers of elements of a chunk. Chunks of a large slab are large, and at most maxChunk
// elements of the slab are never used.
const (
	minChunk = 16
	maxChunk = 1024
)

// restart makes all elements free.
func (s *slab[T]) restart() { s.last, s.end = s.end, position{} }

// take returns n elements that lie one after another. They have the contents of their last
// use.
func (s *slab[T]) take(n int) []T {
	for s.end.chunk < len(s.chunks) && len(s.chunks[s.end.chunk])-s.end.element < n {
		if s.end.element == 0 { // all of it is free, but too small
			s.chunks[s.end.chunk] = s.newChunk(n)
			break
		}
		s.end = position{s.end.chunk + 1, 0}
	}
	if s.end.chunk == len(s.chunks) {
		s.chunks = append(s.chunks, s.newChunk(n))
	}
	first := s.end.element
	s.end.element += n
	return s.chunks[s.end.chunk][first:s.end.element:s.end.element]
}

// newChunk returns a chunk that has at least n elements.
func (s *slab[T]) newChunk(n int) []T {
	size := minChunk
	if len(s.chunks) > 0 {
		size = min(2*len(s.chunks[len(s.chunks)-1]), maxChunk)
	}
	chunk := make([]T, max(size, n))
	if s.made != nil {
		for i := range chunk {
			s.made(&chunk[i])
		}
	}
	return chunk
}

// trim removes what the elements that are no longer in use refer to, such as labels of series
// that have ended. It releases chunks if most of them are free.
func (s *slab[T]) trim() {
	for p := s.end; p.chunk < len(s.chunks) && p.chunk <= s.last.chunk; p = (position{p.chunk + 1, 0}) {
		rest := s.chunks[p.chunk][p.element:]
		for i := range rest {
			s.cleared(&rest[i])
		}
	}
	used := min(s.end.chunk+1, len(s.chunks))
	if len(s.chunks) > 2*used {
		clear(s.chunks[used:])
		s.chunks = s.chunks[:used]
	}
}
