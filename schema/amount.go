package schema

import "math/big"

// An amount is a quantity, and whether it was written with a unit.
type amount struct {
	value     *big.Rat
	dimension string // "time" or "size" if the number has a unit, else ""
}

// parseAmount is parseQuantity for a unit that may be unknown, "". With an unknown
// unit, the number may have any unit, and the value is in nanoseconds or bytes.
func parseAmount(text, unit string) (amount, error) {
	if unit == "" {
		return parseAnyAmount(text)
	}
	r, withUnit, err := sumParts(text, unit)
	if err != nil || !withUnit {
		return amount{value: r}, err
	}
	return amount{r.Quo(r, unitScale(unit)), dimension(unit)}, nil
}

func parseAnyAmount(text string) (amount, error) {
	for _, unit := range []string{"ns", "By"} {
		if r, withUnit, err := sumParts(text, unit); err == nil {
			a := amount{value: r}
			if withUnit {
				a.dimension = dimension(unit)
			}
			return a, nil
		}
	}
	_, err := parseNumber(text)
	return amount{}, err
}

// sameScale reports whether two amounts can be compared.
func (a amount) sameScale(b amount) bool { return a.dimension == b.dimension }
