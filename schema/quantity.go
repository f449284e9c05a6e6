package schema

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// Numbers are decimals. They are read into fractions, converted and combined exactly,
// and rounded to a float64 once, at the end. So 0.1 + 2 × 0.1 is 0.3, and 2.5s is
// 2500ms, in any order of the steps. The length of the text is checked first, which
// limits the cost of a fraction.

const (
	maxNumberBytes = 400 // far more digits than a float64 has
	maxExponent    = 400 // above and below the range of a float64
)

var (
	number = regexp.MustCompile(`^(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?`)
	suffix = regexp.MustCompile(`^[A-Za-z%\x{b5}\x{3bc}]+`)

	// proposable matches texts that a message may propose: one number or several, with or
	// without units, and nothing else.
	proposable = regexp.MustCompile(`^[-+]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[A-Za-z%\x{b5}\x{3bc}]*)+$`)
)

// parseNumber reads a decimal number such as 5, -2, 2.5 or 1e3. It refuses numbers that
// YAML parsers read differently (hexadecimals, 1_000, leading zeros), infinities, and
// numbers of more than 400 bytes or with an exponent beyond ±400.
func parseNumber(text string) (*big.Rat, error) {
	unsigned, negative, err := cutSign(text)
	if err != nil {
		return nil, err
	}
	r, rest, err := cutNumber(unsigned)
	if err != nil {
		return nil, err
	}
	if r == nil || rest != "" {
		return nil, notANumber(text)
	}
	if negative {
		r.Neg(r)
	}
	return r, nil
}

// cutSign removes the sign. It checks the text's length before anything else.
func cutSign(text string) (unsigned string, negative bool, err error) {
	if len(text) > maxNumberBytes {
		return "", false, fmt.Errorf("%s has %d bytes, and a number has at most %d; write a shorter one", quote(text), len(text), maxNumberBytes)
	}
	if unsigned, negative = strings.CutPrefix(text, "-"); negative {
		return unsigned, true, nil
	}
	return strings.TrimPrefix(text, "+"), false, nil
}

// cutNumber reads an unsigned number at the start of the text, and returns the text
// after it. The number is nil if there is none.
func cutNumber(text string) (r *big.Rat, rest string, err error) {
	if n, ok := shortWhole(text); ok {
		return new(big.Rat).SetInt64(n), "", nil
	}
	at := number.FindStringSubmatchIndex(text)
	if at == nil {
		return nil, text, nil
	}
	digits := text[:at[1]]
	if at[2] >= 0 {
		exponent, err := strconv.Atoi(text[at[2]:at[3]])
		if err != nil || exponent < -maxExponent || exponent > maxExponent {
			return nil, "", fmt.Errorf("%s has an exponent beyond ±%d; write a smaller one", quote(text), maxExponent)
		}
	}
	if len(digits) > 1 && digits[0] == '0' && isDigit(digits[1]) {
		return nil, "", fmt.Errorf("%s has a leading zero, which some YAML parsers read as octal; write %s", quote(text), clip(strings.TrimLeft(digits[:len(digits)-1], "0")+digits[len(digits)-1:]))
	}
	r, ok := new(big.Rat).SetString(digits)
	if !ok {
		return nil, "", notANumber(text)
	}
	return r, text[at[1]:], nil
}

// shortWhole reads a text of up to 18 digits, without a leading zero. Most numbers of a
// schema have this form, and reading the others costs much more.
func shortWhole(text string) (n int64, ok bool) {
	if len(text) == 0 || len(text) > 18 || text[0] == '0' && len(text) > 1 {
		return 0, false
	}
	for i := range len(text) {
		if !isDigit(text[i]) {
			return 0, false
		}
		n = 10*n + int64(text[i]-'0')
	}
	return n, true
}

// notANumber returns the error for a text that is not a decimal number.
func notANumber(text string) error {
	plain := strings.ReplaceAll(text, "_", "")
	switch lower := strings.ToLower(strings.TrimLeft(text, "+-.")); {
	case lower == "inf" || lower == "infinity" || lower == "nan":
		return fmt.Errorf("%s is not finite; write a decimal number", quote(text))
	case strings.HasPrefix(lower, "0x") || strings.HasPrefix(lower, "0o") || strings.HasPrefix(lower, "0b"):
		return fmt.Errorf("%s is not a decimal number; write it in base ten", quote(text))
	case plain != text && proposable.MatchString(plain):
		return fmt.Errorf("%s contains a %q; write %s", quote(text), "_", clip(plain))
	}
	return fmt.Errorf("%s is not a number; write a decimal such as 5, 2.5 or 1e3", quote(text))
}

// parseQuantity reads a number with or without a unit and converts it to unit: 1.5s is
// 1500 in ms. Measures of time allow Go's durations, such as "1m30s", and also "min"
// and "d". Measures of size allow By kBy MBy GBy KiBy MiBy GiBy. Other measures allow
// only plain numbers.
func parseQuantity(text, unit string) (*big.Rat, error) {
	a, err := parseAmount(text, unit)
	return a.value, err
}

// unitScale returns a unit of time in nanoseconds, or a unit of size in bytes. It
// returns nil for other units.
func unitScale(unit string) *big.Rat {
	if d, ok := timeUnits[unit]; ok {
		return new(big.Rat).SetInt64(int64(d))
	}
	if n, ok := sizeUnits[unit]; ok {
		return new(big.Rat).SetInt64(n)
	}
	return nil
}

