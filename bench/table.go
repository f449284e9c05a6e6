package main

// A table has an instrument for each series, which was made before. The index is the tags'
// constants of generated code, which start at 1: a careful user of Prometheus or
// VictoriaMetrics declares such constants and such an array. Instruments at index 0 are nil.
type (
	pairTable[T any]  [4 + 1][8 + 1]T                   // method, route
	threeTable[T any] [4 + 1][3 + 1][8 + 1]T            // method, outcome, route
	manyTable[T any]  [20 + 1][25 + 1][20 + 1]T         // pod, shard, zone
	openTable[T any]  = map[string]T                    // customer: a text has no constants
	maker[T any]      = func(values ...string) (made T) // makes the instrument of tag values
)

func (t *threeTable[T]) all(yield func(*T) bool) {
	for m := range t {
		for o := range t[m] {
			for r := range t[m][o] {
				if !yield(&t[m][o][r]) {
					return
				}
			}
		}
	}
}

func (t *manyTable[T]) all(yield func(*T) bool) {
	for p := range t {
		for s := range t[p] {
			for z := range t[p][s] {
				if !yield(&t[p][s][z]) {
					return
				}
			}
		}
	}
}

func newPairTable[T any](made maker[T]) *pairTable[T] {
	t := &pairTable[T]{}
	for m, method := range methods {
		for r, route := range routes {
			t[m+1][r+1] = made(method, route)
		}
	}
	return t
}

func newThreeTable[T any](made maker[T]) *threeTable[T] {
	t := &threeTable[T]{}
	for i := range combinations {
		m, o, r := combination(i)
		t[i%4+1][i/4%3+1][i/12+1] = made(m, o, r)
	}
	return t
}

func newManyTable[T any](made maker[T]) *manyTable[T] {
	t := &manyTable[T]{}
	for i := range manySeriesCount {
		p, s, z := manySeries(i)
		t[p+1][s+1][z+1] = made(pods[p], shards[s], zones[z])
	}
	return t
}

func newOpenTable[T any](made maker[T]) openTable[T] {
	t := openTable[T]{}
	for _, c := range customers {
		t[c] = made(c)
	}
	return t
}