// sumParts reads a plain number, or a sum of numbers with units of unit's dimension.
// The sum is in nanoseconds or bytes.
func sumParts(text, unit string) (sum *big.Rat, withUnit bool, err error) {
	rest, negative, err := cutSign(text)
	if err != nil {
		return nil, false, err
	}
	sum = new(big.Rat)
	for first := true; first || rest != ""; first = false {
		var r *big.Rat
		if r, rest, err = cutNumber(rest); err != nil {
			return nil, false, err
		}
		if r == nil || rest == "" && !first {
			return nil, false, notAQuantity(text, unit)
		}
		if rest != "" {
			word := suffix.FindString(rest)
			scale := suffixScale(word, unit)
			if scale == nil {
				return nil, false, badSuffix(text, word, unit)
			}
			r.Mul(r, scale)
			rest, withUnit = rest[len(word):], true
		}
		sum.Add(sum, r)
	}
	if negative {
		sum.Neg(sum)
	}
	return sum, withUnit, nil
}

// suffixScale returns the scale of the unit after a number, if it has unit's dimension.
func suffixScale(word, unit string) *big.Rat {
	switch word {
	case "m":
		word = "min"
	case "\u00b5s", "\u03bcs": // the micro sign and the Greek letter look the same
		word = "us"
	}
	_, isTime := timeUnits[unit]
	_, isSize := sizeUnits[unit]
	_, wordIsTime := timeUnits[word]
	_, wordIsSize := sizeUnits[word]
	if isTime && wordIsTime || isSize && wordIsSize {
		return unitScale(word)
	}
	return nil
}

// notAQuantity returns the error for a text without a number.
func notAQuantity(text, unit string) error {
	if dimension(unit) != "" && number.MatchString(strings.TrimLeft(text, "+-")) {
		return fmt.Errorf("%s has a part without a unit; write each part with its unit, as in 1m30s", quote(text))
	}
	return notANumber(text)
}

var otherBase = regexp.MustCompile(`^[-+]?0[xXoObB][0-9a-fA-F]+$`)

// badSuffix returns the error for a number that is followed by a word that is not
// allowed with unit.
func badSuffix(text, word, unit string) error {
	if compact := strings.Join(strings.Fields(text), ""); compact != text && proposable.MatchString(compact) {
		return fmt.Errorf("%s contains a space; write %s", quote(text), clip(compact))
	}
	if word == "" || otherBase.MatchString(text) {
		return notANumber(text)
	}
	right, _ := rightUnit(word)
	switch dimension(unit) {
	case "":
		return fmt.Errorf("%s has the unit %s, but the measure's unit %s allows only plain numbers; write the number without a unit", quote(text), quote(word), quote(unit))
	case dimension(right):
		return fmt.Errorf("%s has the unknown unit %s; write %q", quote(text), quote(word), right)
	case "time":
		return fmt.Errorf("%s has the unit %s, which is not a unit of time; write ns, us, ms, s, m, h or d", quote(text), quote(word))
	}
	return fmt.Errorf("%s has the unit %s, which is not a unit of size; write By, kBy, MBy, GBy, KiBy, MiBy or GiBy", quote(text), quote(word))
}

// dimension returns "time", "size", or "" for units that cannot be converted.
func dimension(unit string) string {
	if _, ok := timeUnits[unit]; ok {
		return "time"
	}
	if _, ok := sizeUnits[unit]; ok {
		return "size"
	}
	return ""
}

// maxFraction is the highest goal that the Cloud Monitoring API allows.
var maxFraction = big.NewRat(9999, 10000)

// parseFraction reads a goal or threshold, "99.9%" or "0.999". It must be above 0 and
// at most 0.9999, the highest goal that the Cloud Monitoring API allows.
func parseFraction(text string) (*big.Rat, error) {
	digits, isPercent := strings.CutSuffix(text, "%")
	r, err := parseNumber(digits)
	if err != nil {
		return nil, fmt.Errorf("%s is not a percentage or fraction; write a percentage such as 99.9%%, or a fraction such as 0.999", quote(text))
	}
	hundredth := new(big.Rat).Quo(r, big.NewRat(100, 1))
	if isPercent {
		r = hundredth
	}
	switch {
	case r.Sign() <= 0:
		return nil, fmt.Errorf("%s must be above 0; write a percentage such as 99.9%%, or a fraction such as 0.999", quote(text))
	case r.Cmp(maxFraction) <= 0:
		return r, nil
	case !isPercent && r.Cmp(big.NewRat(1, 1)) > 0 && hundredth.Cmp(maxFraction) <= 0:
		return nil, fmt.Errorf("%s is above 1; write %s or %s", quote(text), percent(hundredth), decimal(hundredth))
	}
	return nil, fmt.Errorf("%s is above 99.99%%, the maximum of the Cloud Monitoring API; write at most 99.99%% or 0.9999", quote(text))
}

// parsePart reads a part of an error budget, "5%" or "0.05". It must be above 0 and at
// most 1.
func parsePart(text string) (*big.Rat, error) {
	digits, isPercent := strings.CutSuffix(text, "%")
	r, err := parseNumber(digits)
	if isPercent && err == nil {
		r.Quo(r, big.NewRat(100, 1))
	}
	if err != nil || r.Sign() <= 0 || r.Cmp(big.NewRat(1, 1)) > 0 {
		return nil, fmt.Errorf("%s is not a part of the error budget; write a percentage such as 5%%, or a fraction such as 0.05", quote(text))
	}
	return r, nil
}
